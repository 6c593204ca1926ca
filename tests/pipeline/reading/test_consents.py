"""Consents that lie in a stream of their own reach the ledger, whichever came first."""

from datetime import timedelta

import pytest

from hub.clock import now
from hub.model import Key
from pipeline.cure import replay
from pipeline.forget import forget
from pipeline.pull import pull
from pipeline.run import resolve
from store.quarantine import Which
from tests.pipeline.source import FakeSource, people, settings_for

LINES = """
consents:
  - {path: optin, purpose: newsletter, values: {"true": granted}, at: {granted: since}}
stream_consents:
  - path: says
    purpose: newsletter
    values: {"yes": granted, "no": denied}
    at: {granted: at, denied: at}
    until: until
  - path: mails
    contact: mail
    purpose: newsletter
    values: {"no": denied, "yes": granted}
    at: {denied: at}
"""
EARLY, LATE = "2024-01-01T00:00:00+00:00", "2025-01-01T00:00:00+00:00"


@pytest.fixture
def settings(tmp_path):
    made = settings_for(tmp_path, streams=("consents",))
    file = tmp_path / "shop.map.yaml"
    file.write_text(file.read_text(encoding="utf-8") + LINES, encoding="utf-8")
    other = made.channels["shop"].model_copy(update={"name": "erp", "streams": ()})
    channels = {**made.channels, "erp": other}
    return made.model_copy(update={"channels": channels, "backups": str(tmp_path / "backups")})


@pytest.fixture
def source(connected, monkeypatch):
    made = connected(FakeSource(incremental=True, streams=("customers", "consents")))
    monkeypatch.setattr("pipeline.cure.connect", lambda _channel: made)
    return made


@pytest.fixture
def told(source, store, settings):
    """Return a function: let the channel show these, and return what is known of a customer."""

    def tell(rows=(), consents=(), key="shop:1"):
        source.rows(rows)
        source.rows(consents, stream="consents")
        pull(settings, store, "shop")
        resolve(settings, store)
        return words(store, key)

    return tell


def words(store, key="shop:1"):
    with store.read() as unit:
        (record,) = unit.records.by_key([Key.parse(key)]).values()
        (golden,) = unit.golden.get([record.golden_id]).values()
        return [
            (it.contact, it.state.value, it.at and it.at.isoformat())
            for it in golden.attributes.consents
        ]


def acts(store, key="shop:1"):
    with store.read() as unit:
        (record,) = unit.records.by_key([Key.parse(key)]).values()
        return unit.consents.of_records([record.id])


def test_a_consent_is_its_owners_with_the_time_that_the_channel_tells(told, store):
    rows = [{"id": 7, "customer": 1, "says": "yes", "at": EARLY}]
    assert told(people(1, 2), rows) == [("1@firm.example", "granted", EARLY)]
    assert words(store, "shop:2") == []
    (act,) = acts(store)
    assert (act.source, act.proof) == ("shop", "consents 7")


def test_a_consent_that_came_before_its_customer_is_heard_with_it(told):
    rows = [{"id": 7, "customer": 1, "says": "no", "at": LATE}]
    told(people(2), rows, key="shop:2")
    assert told(people(1)) == [("1@firm.example", "denied", LATE)]


def test_an_edited_consent_is_a_further_act_and_an_unchanged_one_is_none(told, store):
    rows = [{"id": 7, "customer": 1, "says": "yes", "at": EARLY}]
    told(people(1, optin=True, since=EARLY), rows)
    told(people(1, optin=True, since=EARLY, city="Jena"), rows)
    assert [it.proof for it in acts(store)] == ["", "consents 7"]
    rows = [{"id": 7, "customer": 1, "says": "no", "at": LATE}]
    assert told([], rows) == [("1@firm.example", "denied", LATE)]
    assert [it.act for it in acts(store)] == ["grant", "grant", "deny"]


def test_an_opt_out_of_an_address_is_heard_by_whoever_has_it(told, store, source, settings):
    source.name = "erp"
    source.rows(people(5, mail="Shared@firm.example"))
    pull(settings, store, "erp")
    source.name = "shop"
    rows = [{"id": 7, "mail": "shared@FIRM.example", "mails": "no", "at": LATE}]
    assert told([], rows, key="erp:5") == [("shared@firm.example", "denied", LATE)]
    (act,) = acts(store, "erp:5")
    assert (act.source, act.proof) == ("shop", "consents 7")


def test_a_grant_of_an_address_is_not_given_to_another_channels_customer(
    told, store, source, settings
):
    source.name = "erp"
    source.rows(people(5, mail="shared@firm.example"))
    pull(settings, store, "erp")
    source.name = "shop"
    rows = [{"id": 7, "mail": "shared@firm.example", "mails": "yes"}]
    assert told([], rows, key="erp:5") == []


def test_a_grant_that_ends_by_itself_ends_and_one_that_has_ended_is_none(told, store):
    ended = {"id": 7, "customer": 1, "says": "yes", "at": EARLY, "until": LATE}
    never = {"id": 8, "customer": 2, "says": "no", "at": EARLY, "until": LATE}
    soon = (now() + timedelta(days=1)).isoformat()
    lasts = {"id": 9, "customer": 3, "says": "yes", "at": EARLY, "until": soon}
    assert told(people(1, 2, 3), [ended, never, lasts]) == [("1@firm.example", "expired", LATE)]
    assert words(store, "shop:2") == [("2@firm.example", "denied", EARLY)]
    assert words(store, "shop:3") == [("3@firm.example", "granted", EARLY)]
    assert acts(store, "shop:3")[0].until is not None


def test_what_was_deleted_over_there_says_nothing_more_and_takes_nothing_back(told, store):
    rows = [{"id": 7, "customer": 1, "says": "no", "at": EARLY}]
    told(people(1), rows)
    gone = [{**rows[0], "gone": "yes"}, {"id": 8, "customer": 2, "says": "no", "gone": "yes"}]
    assert told(people(2), gone) == [("1@firm.example", "denied", EARLY)]
    assert words(store, "shop:2") == []


def test_a_consent_that_cant_be_read_waits_with_field_and_reason(told, store, settings):
    bad = {"id": 7, "customer": 1, "says": "no", "at": "yesterday"}
    assert told(people(1), [bad]) == []
    with store.read() as unit:
        (waiting,) = unit.quarantine.rows(Which("shop", "consents"))
        assert (waiting.record.field, waiting.record.remote_id) == ("at", "7")
    assert replay(settings, store, Which("shop"))["shop"].still == 1
    assert told([], [{**bad, "at": LATE}]) == [("1@firm.example", "denied", LATE)]
    with store.read() as unit:
        assert unit.quarantine.count() == 0


def test_a_consent_that_a_person_put_right_is_heard(told, store, settings):
    bad = {"id": 7, "customer": 1, "says": "no", "at": "yesterday"}
    told(people(1), [bad])
    with store.begin() as unit:
        (waiting,) = unit.quarantine.rows(Which("shop"))
        unit.quarantine.fix(waiting.id, {"at": LATE})
    assert replay(settings, store, Which("shop", state=None))["shop"].cured == 1
    resolve(settings, store)
    assert words(store) == [("1@firm.example", "denied", LATE)]


def test_who_is_forgotten_takes_the_consents_of_the_own_address_along(told, store, settings):
    consents = [
        {"id": 7, "mail": "1@firm.example", "mails": "no"},
        {"id": 8, "mail": "2@firm.example", "mails": "no"},
    ]
    told(people(1, 2), consents)
    forget(settings, store, "shop:1", author="eva")
    with store.begin() as unit:
        left = unit.stream_records.owned("shop", "consents", ["1@firm.example", "2@firm.example"])
        assert [it.key.id for it in left] == ["8"]
    told([], consents, key="shop:2")
    with store.read() as unit:
        assert unit.stream_records.owned("shop", "consents", ["1@firm.example"]) == []
    came_back = people(9, mail="1@firm.example")
    told(came_back, [], key="shop:9")
    assert told([], consents, key="shop:9") == [("1@firm.example", "denied", None)]
