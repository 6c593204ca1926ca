"""A server that gives back all that it is told: no secret gets from there into what the hub says.

Every protocol and every kind of login, in the ways in which a server may fail; looked through is
all that comes out, the logs of the libraries included.
"""

import json
import logging
import shutil
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import make_url

from hub.config import load_settings
from pipeline.check import check_channels
from pipeline.pull import pull
from pipeline.report import as_json
from pipeline.run import pull_channels, run
from store.database import Store
from tests.conftest import ROOT
from tests.connectors.imap.server import Box, Imap, serving

PLANTED = {
    "PASSWORD": "plant3d-p4ssword",
    "TOKEN": "plant3d-t0ken",
    "TOKEN_SECRET": "plant3d-s3cret",
    "REFRESH": "plant3d-r3fresh",
}
REST = """
vendor: Mirror
source: this test
engine: rest
auth: {auth}
errors: {{message: told, code: code}}
customers:
  id: id
  list: {{request: GET /people, pages: {{kind: one}}}}
"""
LOGINS = {
    "basic": "{kind: basic}",
    "bearer": "{kind: bearer}",
    "key": "{kind: header, header: X-Key}",
    "query": "{kind: query, parameter: key}",
    "oauth1": "{kind: oauth1}",
    "oauth1_query": "{kind: oauth1, place: query}",
    "oauth2": "{kind: oauth2, token_url: /token}",
    "oauth2_basic": "{kind: oauth2, token_url: /token, client: basic}",
    "refresh": "{kind: oauth2, token_url: /token, grant: refresh_token}",
    "ntlm": "{kind: ntlm}",
    "login": "{kind: login, request: POST /token, body: ['{password}'], token: access_token}",
}
OTHERS = {
    "graphql": "profile: shopify",
    "json_rpc": "profile: odoo\n    options: {database: acme}",
    "tryton": "profile: tryton",
    "soap": "profile: dynamics_nav",
    "wsse": "profile: wsse.yaml",
    "sql": "profile: legacy_crm\n    url: postgresql+psycopg://127.0.0.1:9/crm",
    "sftp": "profile: csv_folder\n    url: sftp://127.0.0.1:9/in\n"
    '    options: {host_key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"}',  # noqa: E501
    "imap": "profile: imap\n    url: ${MAIL_URL}",
}
CHANNEL = """
  {name}:
    map: woocommerce
    username: hub
    password: ${{PASSWORD}}
    secrets: {{token: "${{TOKEN}}", token_secret: "${{TOKEN_SECRET}}",
              refresh_token: "${{REFRESH}}"}}
"""
WAYS = {"broken": 500, "refused": 401, "page": 200, "json": 200}


class Mirror(BaseHTTPRequestHandler):
    """Tells in its answer whatever came in; a token is given, and it is the secret itself."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = f"{self.path}\n{self.headers}\n{body.decode()}\n{' '.join(PLANTED.values())}"
        if self.path.startswith("/token"):
            return self._say(200, json.dumps({"access_token": PLANTED["TOKEN"]}))
        way = self.server.way
        page = f"<html>{told}</html>" if way == "page" else json.dumps({"told": told, "code": told})
        return self._say(WAYS[way], page)

    def do_POST(self):
        self.do_GET()

    def _say(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text.encode())))
        self.send_header("X-Told", PLANTED["PASSWORD"])
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def mirror():
    with ThreadingHTTPServer(("127.0.0.1", 0), Mirror) as server:
        server.way = "broken"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(tmp_path, mirror):
    box = Box()
    box.faults["LOGIN"] = f"NO {PLANTED['PASSWORD']} is wrong"
    here = f"http://127.0.0.1:{mirror.server_address[1]}"
    text = "store: sqlite:///hub.db\nchannels:"
    for name, auth in LOGINS.items():
        (tmp_path / f"{name}.yaml").write_text(REST.format(auth=auth))
        text += CHANNEL.format(name=name) + f"    profile: {name}.yaml\n    url: {here}\n"
    data = ROOT / "tests" / "data" / "never_seen"
    shutil.copy(data / "service.wsdl", tmp_path)
    (tmp_path / "wsse.yaml").write_text(
        "vendor: Mirror\nsource: this test\nengine: soap\nwsdl: service.wsdl\n"
        "auth: {kind: wsse}\ncustomers:\n  id: MemberNo\n"
        "  list: {operation: ListMembers, arguments: {Page: 1, PageSize: 9}, records: Member,"
        " pages: {kind: one}}\n"
    )
    for name, facts in OTHERS.items():
        url = "" if " url:" in facts else f"    url: {here}\n"
        text += CHANNEL.format(name=name) + f"    {facts}\n{url}"
    (tmp_path / "goldenrod.yaml").write_text(text)
    with serving(box, Imap) as port:
        environ = {**PLANTED, "MAIL_URL": f"imap://127.0.0.1:{port}"}
        yield load_settings(tmp_path / "goldenrod.yaml", environ)


@pytest.fixture
def store(tmp_path, sqlite_template):
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    with Store(f"sqlite:///{tmp_path / 'hub.db'}") as opened:
        yield opened


def leaks(text: str) -> list[str]:
    return [name for name, secret in PLANTED.items() if secret in text]


@pytest.mark.parametrize("way", WAYS)
def test_what_a_server_gives_back_of_a_login_comes_out_nowhere(
    way, mirror, settings, store, caplog
):
    mirror.way = way
    with caplog.at_level(logging.DEBUG):
        if way == "broken":
            whole = run(settings, store)
            shown, report = f"{json.dumps(as_json(whole))} {whole}", whole.pull
        else:
            report = (check_channels if way == "refused" else pull_channels)(settings, store)
            shown = str(report)
    assert {name for name, it in report.items() if it.error} == {*LOGINS, *OTHERS}
    assert leaks(shown + caplog.text) == []
    place = Path(make_url(settings.store).database).parent
    told = b"".join(it.read_bytes() for it in place.glob("hub.db*"))
    assert leaks(told.decode("latin-1")) == []


def test_an_error_that_nobody_expected_shows_no_secret_either(
    mirror, settings, store, monkeypatch, caplog
):
    """Not the traceback with all that caused it; the values of variables are in none."""

    def stumble(*_args, **_facts):
        raise RuntimeError("stumbled")

    monkeypatch.setattr("connectors.http.client.Session.request", stumble)
    for name in ("basic", "oauth2", "login", "wsse", "json_rpc"):
        with caplog.at_level(logging.DEBUG), pytest.raises(RuntimeError) as caught:
            pull(settings, store, name)
        logging.getLogger("scheduler").error("failed", exc_info=caught.value)
        shown = "".join(traceback.format_exception(caught.value)) + str(caught.getrepr())
        assert "stumbled" in shown
        assert leaks(shown + caplog.text) == []
