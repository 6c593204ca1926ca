"""Webhooks: who may knock, what is kept, and what the next pull makes of it."""

import base64
import hmac
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import responses
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from standardwebhooks import Webhook as Standard
from starlette.testclient import TestClient

from connectors.registry import connect
from connectors.webhook.app import LARGEST_BODY, make_app
from connectors.webhook.facts import Webhook
from connectors.webhook.inbox import FullError, Inbox
from hub.clock import now
from hub.errors import ConfigError

SECRET = "whsec_" + base64.b64encode(b"planted-key-planted-key").decode()
BODY = '{"person": {"no": 7}, "mail": "Zoë 𠮷@example.com"}'.encode()
BASE = "http://127.0.0.1:1/api"
PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: rest
webhook: {dialect: standard, topic: X-Topic, topics: [changed, gone], gone: [gone], id: person.no}
customers:
  id: no
  changed: {fields: [at]}
  list: {request: GET /people, since: {since: "{since}"}, pages: {kind: one}}
  read: {request: "GET /people/{id}"}
"""
CURSOR = json.dumps({"since": "2026-07-01T00:00:00+00:00"})


@pytest.fixture
def acme(tmp_path, channel):
    (tmp_path / "acme.yaml").write_text(PROFILE, encoding="utf-8")

    def make(profile: str = str(tmp_path / "acme.yaml"), **facts):
        given = {"secrets": {"webhook": SecretStr(SECRET)}, "inbox": str(tmp_path / "inbox")}
        return channel(profile, BASE, **{**given, **facts})

    return make


@pytest.fixture
def kept(tmp_path):
    return Inbox(tmp_path / "inbox", "shop")


def door(channel) -> TestClient:
    return TestClient(make_app({"shop": channel}))


def signed(body: bytes = BODY, *, id_: str = "msg_1", age: float = 0, secret: str = SECRET):
    at = datetime.now(UTC) - timedelta(seconds=age)  # noqa: TID251 - the library's clock
    return {
        "webhook-id": id_,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Standard(secret).sign(id_, at, body.decode()),
        "X-Topic": "changed",
    }


def test_a_delivery_is_kept_as_it_came_before_it_is_answered(acme, kept, tmp_path):
    assert door(acme()).post("/shop", content=BODY, headers=signed()).status_code == 202
    (it,) = kept.waiting()
    assert (it.topic, it.body) == ("changed", BODY)
    (file,) = (tmp_path / "inbox" / "shop").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_same_delivery_twice_is_kept_once(acme, kept):
    client = door(acme())
    for id_ in ("msg_1", "msg_1", "msg_2"):
        assert client.post("/shop", content=BODY, headers=signed(id_=id_)).status_code == 202
    assert len(list(kept.waiting())) == 2


FORGED = {
    "nothing": dict,
    "another id": lambda: {**signed(), "webhook-id": "other"},
    "no signature": lambda: {**signed(), "webhook-signature": "v1,xxxx"},
    "nonsense": lambda: {**signed(), "webhook-signature": "nonsense"},
    "no time": lambda: {**signed(), "webhook-timestamp": "soon"},
    "too old": lambda: signed(age=400),
    "from the future": lambda: signed(age=-400),
    "another secret": lambda: signed(secret="whsec_" + base64.b64encode(b"another").decode()),
    "another body": lambda: signed(body=b"{}"),
}


@pytest.mark.parametrize("forged", FORGED)
def test_whoever_did_not_sign_this_very_body_just_now_is_turned_away(acme, kept, forged, caplog):
    headers = FORGED[forged]()
    assert door(acme()).post("/shop", content=BODY, headers=headers).status_code == 401
    assert list(kept.waiting()) == []
    assert "Zoë" not in caplog.text


def test_a_secret_can_be_changed_without_losing_a_delivery(acme, kept):
    new = "whsec_" + base64.b64encode(b"the-new-one").decode()
    both = {"webhook": SecretStr(new), "webhook_before": SecretStr(SECRET)}
    client = door(acme(secrets=both))
    assert client.post("/shop", content=BODY, headers=signed()).status_code == 202
    headers = signed(id_="2", secret=new)
    assert client.post("/shop", content=BODY, headers=headers).status_code == 202


VENDORS = {
    "shopify": ("X-Shopify-Hmac-Sha256", {"X-Shopify-Topic": "customers/update"}),
    "woocommerce": ("X-WC-Webhook-Signature", {"X-WC-Webhook-Topic": "customer.updated"}),
}


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_dialects_of_the_shops_are_known(acme, kept, vendor):
    header, topic = VENDORS[vendor]
    client = door(acme(vendor, secrets={"webhook": SecretStr("k")}))
    good = base64.b64encode(hmac.digest(b"k", BODY, "sha256")).decode()
    answers = [
        client.post("/shop", content=BODY, headers={header: told, **topic}).status_code
        for told in (good, good[:-2] + "A=", "", "not base64!", good.rstrip("="))
    ]
    assert answers == [202, 401, 401, 401, 401]
    (it,) = kept.waiting()
    assert it.body == BODY


def test_a_signature_may_be_in_hex_behind_a_word():
    from connectors.webhook.signature import is_signed  # noqa: PLC0415

    facts = Webhook(dialect="hmac", signature="X-Sig", encoding="hex", prefix="sha256=", id="id")
    good = hmac.digest(b"k", BODY, "sha256").hex()
    told = {"sha256=" + good: True, good: False, "sha256=zz": False}
    assert {it: is_signed(facts, ["k"], {"x-sig": it}, BODY) for it in told} == told


def test_a_vendor_that_signs_needs_to_say_in_which_header():
    with pytest.raises(ValidationError, match="bears the signature"):
        Webhook(dialect="hmac", id="id")


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
def test_any_body_at_all_is_kept_byte_by_byte(tmp_path_factory, body):
    inbox = Inbox(tmp_path_factory.mktemp("inbox"), "shop")
    inbox.keep("", "t", body, now())
    assert [it.body for it in inbox.waiting()] == [body]


def test_what_is_too_large_or_for_nobody_is_turned_away(acme, kept):
    client = door(acme())
    assert client.post("/shop", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert client.post("/elsewhere", content=BODY, headers=signed()).status_code == 404
    assert client.get("/shop").status_code == 405


def test_a_vendor_is_asked_to_come_again_when_there_is_no_room(acme, kept, monkeypatch, tmp_path):
    monkeypatch.setattr("connectors.webhook.inbox.LARGEST", 1)
    client = door(acme())
    assert client.post("/shop", content=BODY, headers=signed()).status_code == 202
    answer = client.post("/shop", content=BODY, headers=signed(id_="2"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "300")
    with pytest.raises(FullError):
        kept.keep("3", "", BODY, now())
    (tmp_path / "file").touch()
    lost = door(acme(inbox=str(tmp_path / "file")))
    assert lost.post("/shop", content=BODY, headers=signed()).status_code == 503


def test_a_channel_without_facts_or_secret_takes_no_webhooks(acme):
    with pytest.raises(ConfigError, match=r"secrets\.webhook"):
        make_app({"shop": acme(secrets={})})
    with pytest.raises(ConfigError, match="knows no webhooks"):
        make_app({"shop": acme("brevo")})
    assert TestClient(make_app({"shop": acme(inbox=None)})).post("/shop").status_code == 404


class TestHints:
    """What the next pull makes of it."""

    @pytest.fixture
    def mock(self):
        with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
            it.get(f"{BASE}/people", json=[{"no": 1, "at": "2026-07-02T00:00:00Z"}])
            it.get(f"{BASE}/people/7", json={"no": 7, "name": "as it is now"})
            it.get(f"{BASE}/people/8", status=404)
            yield it

    def test_whoever_was_named_is_read_as_it_is_now_before_the_pull(self, acme, kept, mock):
        kept.keep("a", "changed", BODY, now())
        kept.keep("b", "changed", BODY, now())
        hinted, pulled = connect(acme()).pull(CURSOR)
        assert [it.payload["name"] for it in hinted.records] == ["as it is now"]
        assert hinted.cursor == CURSOR
        assert [it.key.id for it in pulled.records] == ["1"]
        assert list(kept.waiting()) == []

    def test_a_delivery_is_forgotten_only_after_its_page_has_landed(self, acme, kept, mock):
        kept.keep("a", "changed", BODY, now())
        pages = connect(acme()).pull(CURSOR)
        next(pages)
        pages.close()  # the hub died while the page was landing
        assert len(list(kept.waiting())) == 1

    def test_who_is_gone_becomes_a_tombstone_only_if_the_vendor_said_so(self, acme, kept, mock):
        kept.keep("a", "gone", b'{"person": {"no": 8}}', now())
        kept.keep("b", "gone", b'{"person": {"no": "7"}}', now())
        first, _ = connect(acme()).pull(CURSOR)
        assert {(it.key.id, it.deleted) for it in first.records} == {("7", False), ("8", True)}
        kept.keep("c", "changed", b'{"person": {"no": 8}}', now())
        assert len(list(connect(acme()).pull(CURSOR))) == 1

    @pytest.mark.parametrize(
        ("topic", "body"),
        [
            ("orders", BODY),
            ("changed", b"<html>"),
            ("changed", b"[1]"),
            ("changed", b'{"person": {"no": true}}'),
            ("changed", b'{"person": null}'),
        ],
    )
    def test_what_names_nobody_is_passed_over(self, acme, kept, mock, topic, body):
        kept.keep("a", topic, body, now())
        assert len(list(connect(acme()).pull(CURSOR))) == 1
        assert list(kept.waiting()) == []

    def test_a_first_pull_reads_everybody_and_leaves_the_inbox_for_the_next(self, acme, kept, mock):
        kept.keep("a", "changed", BODY, now())
        assert len(list(connect(acme()).pull(None))) == 1
        assert len(list(kept.waiting())) == 1

    def test_a_channel_that_is_always_read_whole_is_told_of_deletions_too(
        self, acme, kept, mock, tmp_path
    ):
        file = tmp_path / "acme.yaml"
        file.write_text(file.read_text().replace('since: {since: "{since}"}, ', ""))
        kept.keep("a", "gone", b'{"person": {"no": 8}}', now())
        hinted, pulled = connect(acme()).pull(None)
        assert [(it.key.id, it.deleted) for it in hinted.records] == [("8", True)]
        assert [it.key.id for it in pulled.records] == ["1"]
        assert list(kept.waiting()) == []
        list(connect(acme()).pull(hinted.cursor))  # a hub that died there goes on from it

    def test_a_file_that_is_none_of_ours_is_passed_over(self, acme, kept, mock, tmp_path):
        folder: Path = tmp_path / "inbox" / "shop"
        folder.mkdir(parents=True)
        (folder / "1.json").write_text("{")
        (folder / "2.json").write_text("[]")
        assert len(list(connect(acme()).pull(CURSOR))) == 1

    def test_an_id_gets_what_it_bears_in_front_everywhere_else(self, acme, kept):
        kept.keep("a", "customers/update", b'{"id": 5}', now())
        hints = connect(acme("shopify")).hints
        asked = []
        list(hints.pages(CURSOR, lambda ids: asked.extend(ids) or []))
        assert asked == ["gid://shopify/Customer/5"]
