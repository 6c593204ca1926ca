"""Rows that can't be read are kept, and too many stop their channel."""

import pytest

from hub.errors import ConfigError
from pipeline import map as map_module
from pipeline.map import map_channel
from pipeline.pull import pull
from store.quarantine import State, Which
from store.records import Due
from tests.pipeline.source import alive, people, settings_for


def test_rows_without_an_id_are_kept_by_what_they_hold_not_where_they_stood(shop, store, settings):
    shop.rows([*people(1), {"name": "Nobody"}, 7])
    assert pull(settings, store, "shop").quarantined == 2
    shop.rows([{"name": "Somebody"}, {"name": "Nobody"}, *people(1)])
    pull(settings, store, "shop")
    with store.read() as unit:
        found = {str(it.record.payload): it.times for it in unit.quarantine.rows()}
    assert found == {"{'name': 'Nobody'}": 2, "{'row': 7}": 1, "{'name': 'Somebody'}": 1}


def test_too_much_poison_stops_the_channel(shop, store, tmp_path):
    settings = settings_for(tmp_path, poison=3)
    shop.rows([{"name": n} for n in range(3)], [{"name": n} for n in range(3, 6)], people(1))
    with pytest.raises(ConfigError, match=r"6 records wait .* poison allows \(3\)"):
        pull(settings, store, "shop")
    assert alive(store) == []
    shop.rows(people(1))
    with pytest.raises(ConfigError, match="see goldenrod quarantine shop"):
        pull(settings, store, "shop")
    with store.begin() as unit:
        unit.quarantine.set_state(Which("shop"), State.IGNORED)
    pull(settings, store, "shop")
    assert alive(store) == [1]


def test_poison_that_the_map_finds_stops_the_map_of_this_channel(
    shop, store, tmp_path, monkeypatch
):
    settings = settings_for(tmp_path, poison=3)
    shop.rows([{"id": n} for n in range(1, 7)])
    pull(settings, store, "shop")
    monkeypatch.setattr(map_module, "_CHUNK", 2)
    report = map_channel(settings, store, "shop")
    assert report.quarantined == 4
    assert "4 records wait in quarantine" in (report.error or "")


def test_a_channel_that_is_stuck_is_not_read_by_the_map(shop, store, tmp_path, monkeypatch):
    settings = settings_for(tmp_path, poison=3)
    shop.rows([{"id": n} for n in range(1, 6)])
    pull(settings, store, "shop")
    assert map_channel(settings, store, "shop").quarantined == 5
    with store.begin() as unit:
        unit.records.set_due([1], Due.MAP)
    monkeypatch.delattr(map_module, "_waiting")
    report = map_channel(settings, store, "shop")
    assert "5 records wait in quarantine" in (report.error or "")
