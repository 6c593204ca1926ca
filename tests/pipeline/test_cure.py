"""What a person does about records in quarantine: count, fix, ignore, let them try again."""

import pytest

from hub.config import Drift
from hub.errors import ConfigError
from hub.model import Key
from pipeline import cure as cure_module
from pipeline import pull as pull_module
from pipeline.cure import ReplayReport, accept_drift, fix, ignore, replay
from pipeline.map import map_channel
from pipeline.pull import pull
from store.database import Store
from store.quarantine import State, Which
from tests.pipeline.source import FakeSource, people, settings_for

SHOP = Key("shop", "1")


@pytest.fixture
def store():
    with Store("sqlite://") as opened:
        opened.migrate()
        yield opened


@pytest.fixture
def feed(monkeypatch):
    source = FakeSource(incremental=True, streams=("customers", "orders"))
    for module in (pull_module, cure_module):
        monkeypatch.setattr(module, "connect", lambda _channel: source)
    return source


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path, streams=("orders",))


def customers(store):
    with store.read() as unit:
        found = unit.records.by_key(Key("shop", str(n)) for n in range(100)).values()
        return {int(it.key.id): it.customer for it in found}


def test_a_value_that_a_person_puts_right_is_what_the_map_reads(feed, settings, store):
    feed.rows([{"id": 1, "name": "Anna"}, *people(2)])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    fix(store, SHOP, {"mail": "anna@firm.example"}, author="eva")
    assert replay(settings, store, Which("shop")) == {"shop": ReplayReport(cured=1)}
    assert customers(store)[1].emails == ("anna@firm.example",)
    with store.read() as unit:
        assert unit.records.by_key([SHOP])[SHOP].payload == {"id": 1, "name": "Anna"}
        assert unit.journal.events()[0].subject == {"key": "shop:1", "paths": ["mail"]}


def test_a_fix_holds_when_the_map_runs_anew_and_ends_when_the_record_changes(feed, settings, store):
    feed.rows([{"id": 1, "name": "Anna"}])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    fix(store, SHOP, {"mail": "anna@firm.example"}, author="eva")
    for _ in range(2):
        replay(settings, store, Which("shop"))
        assert customers(store)[1].emails == ("anna@firm.example",)
    feed.rows([{"id": 1, "name": "Anne"}])
    pull(settings, store, "shop")
    assert map_channel(settings, store, "shop").quarantined == 1
    with store.read() as unit:
        assert unit.quarantine.rows()[0].fix is None


def test_a_fix_that_does_not_cure_leaves_the_record_where_it_is(feed, settings, store):
    feed.rows([{"id": 1, "name": "Anna"}])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    fix(store, SHOP, {"name": "Anne"}, author="eva")
    assert replay(settings, store, Which("shop")) == {"shop": ReplayReport(still=1)}


def test_a_row_without_an_id_gets_one(feed, settings, store):
    feed.rows([{"name": "Anna", "mail": "a@firm.example"}])
    pull(settings, store, "shop")
    with store.read() as unit:
        (row,) = unit.quarantine.rows()
    assert replay(settings, store, Which("shop"))["shop"].still == 1
    fix(store, Key("shop", row.record.remote_id), {"id": 1}, author="eva")
    assert replay(settings, store, Which()) == {"shop": ReplayReport(cured=1)}
    map_channel(settings, store, "shop")
    assert customers(store)[1].emails == ("a@firm.example",)


def test_held_rows_land_once_the_drift_is_accepted(feed, store, tmp_path):
    settings = settings_for(tmp_path, drift=Drift.HOLD, streams=("orders",))
    feed.rows(people(*range(1, 31)))
    pull(settings, store, "shop")
    feed.rows(people(1, fax="1"))
    feed.rows([{"id": 5, "customer": 1}], stream="orders")
    pull(settings, store, "shop")
    assert replay(settings, store, Which("shop"))["shop"].still == 1
    (noted,) = accept_drift(store, "shop", author="eva")
    assert noted.drift.name == "fax"
    assert replay(settings, store, Which("shop"))["shop"].cured == 1
    with store.read() as unit:
        assert unit.records.by_key([SHOP])[SHOP].payload["fax"] == "1"


def test_orders_try_again_like_customers(feed, settings, store):
    feed.rows([{"customer": 1, "total": 9}], stream="orders")
    pull(settings, store, "shop")
    with store.read() as unit:
        (row,) = unit.quarantine.rows(Which(stream="orders"))
    fix(store, Key("shop", row.record.remote_id), {"id": 7}, author="eva")
    replay(settings, store, Which("shop"))
    with store.read() as unit:
        assert [it.key.id for it in unit.stream_records.of(SHOP)] == ["7"]


def test_only_the_chosen_ones_try_again(feed, settings, store):
    feed.rows([{"id": 1, "name": "Anna"}, {"id": 2, "mail": "a@firm.example"}])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    with store.read() as unit:
        fields = {it.field: it.number for it in unit.quarantine.tally()}
    assert fields == {"mail": 1, "name": 1}
    assert replay(settings, store, Which("shop", field="name"))["shop"] == ReplayReport(still=1)


def test_what_is_ignored_counts_no_more(feed, settings, store):
    feed.rows([{"id": 1, "name": "Anna"}, {"id": 2}])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    assert ignore(store, Which("shop", remote_id="2"), author="eva") == 1
    with store.read() as unit:
        assert unit.quarantine.count(Which(state=State.WAITING)) == 1
        assert unit.journal.events()[0].subject["number"] == 1


def test_who_names_what_is_not_there_is_told(feed, settings, store):
    with pytest.raises(ConfigError, match="shop:1 is not in quarantine"):
        fix(store, SHOP, {"mail": "x"}, author="eva")
    with pytest.raises(ConfigError, match="no channel 'shoe'"):
        replay(settings, store, Which("shoe"))
    feed.rows([{"id": 1, "name": "Anna"}])
    pull(settings, store, "shop")
    map_channel(settings, store, "shop")
    with pytest.raises(ConfigError, match="is no path into this record"):
        fix(store, SHOP, {"a..b": "x"}, author="eva")
