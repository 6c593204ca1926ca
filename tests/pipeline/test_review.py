"""A steward's word: it takes effect at once, it holds, and it can be taken back."""

import pytest

from hub.errors import RecordError
from hub.model import Key, Verdict
from pipeline.merge import merge
from pipeline.review import case, decide, queue, undo
from pipeline.run import resolve
from tests.tables import snapshot


@pytest.fixture(autouse=True)
def resolved(before_the_push):
    """Nothing pushed yet."""


def first_pair(store):
    found = queue(store).cases[0]
    return found.left.key, found.right.key


def golden_of(store, key):
    with store.read() as unit:
        return unit.records.by_key([key])[key].golden_id


def test_the_queue_is_likeliest_first_and_counts_what_is_open(store):
    found = queue(store, limit=5)
    weights = [case.pair.weight for case in found.cases]
    assert weights == sorted(weights, reverse=True)
    assert len(found.cases) == 5
    assert found.total >= 5
    assert queue(store, limit=5, offset=2).cases[0] == found.cases[2]


def test_same_merges_at_once_and_leaves_the_queue(settings, store):
    pair = first_pair(store)
    decide(settings, store, pair, Verdict.SAME, author="ada")
    assert golden_of(store, pair[0]) == golden_of(store, pair[1])
    assert pair not in [(case.left.key, case.right.key) for case in queue(store).cases]


def test_undo_brings_back_what_was_there(settings, store):
    before, pair = snapshot(store), first_pair(store)
    decide(settings, store, pair, Verdict.SAME, author="ada")
    taken_back = undo(settings, store, author="ada")
    assert {taken_back.left, taken_back.right} == set(pair)
    assert golden_of(store, pair[0]) != golden_of(store, pair[1])
    after = snapshot(store)
    assert [row[2] for row in after["golden"]] == [row[2] for row in before["golden"]]
    assert after["pairs"] == before["pairs"]


def test_undo_is_for_ones_own_decisions(settings, store):
    decide(settings, store, first_pair(store), Verdict.SAME, author="ada")
    assert undo(settings, store, author="bob") is None


def test_different_takes_a_merge_apart_and_holds(settings, store):
    with store.read() as unit:
        golden = next(g for g in unit.golden.page(10_000) if len(g.members) == 2)
    left, right = golden.members
    decide(settings, store, (left, right), Verdict.DIFFERENT, author="ada")
    assert golden_of(store, left) != golden_of(store, right)
    assert golden.id in {golden_of(store, left), golden_of(store, right)}
    with store.begin() as unit:
        unit.records.mark_for_merge([r.id for r in unit.records.by_key([left, right]).values()])
    merge(settings, store)
    assert golden_of(store, left) != golden_of(store, right)


def test_unsure_changes_nothing_but_the_queue(settings, store):
    before, pair, total = snapshot(store), first_pair(store), queue(store).total
    decide(settings, store, pair, Verdict.UNSURE, author="ada")
    assert queue(store).total == total - 1
    assert snapshot(store)["golden"] == before["golden"]


def test_a_new_verdict_replaces_the_former_and_both_are_remembered(settings, store):
    pair = first_pair(store)
    decide(settings, store, pair, Verdict.DIFFERENT, author="ada")
    decide(settings, store, pair, Verdict.SAME, author="bob", note="called them")
    assert golden_of(store, pair[0]) == golden_of(store, pair[1])
    with store.read() as unit:
        ids = [record.id for record in unit.records.by_key(pair).values()]
        said = unit.decisions.history(*ids)
    assert [one.decision.verdict for one in said] == [Verdict.DIFFERENT, Verdict.SAME]
    assert [one.closed_by for one in said] == ["bob", None]


def test_a_case_is_found_by_its_records_whichever_comes_first(store):
    left, right = first_pair(store)
    assert case(store, right, left) == case(store, left, right)
    assert case(store, left, Key("erp", "nobody")) is None


def test_records_that_were_never_a_pair_are_no_case(store):
    with store.read() as unit:
        one, other = unit.records.get(range(1, 500))[:2]
    assert case(store, one.key, other.key) is None


def test_a_decision_on_a_record_that_nobody_knows_is_refused(settings, store):
    left, _ = first_pair(store)
    with pytest.raises(RecordError, match="erp:nobody"):
        decide(settings, store, (left, Key("erp", "nobody")), Verdict.SAME, author="ada")


def test_every_act_is_in_the_journal(settings, store):
    pair = first_pair(store)
    decide(settings, store, pair, Verdict.SAME, author="ada")
    undo(settings, store, author="ada")
    with store.read() as unit:
        acts = [(event.author, event.act) for event in unit.journal.events(limit=2)]
    assert sorted(acts) == [("ada", "decide same"), ("ada", "undo")]


def test_while_a_run_resolves_a_decision_waits_and_is_not_lost(settings, store, monkeypatch):
    pair = first_pair(store)
    monkeypatch.setattr("store.lock._PATIENCE", 0.0)
    with store.exclusive("resolve"):
        decide(settings, store, pair, Verdict.SAME, author="ada")
        assert golden_of(store, pair[0]) != golden_of(store, pair[1])
    resolve(settings, store)
    assert golden_of(store, pair[0]) == golden_of(store, pair[1])
