from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def test_a_run_is_under_way_until_it_ends(store):
    with store.begin() as unit:
        first = unit.journal.start("run", NOON)
        second = unit.journal.start("pull", NOON)
        assert first < second
        unit.journal.end(first, {"pull": {"erp": {"pulled": 3}}}, "done", LATER)
        newest, oldest = unit.journal.runs()
        assert unit.journal.runs(limit=1) == [newest]
    assert newest == (second, "pull", NOON, None, None, None)
    assert oldest == (first, "run", NOON, LATER, "done", {"pull": {"erp": {"pulled": 3}}})


def test_events_come_newest_first(store):
    with store.begin() as unit:
        unit.journal.record("steward", "decide same", {"left": "erp:1", "right": "shop:2"}, NOON)
        unit.journal.record("steward", "undo", {"left": "erp:1", "right": "shop:2"}, LATER)
        newest, oldest = unit.journal.events()
        assert unit.journal.events(limit=1) == [newest]
    assert (newest.act, newest.at, newest.author) == ("undo", LATER, "steward")
    assert oldest.subject == {"left": "erp:1", "right": "shop:2"}
