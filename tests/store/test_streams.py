from datetime import UTC, datetime, timedelta

from hub.model import Key, SourceRecord
from store.streams import StreamState

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def records(*ids, channel="shop", deleted=False):
    return [SourceRecord(Key(channel, n), {"id": n}, deleted=deleted) for n in ids]


def test_a_full_scan_tells_who_was_not_shown(store):
    with store.begin() as unit:
        unit.records.land(records("1", "2", "3"), NOON)
        unit.records.land(records("4", deleted=True), NOON)
        unit.records.land(records("1", channel="erp"), NOON)
        unit.streams.begin_scan("shop", "customers", LATER)
        unit.streams.sight("customers", [Key("shop", "1"), Key("shop", "1"), Key("shop", "9")])
        unit.streams.sight("orders", [Key("shop", "2")])
        unit.streams.sight("customers", [])
        assert unit.streams.sighted("shop", "customers") == 2
        assert unit.streams.alive("shop", "customers", LATER) == 3
        assert unit.streams.unsighted("shop", "customers", LATER) == ["2", "3"]


def test_what_landed_after_the_scan_began_is_not_missing(store):
    with store.begin() as unit:
        unit.streams.begin_scan("shop", "customers", NOON)
        unit.records.land(records("new"), LATER)
        assert unit.streams.unsighted("shop", "customers", NOON) == []


def test_a_scan_begins_with_nothing_seen_and_ends_with_nothing_kept(store):
    with store.begin() as unit:
        unit.streams.sight("customers", [Key("shop", "1")])
        unit.streams.begin_scan("shop", "customers", NOON)
        assert unit.streams.sighted("shop", "customers") == 0
        assert unit.streams.state("shop") == StreamState(scan_began=NOON)
        unit.streams.sight("customers", [Key("shop", "1")])
        unit.streams.end_scan("shop", "customers", LATER)
        assert unit.streams.sighted("shop", "customers") == 0
        assert unit.streams.state("shop") == StreamState(scanned_at=LATER)


def test_a_scan_that_is_held_stays_held_until_one_is_believed(store):
    with store.begin() as unit:
        unit.streams.begin_scan("shop", "customers", NOON)
        unit.streams.end_scan("shop", "customers", NOON, held=7)
        assert unit.streams.state("shop") == StreamState(held_at=NOON, held=7)
        unit.streams.begin_scan("shop", "customers", NOON)
        assert unit.streams.state("shop").held == 7
        unit.streams.end_scan("shop", "customers", LATER)
        assert unit.streams.states() == {("shop", "customers"): StreamState(scanned_at=LATER)}
