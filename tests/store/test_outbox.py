from datetime import UTC, datetime, timedelta

import pytest

from hub.model import Key, Operation, Outcome, SourceRecord
from store.outbox import Notice, OutboxState, Settled

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
TOLD = {"language": "de", "emails": ["anna@example.org"]}


@pytest.fixture
def record(land, make_golden):
    (number,) = land(1)
    make_golden("cus_1", [number])
    return number


def taken(unit, channel="erp", now=NOON):
    return unit.outbox.take(channel, 10, now)


def sending(unit, *notices):
    unit.outbox.notify(notices)
    rows = taken(unit, notices[0].channel)
    return unit.outbox.begin_sending([(row, TOLD) for row in rows])


def test_a_notice_is_taken_by_its_channel_oldest_first(store, record, make_golden):
    make_golden("cus_2")
    with store.begin() as unit:
        unit.outbox.notify([Notice("cus_1", "erp", record, 1)])
        unit.outbox.notify([Notice("cus_2", "erp", None, 1), Notice("cus_2", "shop", None, 1)])
        rows = taken(unit)
        assert [(row.golden_id, row.record_id) for row in rows] == [
            ("cus_1", record),
            ("cus_2", None),
        ]
        assert unit.outbox.take("erp", 1, NOON) == rows[:1]
        assert unit.outbox.counts() == {
            "erp": {OutboxState.DUE: 2},
            "shop": {OutboxState.DUE: 1},
        }


def test_a_newer_version_supersedes_the_one_that_waits(store, record):
    with store.begin() as unit:
        for version in (1, 2):
            unit.outbox.notify(
                [Notice("cus_1", "erp", record, version), Notice("cus_1", "erp", None, version)]
            )
        assert [row.version for row in taken(unit)] == [2, 2]


def test_the_same_target_twice_in_one_call_is_one_row(store, record):
    with store.begin() as unit:
        for _ in range(2):
            unit.outbox.notify([Notice("cus_1", "erp", record, version) for version in (1, 2)])
        assert [row.version for row in taken(unit)] == [2]


def test_a_record_that_moved_is_told_of_its_new_customer_only(store, record, make_golden):
    make_golden("cus_2")
    with store.begin() as unit:
        unit.outbox.notify([Notice("cus_1", "erp", record, 4)])
        unit.outbox.notify([Notice("cus_2", "erp", record, 1)])
        assert [(row.golden_id, row.version) for row in taken(unit)] == [("cus_2", 1)]


def test_what_is_sent_leaves_a_receipt_that_names_attributes_not_values(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 7))
        assert unit.outbox.in_doubt("erp") == [row]
        unit.outbox.settle([Settled(row, Outcome.SENT, None, "", None)], LATER, "run_1")
        assert taken(unit) == []
        (proof,) = unit.outbox.receipts("cus_1")
    assert (proof.operation, proof.outcome) == (Operation.UPDATE, Outcome.SENT)
    assert (proof.channel, proof.remote_id, proof.version) == ("erp", "1", 7)
    assert (proof.attributes, proof.at, proof.run_id) == (("emails", "language"), LATER, "run_1")


def test_what_is_right_already_leaves_no_receipt(store, record):
    with store.begin() as unit:
        unit.outbox.notify([Notice("cus_1", "erp", record, 1)])
        unit.outbox.settle([Settled(r, None, None, "", None) for r in taken(unit)], NOON, None)
        assert (taken(unit), unit.outbox.receipts()) == ([], [])


def test_what_failed_is_due_again_later_and_counts_its_attempts(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        unit.outbox.settle([Settled(row, Outcome.FAILED, None, "503", LATER)], NOON, None)
        assert taken(unit) == []
        (again,) = taken(unit, now=LATER)
        assert unit.outbox.receipts()[0].outcome is Outcome.FAILED
    assert (again.state, again.attempts, again.next_at) == (OutboxState.DUE, 1, LATER)
    assert (again.reason, again.told) == ("503", None)


def test_a_newer_version_does_not_hurry_a_channel_that_fails(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        unit.outbox.settle([Settled(row, Outcome.FAILED, None, "503", LATER)], NOON, None)
        unit.outbox.notify([Notice("cus_1", "erp", record, 2)])
        assert taken(unit) == []
        (again,) = taken(unit, now=LATER)
        assert (again.version, again.attempts) == (2, 1)


def test_what_is_refused_becomes_a_dead_letter_that_a_person_can_revive(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        unit.outbox.settle([Settled(row, Outcome.REJECTED, "1", "no such country", None)], NOON, "")
        assert taken(unit, now=LATER) == []
        (dead,) = unit.outbox.dead("erp")
        assert (dead.state, dead.reason) == (OutboxState.DEAD, "no such country")
        assert unit.outbox.dead("shop") == []
        assert unit.outbox.dead() == [dead]
        unit.outbox.revive([dead.id])
        (again,) = taken(unit)
        assert (again.state, again.attempts, again.reason) == (OutboxState.DUE, 0, "")


def test_a_newer_version_gives_a_dead_letter_another_chance(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        unit.outbox.settle([Settled(row, Outcome.REJECTED, None, "no", None)], NOON, None)
        unit.outbox.notify([Notice("cus_1", "erp", record, 2)])
        (again,) = taken(unit)
        assert (again.state, again.version, again.attempts) == (OutboxState.DUE, 2, 0)


def test_a_delivery_that_was_cut_off_is_in_doubt_and_taken_again(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
    with store.begin() as unit:
        (again,) = taken(unit)
        assert unit.outbox.in_doubt("shop") == []
    assert again == row
    assert (again.state, again.told, again.attempts) == (OutboxState.SENDING, TOLD, 1)


def test_a_delivery_that_failed_may_have_gone_through(store, record):
    with store.begin() as unit:
        unit.outbox.notify([Notice("cus_1", "erp", record, 1)])
        assert unit.outbox.in_doubt("erp") == []  # never begun
        (row,) = unit.outbox.begin_sending([(row, TOLD) for row in taken(unit)])
        unit.outbox.settle([Settled(row, Outcome.FAILED, None, "cut", LATER)], NOON, None)
        assert [row.state for row in unit.outbox.in_doubt("erp")] == [OutboxState.DUE]


@pytest.mark.parametrize("outcome", [Outcome.SENT, Outcome.REJECTED])
def test_a_notice_that_comes_while_sending_is_not_lost(store, record, outcome):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        unit.outbox.notify([Notice("cus_1", "erp", record, 1)])  # only a member changed
        assert [now.state for now in taken(unit)] == [OutboxState.SENDING]
        unit.outbox.settle([Settled(row, outcome, "1", "", None)], NOON, None)
        (again,) = taken(unit)
        assert unit.outbox.receipts()[0].outcome is outcome
    assert (again.state, again.attempts, again.told) == (OutboxState.DUE, 0, None)


def test_a_create_that_was_noticed_again_becomes_an_update_of_what_it_made(store, record):
    made = SourceRecord(Key("shop", "77"), {})
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "shop", None, 1))
        unit.outbox.notify([Notice("cus_1", "shop", None, 2)])
        unit.records.land([made], NOON)
        number = unit.records.by_key([made.key])[made.key].id
        unit.outbox.settle([Settled(row, Outcome.SENT, "77", "", None)], NOON, None)
        (again,) = taken(unit, "shop")
        (proof,) = unit.outbox.receipts()
    assert (again.record_id, again.version) == (number, 2)
    assert (proof.operation, proof.remote_id) == (Operation.CREATE, "77")


def test_a_create_that_was_noticed_again_leaves_an_update_that_waits_already_alone(store, record):
    made = SourceRecord(Key("shop", "77"), {})
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "shop", None, 1))
        unit.records.land([made], NOON)
        number = unit.records.by_key([made.key])[made.key].id
        unit.outbox.notify([Notice("cus_1", "shop", None, 2), Notice("cus_1", "shop", number, 2)])
        unit.outbox.settle([Settled(row, Outcome.SENT, "77", "", None)], NOON, None)
        assert sorted(r.record_id or 0 for r in taken(unit, "shop")) == [0, number]


def test_a_delivery_is_settled_once(store, record):
    with store.begin() as unit:
        (row,) = sending(unit, Notice("cus_1", "erp", record, 1))
        for _ in range(2):
            unit.outbox.settle([Settled(row, Outcome.SENT, None, "", None)], NOON, None)
        assert len(unit.outbox.receipts()) == 1


def test_receipts_come_newest_first(store, record, make_golden):
    make_golden("cus_2")
    with store.begin() as unit:
        for golden_id in ("cus_1", "cus_2", "cus_1"):
            (row,) = sending(unit, Notice(golden_id, "shop", None, 1))
            unit.outbox.settle([Settled(row, Outcome.SENT, "7", "", None)], NOON, None)
        assert [r.golden_id for r in unit.outbox.receipts(limit=2)] == ["cus_1", "cus_2"]
        assert len(unit.outbox.receipts("cus_1")) == 2
