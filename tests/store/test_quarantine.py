from datetime import UTC, datetime, timedelta

from hub.model import Key, SourceRecord
from store.quarantine import State, Which
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


def test_a_choice_of_rows_is_counted_before_anything_is_done_to_it(store):
    rows = [BAD._replace(remote_id=str(n), rule="e-mail") for n in range(3)]
    held = BAD._replace(stage="schema", rule="new column", field="fax", reason="100% new")
    with store.begin() as unit:
        unit.records.quarantine([*rows, held, BAD._replace(channel="shop")], NOON)
        assert unit.quarantine.count() == 5
        assert unit.quarantine.count(Which("erp", rule="e-mail")) == 3
        assert unit.quarantine.count(Which(reason="0% n")) == 1
        assert unit.quarantine.count(Which(reason="0_ n")) == 0
        first = unit.quarantine.tally()[0]
        assert (first.rule, first.number, first.example) == ("e-mail", 3, "0")
        assert len(unit.quarantine.rows(Which("erp", stage="map"), limit=2)) == 2


def test_a_fix_holds_as_long_as_the_channel_shows_the_same(store):
    with store.begin() as unit:
        unit.records.quarantine([BAD], NOON)
        (row,) = unit.quarantine.rows()
        unit.quarantine.fix(row.id, {"E_Mail": "a@b.example"})
        unit.quarantine.fix(row.id, {"Name": "Anna"})
        unit.records.quarantine([BAD], LATER)
        fixed = unit.quarantine.rows()[0]
        assert fixed.fix == {"E_Mail": "a@b.example", "Name": "Anna"}
        assert fixed.record.state == State.WAITING  # it still could not be mapped
        unit.records.quarantine([BAD._replace(payload={"E_Mail": "b@"})], LATER)
        assert unit.quarantine.rows()[0].fix is None


def test_fixed_rows_are_found_by_record(store):
    with store.begin() as unit:
        unit.records.quarantine([BAD, BAD._replace(remote_id="2")], NOON)
        (row,) = unit.quarantine.rows(Which(remote_id="2"))
        unit.quarantine.fix(row.id, {"E_Mail": None})
        assert list(unit.quarantine.fixes("erp", ["1", "2", "3"])) == ["2"]


def test_what_a_person_ignores_stays_ignored_until_it_changes(store):
    with store.begin() as unit:
        unit.records.quarantine([BAD], NOON)
        assert unit.quarantine.set_state(Which("erp"), State.IGNORED) == 1
        unit.records.quarantine([BAD], LATER)
        assert unit.quarantine.count(Which(state=State.WAITING)) == 0
        unit.records.quarantine([BAD._replace(payload={})], LATER)
        assert unit.quarantine.count(Which(state=State.WAITING)) == 1


def test_what_was_cured_leaves(store):
    with store.begin() as unit:
        unit.records.quarantine([BAD], NOON)
        unit.quarantine.remove([row.id for row in unit.quarantine.rows()])
        assert unit.quarantine.tally() == []
