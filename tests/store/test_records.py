from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import text

from hub.errors import RecordError
from hub.model import Customer, Key, PersonName, SourceRecord
from store.database import Store
from store.records import Due, Landed, Mapped

NOON = datetime(2026, 5, 4, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
ONE, TWO = Key("erp", "1"), Key("shop", "1")


def source(key=ONE, name="Anna", **more):
    return SourceRecord(key, {"Name": name, "Tags": [1, None, 2.5]}, **more)


def customer(key=ONE, given="Anna"):
    return Customer(key=key, name=PersonName(given=given, family="Müller"), changed_at=NOON)


def test_a_record_comes_back_as_it_landed(store):
    given = source(changed_at=NOON, deleted=True, reference="cus_1")
    with store.begin() as unit:
        assert unit.records.land([given], LATER) == Landed(created=1)
    with store.read() as unit:
        found = unit.records.by_key([ONE, TWO])[ONE]
        assert unit.records.get([found.id, 999]) == [found]
    assert (found.key, found.payload, found.changed_at) == (ONE, given.payload, NOON)
    assert (found.deleted, found.reference) == (True, "cus_1")
    assert found.fingerprint == given.fingerprint()
    assert (found.customer, found.held, found.told, found.golden_id) == (None,) * 4


def test_only_what_changed_is_due_for_the_map(store):
    with store.begin() as unit:
        first = unit.records.land([source(), source(TWO)], NOON)
        done = unit.records.due(Due.MAP)
        unit.records.save_mapped([Mapped(r.id, customer(r.key), None, None) for r in done])
        again = unit.records.land([source(name="Anne"), source(TWO)], LATER)
        due = unit.records.due(Due.MAP)
    assert first == Landed(created=2)
    assert again == Landed(changed=1, unchanged=1)
    assert [(r.key, r.payload["Name"]) for r in due] == [(ONE, "Anne")]
    assert due[0].customer == customer(ONE)  # what it said before stands until it is mapped


def test_what_a_change_replaces_is_kept(store):
    with store.begin() as unit:
        unit.records.land([source()], NOON)
        unit.records.land([source(name="Anne")], LATER)
        unit.records.land([source(name="Anne", deleted=True)], LATER + timedelta(hours=1))
        number = unit.records.by_key([ONE])[ONE].id
        history = unit.records.history(number)
    assert [(h.at, h.payload["Name"], h.deleted) for h in history] == [
        (LATER, "Anna", False),
        (LATER + timedelta(hours=1), "Anne", False),
    ]
    assert history[0].fingerprint == source().fingerprint()


def test_of_a_record_that_comes_twice_in_a_page_the_last_one_counts(store):
    with store.begin() as unit:
        assert unit.records.land([source(), source(name="Anne")], NOON) == Landed(1, 0, 1)
        assert unit.records.by_key([ONE])[ONE].payload["Name"] == "Anne"


def test_a_payload_with_letters_that_a_database_refuses_is_kept_as_it_was(store):
    broken = SourceRecord(ONE, {"Name": "A\0\ud800", "\0": "王小明"}, reference="x\0y")
    with store.begin() as unit:
        unit.records.land([broken], NOON)
        assert unit.records.land([broken], NOON) == Landed(unchanged=1)
        found = unit.records.by_key([ONE])[ONE]
    assert found.payload == broken.payload
    assert found.reference == "x\ufffdy"


@pytest.mark.parametrize("remote_id", ["1\0", "\ud800"])
def test_an_id_that_can_not_be_stored_is_refused(store, remote_id):
    with pytest.raises(RecordError, match="erp id"), store.begin() as unit:
        unit.records.land([source(Key("erp", remote_id))], NOON)


def test_due_goes_by_channel_in_the_order_of_landing(store):
    with store.begin() as unit:
        unit.records.land([source(Key("erp", str(n))) for n in range(5)] + [source(TWO)], NOON)
        erp = unit.records.due(Due.MAP, limit=3, channel="erp")
        everything = unit.records.due(Due.MAP)
    assert [r.key.id for r in erp] == ["0", "1", "2"]
    assert everything[-1].key == TWO


def test_a_mapped_record_is_handed_on(store):
    held = customer(given="Anne")
    with store.begin() as unit:
        unit.records.land([source()], NOON)
        (record,) = unit.records.due(Due.MAP)
        unit.records.save_mapped([Mapped(record.id, customer(), held, Due.MATCH)])
        unit.records.tell([(record.id, {"language": "de"})])
        assert unit.records.due(Due.MAP) == []
        (record,) = unit.records.due(Due.MATCH)
        unit.records.set_due([record.id], Due.MERGE)
        assert unit.records.count_due() == {Due.MERGE: 1}
        unit.records.set_due([record.id], None)
        assert unit.records.count_due() == {}
        unit.records.tell([(record.id, None)])
        assert unit.records.get([record.id])[0].told is None
    assert (record.customer, record.held, record.told) == (customer(), held, {"language": "de"})


def test_a_change_that_says_nothing_new_does_not_hide_a_merge_that_is_due(store):
    with store.begin() as unit:
        unit.records.land([source()], NOON)
        (record,) = unit.records.due(Due.MAP)
        unit.records.save_mapped([Mapped(record.id, customer(), None, Due.MATCH)])
        unit.records.set_due([record.id], Due.MERGE)
        unit.records.land([source(name="Anne")], LATER)
        assert unit.records.count_due() == {Due.MAP: 1, Due.MERGE: 1}
        unit.records.save_mapped([Mapped(record.id, customer(), None, None)])
        assert unit.records.count_due() == {Due.MERGE: 1}


def test_a_record_can_be_mapped_again(store, land):
    first, _ = land(2)
    with store.begin() as unit:
        unit.records.set_due([first], Due.MAP)
        assert [r.key.id for r in unit.records.due(Due.MAP)] == ["1"]


def test_a_mark_for_merge_waits_for_the_match(store, land):
    first, second = land(2)
    with store.begin() as unit:
        unit.records.set_due([first], Due.MATCH)
        unit.records.mark_for_merge([first, second])
        assert [r.id for r in unit.records.due(Due.MATCH)] == [first]
        assert [r.id for r in unit.records.due(Due.MERGE)] == [second]


def test_a_record_is_a_member_of_one_golden_customer_at_most(store, land, make_golden):
    first, second = land(2)
    make_golden("cus_a", [first, second])
    make_golden("cus_b", [second])
    with store.begin() as unit:
        assert unit.golden.members(["cus_a", "cus_b"]) == {"cus_a": [first], "cus_b": [second]}
        unit.records.assign([(second, None)])
        assert unit.golden.members(["cus_b"]) == {"cus_b": []}


def test_a_cursor_moves_by_channel_and_stream(store):
    with store.begin() as unit:
        assert unit.records.cursor("erp") is None
        unit.records.move_cursor("erp", "1", NOON)
        unit.records.move_cursor("erp", "2", LATER)
        unit.records.move_cursor("erp", "9", NOON, stream="orders")
        assert unit.records.cursor("erp") == "2"
        assert unit.records.cursor("erp", "orders") == "9"
        assert unit.records.cursor("shop") is None


def test_a_question_may_be_about_more_records_than_a_statement_has_binds(store, land):
    ids = land(2)
    keys = [Key("erp", str(number)) for number in range(70_000)]
    with store.read() as unit:
        assert [record.id for record in unit.records.get(range(70_000))] == ids
        assert sorted(unit.records.by_key(keys)) == [("erp", "1"), ("erp", "2")]
        assert unit.pairs.component(range(70_000)) >= set(ids)


def test_what_lands_while_it_is_mapped_is_mapped_again(store, url):
    with store.begin() as unit:
        unit.records.land([source()], NOON)
    begun = Event()

    def pull():
        begun.wait(5)
        with Store(url) as other, other.begin() as unit:
            unit.records.land([source(name="Anne")], LATER)

    with ThreadPoolExecutor(1) as pool:
        pulled = pool.submit(pull)
        with store.begin() as unit:
            (record,) = unit.records.due(Due.MAP)
            begun.set()
            unit.records.save_mapped([Mapped(record.id, customer(), None, Due.MATCH)])
        pulled.result(10)
    with store.begin() as unit:
        assert [r.payload["Name"] for r in unit.records.due(Due.MAP)] == ["Anne"]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("unmapped AND channel = 'erp' ORDER BY id", "ix_source_record_unmapped"),
        ("due IS NOT NULL AND due = 'merge' ORDER BY id", "ix_source_record_due"),
    ],
)
def test_what_is_due_is_found_by_an_index_of_its_own(sqlite_template, query, index):
    with Store(f"sqlite:///{sqlite_template}") as store, store.read() as unit:
        sql = f"EXPLAIN QUERY PLAN SELECT id FROM source_record WHERE {query}"  # noqa: S608 - above
        plan = str(unit.records._connection.execute(text(sql)).all())
    assert index in plan
    assert "TEMP B-TREE" not in plan
