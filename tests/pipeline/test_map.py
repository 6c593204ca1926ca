"""Mapping in chunks and processes: the same as one by one, and nothing that lands is overlooked."""

import pytest

from hub.model import Key, SourceRecord
from pipeline import map as verb
from pipeline.map import map_channel
from pipeline.pull import pull
from store.bulk import update
from store.records import Due
from store.tables import source_record


@pytest.fixture
def landed(settings, store):
    pull(settings, store, "crm")
    with store.read() as unit:
        return unit.records.count_due()[Due.MAP]


def said(store):
    with store.read() as unit:
        rows = unit.records.get(range(1, 10_000))
        words = {one.key: one.texts.customer for one in rows if one.texts.customer}
        return words, unit.records.count_due()


def test_processes_make_of_it_what_one_would(settings, store, landed, monkeypatch):
    monkeypatch.setattr(verb, "_CHUNK", 5)
    many = map_channel(settings.model_copy(update={"workers": 2}), store, "crm")
    assert many.mapped + many.quarantined == landed
    alone = said(store)
    with store.begin() as unit:
        unit.records.set_all_due()
    again = map_channel(settings.model_copy(update={"workers": 1}), store, "crm")
    assert (again.mapped, again.unchanged) == (0, many.mapped)
    assert said(store) == alone


def test_a_word_in_the_letters_of_an_older_release_is_the_same_word(settings, store, landed):
    map_channel(settings, store, "crm")
    with store.begin() as unit:
        old = unit.records.get(range(1, 10_000))
        rows = [(one.id, one.customer.model_dump_json()) for one in old if one.texts.customer]
        update(unit.connection, source_record, ("id", "customer"), rows)
        unit.records.set_all_due()
    again = map_channel(settings, store, "crm")
    assert (again.mapped, again.unchanged) == (0, len(rows))


def test_what_lands_while_it_is_read_is_mapped_as_it_landed_last(
    settings, store, landed, monkeypatch
):
    key, read = None, verb._read

    def read_slowly(vendor, rows):
        nonlocal key
        done = read(vendor, rows)
        if key is None and done.mapped:
            key = Key(rows[0].channel, rows[0].remote_id)
            with store.begin() as unit:
                payload = dict(unit.records.by_key([key])[key].payload)
                payload["STREET"] = "Neuer Weg 7"
                unit.records.land([SourceRecord(key, payload)], verb.now())
        return done

    monkeypatch.setattr(verb, "_read", read_slowly)
    report = map_channel(settings, store, "crm")
    assert report.mapped + report.quarantined == landed
    with store.read() as unit:
        assert "Neuer Weg 7" in unit.records.by_key([key])[key].customer.addresses[0].street
        assert Due.MAP not in unit.records.count_due()
