from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from hub.model import Decision, Key, Verdict
from store.tables import decision

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)


def test_a_decision_is_on_two_records_whichever_comes_first(store, land):
    one, two = land(2)
    with store.begin() as unit:
        unit.decisions.decide(two, one, Verdict.SAME, "steward", NOON, "same phone")
        said = Decision(
            Key("erp", "1"), Key("erp", "2"), Verdict.SAME, "steward", NOON, "same phone"
        )
        assert unit.decisions.live([one, two]) == [said]
        assert unit.decisions.live([one]) == []  # only between two of these


def test_a_new_decision_closes_the_old_one_and_nothing_is_lost(store, land):
    one, two = land(2)
    with store.begin() as unit:
        unit.decisions.decide(one, two, Verdict.SAME, "steward", NOON)
        unit.decisions.decide(two, one, Verdict.DIFFERENT, "boss", LATER)
        assert [said.verdict for said in unit.decisions.live([one, two])] == [Verdict.DIFFERENT]
        old, new = unit.decisions.history(two, one)
    assert (old.decision.verdict, old.closed_at, old.closed_by) == (Verdict.SAME, LATER, "boss")
    assert (new.decision.author, new.closed_at) == ("boss", None)


def test_what_a_steward_is_unsure_of_teaches_and_contradicts_nothing(store, land):
    one, two, three = land(3)
    with store.begin() as unit:
        unit.decisions.decide(one, two, Verdict.UNSURE, "steward", NOON)
        unit.decisions.decide(one, three, Verdict.DIFFERENT, "steward", NOON)
        assert [row.right_id for row in unit.decisions.standing()] == [three]


def test_a_decision_taken_back_stands_no_more_but_is_remembered(store, land):
    one, two = land(2)
    with store.begin() as unit:
        number = unit.decisions.decide(one, two, Verdict.SAME, "steward", NOON)
        unit.decisions.close(number, "steward", LATER)
        unit.decisions.close(number, "boss", LATER + timedelta(hours=1))
        assert unit.decisions.live([one, two]) == []
        (told,) = unit.decisions.history(one, two)
    assert (told.closed_at, told.closed_by) == (LATER, "steward")


def test_overruling_closes_what_said_otherwise_and_restoring_brings_it_back(store, land):
    one, two, three = land(3)
    with store.begin() as unit:
        old = unit.decisions.decide(one, two, Verdict.SAME, "bob", NOON, "twins")
        unit.decisions.decide(one, three, Verdict.SAME, "bob", NOON)
        wanted = {(two, one): Verdict.DIFFERENT, (one, three): Verdict.SAME}
        opened, closed = unit.decisions.overrule(wanted, "eva", LATER, "split")
        assert (len(opened), closed) == (1, (old,))
        assert unit.decisions.between([one, two])[one, two].decision.author == "eva"
        assert unit.decisions.restore([old]) == ()
        unit.decisions.close(opened[0], "eva", LATER)
        (again,) = unit.decisions.restore([old])
        said = unit.decisions.between([one, two])[one, two]
    assert again not in {old, *opened}
    assert said.decision == Decision(
        Key("erp", "1"), Key("erp", "2"), Verdict.SAME, "bob", NOON, "twins"
    )


def test_one_verdict_on_many_pairs_closes_what_stood_on_these_pairs_only(store, land):
    one, two, three = land(3)
    with store.begin() as unit:
        unit.decisions.decide(one, two, Verdict.DIFFERENT, "steward", NOON)
        unit.decisions.decide(one, three, Verdict.DIFFERENT, "steward", NOON)
        unit.decisions.decide_all([(two, one), (two, three)], Verdict.SAME, "rule", LATER, "made")
        said = unit.decisions.live([one, two, three])
        old, new = unit.decisions.history(one, two)
    assert [(d.left.id, d.right.id, d.verdict) for d in said] == [
        ("1", "3", Verdict.DIFFERENT),
        ("1", "2", Verdict.SAME),
        ("2", "3", Verdict.SAME),
    ]
    assert (old.closed_at, old.closed_by) == (LATER, "rule")
    assert (new.decision.author, new.decision.note, new.closed_at) == ("rule", "made", None)


def test_a_record_is_not_decided_against_itself(store, land):
    (one,) = land(1)
    with pytest.raises(ValueError, match="two records"), store.begin() as unit:
        unit.decisions.decide(one, one, Verdict.SAME, "steward", NOON)


def test_the_database_itself_allows_one_standing_decision_a_pair(store, land):
    one, two = land(2)
    row = {"left_id": one, "right_id": two, "verdict": "same", "author": "a", "note": ""}
    with pytest.raises(IntegrityError), store.begin() as unit:
        unit.decisions._connection.execute(decision.insert(), [row | {"at": NOON}] * 2)
