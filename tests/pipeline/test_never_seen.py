"""Two systems that nobody here ever saw are connected by YAML alone, and hear of each other.

One has only a WSDL with two operations (list and update), the other is a REST service. Both are
served over real sockets; no Python of the hub knows them.
"""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree

from hub.config import load_settings
from pipeline.report import as_json
from pipeline.run import run
from pipeline.wiring import verify
from store.database import Store
from tests.conftest import ROOT

DATA = ROOT / "tests" / "data" / "never_seen"
NS = "urn:guild:members"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
SETTINGS = """
store: sqlite:///hub.db
channels:
  guild:
    profile: guild.yaml
    map: guild_map.yaml
    url: ${URL}/members
    username: clerk
    password: ${GUILD_PASSWORD}
    region: DE
  stall:
    profile: stall.yaml
    map: stall_map.yaml
    url: ${URL}/stall
    password: ${STALL_KEY}
    region: DE
"""


def member(number: int, first: str, last: str, **facts: str) -> dict[str, str]:
    told = {"MemberNo": str(number), "FirstName": first, "LastName": last, **facts}
    return {**told, "ChangedOn": f"2026-03-0{number}T12:00:00Z"}


class Systems(ThreadingHTTPServer):
    """What both systems hold, and the letters that they were sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.members = {
            "1": member(1, "Wilhelmina", "Krautwurst", Mail="w@krautwurst.example.com"),
            "2": member(2, "Theobald", "Zwirnlein", Mail="t@zwirnlein.example.com", Town="Gera"),
            "3": member(3, "Ägidius", "Öchsle"),
        }
        self.buyers = {
            "a": {
                "no": "a",
                "who": {"first": "Wilhelmina", "last": "Krautwurst"},
                "mail": "w@krautwurst.example.com",
                "call": "+49 3641 555 0100",
                "seen": "2026-04-01T09:00:00Z",
            },
            "b": {
                "no": "b",
                "who": {"first": "𠮷男", "last": "山田"},
                "seen": "2026-04-02T09:00:00Z",
            },
            "c": {"no": "c", "who": {"last": "Emoji 🦊"}, "seen": "2026-04-03T09:00:00Z"},
        }
        self.letters: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    """Speaks both protocols."""

    protocol_version = "HTTP/1.1"
    server: Systems

    def do_GET(self):
        parts = urlsplit(self.path)
        assert self.headers["X-Stall-Key"] == "stall-secret"
        _, _, number = parts.path.removeprefix("/stall").partition("/buyers/")
        if number:
            return self._say(self.server.buyers[number])
        query = {name: value for name, (value,) in parse_qs(parts.query).items()}
        start, since = int(query.get("from", 0)), query.get("seen_since", "")
        rows = [it for it in self.server.buyers.values() if it["seen"] >= since[:19]]
        ends = start + int(query["count"])
        body = {"buyers": rows[start:ends], "next": ends if ends < len(rows) else None}
        return self._say(body)

    def do_PATCH(self):
        number = self.path.rpartition("/")[2]
        told = json.loads(self._read())
        self.server.buyers[number] |= told
        self._say(self.server.buyers[number])

    def do_POST(self):
        letter = self._read()
        self.server.letters.append(letter)
        body = etree.fromstring(letter).find(f"{{{ENVELOPE}}}Body")[0]
        told = {etree.QName(it).localname: it.text for it in body.iter() if it.text}
        if etree.QName(body).localname == "UpdateMember":
            self.server.members[told["MemberNo"]] |= told
            return self._answer("UpdateMemberResponse", "<Accepted>true</Accepted>")
        start = (int(told["Page"]) - 1) * int(told["PageSize"])
        since = told.get("ChangedSince", "")[:19]
        rows = [it for it in self.server.members.values() if it["ChangedOn"] >= since]
        shown = rows[start : start + int(told["PageSize"])]
        return self._answer("ListMembersResponse", "".join(map(_xml, shown)))

    def _answer(self, name: str, inner: str) -> None:
        text = (
            f'<s:Envelope xmlns:s="{ENVELOPE}"><s:Body><{name} xmlns="{NS}">{inner}</{name}>'
            "</s:Body></s:Envelope>"
        )
        self._send(text.encode(), "text/xml; charset=utf-8")

    def _say(self, body: object) -> None:
        self._send(json.dumps(body).encode(), "application/json")

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def log_message(self, *args):
        pass


def _xml(row: dict[str, str]) -> str:
    names = ("MemberNo", "FirstName", "LastName", "Mail", "Telephone", "Town", "ChangedOn")
    return (
        "<Member>" + "".join(f"<{it}>{row[it]}</{it}>" for it in names if it in row) + "</Member>"
    )


@pytest.fixture
def systems():
    with Systems() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(systems, tmp_path):
    for file in DATA.iterdir():
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "goldenrod.yaml").write_text(SETTINGS, encoding="utf-8")
    environment = {
        "URL": f"http://127.0.0.1:{systems.server_address[1]}",
        "GUILD_PASSWORD": "guild-secret",
        "STALL_KEY": "stall-secret",
    }
    return load_settings(tmp_path / "goldenrod.yaml", environment)


def test_a_service_with_two_operations_and_a_rest_service_hear_of_each_other(settings, systems):
    verify(settings)
    with Store(settings.store) as store:
        store.migrate()
        first = run(settings, store)
        assert first.errors == {}
        assert [first.pull[name].pulled for name in ("guild", "stall")] == [3, 3]
        # What one knew of a customer that both have, the other has learnt.
        assert systems.members["1"]["Telephone"] == "+4936415550100"
        assert systems.buyers["b"]["who"] == {"first": "𠮷男", "last": "山田"}
        # The letter bore a WS-Security token.
        assert b"UsernameToken" in systems.letters[0]
        assert b"guild-secret" in systems.letters[0]
        told = len(systems.letters)
        # A second run finds nothing to tell.
        second = run(settings, store)
        assert second.errors == {}
        assert not [it for it in systems.letters[told:] if b"UpdateMember" in it]
        # An edit over there is heard of over here, and told to the other.
        systems.buyers["a"] |= {"call": "+49 3641 555 0199", "seen": "2026-05-01T09:00:00Z"}
        assert run(settings, store).errors == {}
        assert systems.members["1"]["Telephone"] == "+4936415550199"


def test_no_secret_reaches_log_report_or_database(settings, systems, caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    broken = settings.channels["stall"].model_copy(
        update={
            "name": "gone",
            "url": "http://127.0.0.1:9/nobody",
            "profile": str(tmp_path / "stall.yaml"),
        }
    )
    with_one_down = settings.model_copy(update={"channels": {**settings.channels, "gone": broken}})
    with Store(settings.store) as store:
        store.migrate()
        report = run(with_one_down, store)
    assert "gone" in str(report.errors)
    shown = [str(report), json.dumps(as_json(report)), repr(with_one_down), caplog.text]
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    for secret in ("guild-secret", "stall-secret"):
        assert not [text for text in shown if secret in text]
        assert secret.encode() not in kept


@pytest.mark.parametrize("name", ["stall", "guild"])
def test_the_guide_shows_these_profiles_as_they_are(name):
    profile = (DATA / f"{name}.yaml").read_text(encoding="utf-8").partition("\n")[2]
    assert profile in (ROOT / "docs" / "adding-a-channel.md").read_text(encoding="utf-8")
