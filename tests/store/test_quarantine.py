from datetime import UTC, datetime, timedelta

from hub.model import Key, SourceRecord
from store.records import Due, Quarantined

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
BAD = Quarantined("erp", "1", "map", "E_Mail", "is no address", {"E_Mail": "a\0@"})


def test_a_record_in_quarantine_says_why_since_when_and_how_often(store):
    with store.begin() as unit:
        unit.records.quarantine([BAD], NOON)
        unit.records.quarantine([BAD._replace(reason="is blank", payload={})], LATER)
        (found,) = unit.records.quarantined()
    assert found.record == BAD._replace(reason="is blank", payload={})
    assert (found.first_seen, found.last_seen, found.times) == (NOON, LATER, 2)


def test_a_record_that_is_cured_leaves_the_stage_where_it_was(store):
    unread = BAD._replace(stage="pull")
    other = BAD._replace(remote_id="2")
    with store.begin() as unit:
        unit.records.quarantine([BAD, unread, other], NOON)
        unit.records.release([Key("erp", "1"), Key("shop", "2")], "map")
        found = sorted(row.record for row in unit.records.quarantined())
        assert found == [unread, other]


def test_quarantine_is_listed_by_channel_newest_first(store):
    shop, newest = BAD._replace(channel="shop"), BAD._replace(remote_id="2")
    with store.begin() as unit:
        unit.records.quarantine([BAD, shop], NOON)
        unit.records.quarantine([newest], LATER)
        assert [found.record for found in unit.records.quarantined("erp")] == [newest, BAD]
        assert len(unit.records.quarantined()) == 3


def test_a_refused_record_waits_for_its_cure_and_is_not_mapped_over_and_over(store):
    with store.begin() as unit:
        unit.records.land([SourceRecord(Key("erp", n), {"n": n}) for n in "123"], NOON)
        unit.records.quarantine([BAD, BAD._replace(remote_id="2", stage="pull")], NOON)
        assert [r.key.id for r in unit.records.due(Due.MAP)] == ["2", "3"]
        unit.records.land([SourceRecord(Key("erp", "1"), {"n": "cured"})], LATER)
        assert [r.key.id for r in unit.records.due(Due.MAP)] == ["1", "2", "3"]


def test_nothing_to_set_aside_is_nothing_done(store):
    with store.begin() as unit:
        unit.records.quarantine([], NOON)
        unit.records.release([], "map")
        assert unit.records.quarantined() == []
