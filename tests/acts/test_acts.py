"""Merge, unmerge, split, move: each is an act with an inverse, and what was decided holds."""

import pytest

from hub.errors import ConflictError, RecordError
from hub.model import Key, Verdict
from pipeline.acts import merge_customers, move, split, undo, unmerge
from pipeline.review import decide
from tests.acts.hub import tables

EVA = {"author": "eva"}


def keys(*texts):
    return [Key.parse(text) for text in texts]


@pytest.fixture
def two(hub):
    """Anna with two records, Boris with one."""
    hub.hear("erp:1", "shop:1", who="anna")
    hub.hear("mail:1", who="boris")
    assert hub.home("erp:1") == hub.home("shop:1") != hub.home("mail:1")
    return hub


def test_a_merge_makes_one_customer_of_two_and_forwards_the_other(two):
    anna, boris = two.home("erp:1"), two.home("mail:1")
    done = merge_customers(two.settings, two.store, boris, "shop:1", reason="her pen name", **EVA)
    assert done.customers == (anna,)
    assert two.clusters() == {anna: tuple(keys("erp:1", "mail:1", "shop:1"))}
    assert two.resolved(boris) == (anna,)


def test_unmerge_gives_back_exactly_what_was_there(two):
    before = tables(two.store)
    boris = two.home("mail:1")
    merge_customers(two.settings, two.store, "erp:1", "mail:1", **EVA)
    assert tables(two.store) != before
    unmerge(two.settings, two.store, boris, **EVA)
    assert tables(two.store) == before


def test_a_merge_can_be_undone_and_the_undoing_too(two):
    before = tables(two.store)
    merge_customers(two.settings, two.store, "erp:1", "mail:1", **EVA)
    merged = tables(two.store)
    undone = undo(two.settings, two.store, **EVA)
    assert tables(two.store) == before
    undo(two.settings, two.store, number=undone.act, **EVA)
    assert tables(two.store) == merged
    undo(two.settings, two.store, **EVA)
    assert tables(two.store) == before


def test_a_split_holds_against_the_evidence_and_gives_a_new_id(hub):
    hub.hear("erp:1", "shop:1", "crm:1", "mail:1")
    anna = hub.home("erp:1")
    done = split(hub.settings, hub.store, anna, keys("shop:1", "mail:1"), **EVA)
    assert (
        hub.home("shop:1") == hub.home("mail:1") != anna == hub.home("erp:1") == hub.home("crm:1")
    )
    assert set(done.customers) == set(hub.clusters())
    hub.hear("shop:1", language="sv")
    assert hub.home("shop:1") == hub.home("mail:1") != hub.home("erp:1")


def test_undoing_a_split_joins_what_was_one(hub):
    hub.hear("erp:1", "shop:1", "crm:1")
    before = tables(hub.store)
    split(hub.settings, hub.store, "erp:1", keys("shop:1"), **EVA)
    undo(hub.settings, hub.store, **EVA)
    after = tables(hub.store)
    # The id of the part that was split off lived for a while, and forwards from now on.
    assert {name for name in before if before[name] != after[name]} == {"golden", "golden_alias"}
    assert len(hub.clusters()) == 1


def test_a_split_id_answers_with_its_successors(two):
    merge_customers(two.settings, two.store, "erp:1", "mail:1", **EVA)
    anna = two.home("erp:1")
    boris = next(id_ for id_ in [*_retired(two)])
    split(two.settings, two.store, anna, keys("mail:1"), **EVA)
    assert two.home("mail:1") == boris
    assert two.resolved(boris) == (boris,)


def _retired(hub):
    with hub.store.read() as unit:
        return unit.golden.retired_into(list(hub.clusters()))


def test_unmerge_takes_apart_what_the_hub_merged_by_itself(hub):
    hub.hear("erp:1", who="anna")
    hub.hear("shop:1", who="boris")
    anna, boris = hub.home("erp:1"), hub.home("shop:1")
    hub.hear("shop:1", who="anna")
    assert hub.home("shop:1") == anna
    unmerge(hub.settings, hub.store, boris, **EVA)
    assert (hub.home("erp:1"), hub.home("shop:1")) == (anna, boris)
    hub.hear("erp:1", language="sv")
    assert (hub.home("erp:1"), hub.home("shop:1")) == (anna, boris)


def test_a_move_takes_records_to_another_customer(two):
    anna, boris = two.home("erp:1"), two.home("mail:1")
    before = tables(two.store)
    move(two.settings, two.store, keys("shop:1"), boris, **EVA)
    assert two.clusters() == {anna: tuple(keys("erp:1")), boris: tuple(keys("mail:1", "shop:1"))}
    undo(two.settings, two.store, **EVA)
    assert tables(two.store) == before


@pytest.mark.parametrize(
    ("act", "what"), [(merge_customers, "erp:1"), (move, keys("shop:1"))], ids=["merge", "move"]
)
def test_what_was_said_to_be_different_is_not_joined(two, act, what):
    decide(two.settings, two.store, keys("shop:1", "mail:1"), Verdict.DIFFERENT, author="bob")
    with pytest.raises(ConflictError, match=r"bob said on .* different: take that back first"):
        act(two.settings, two.store, what, "mail:1", **EVA)
    assert two.home("shop:1") == two.home("erp:1") != two.home("mail:1")


def test_an_undo_fails_softly_where_somebody_acted_later(two):
    first = merge_customers(two.settings, two.store, "erp:1", "mail:1", **EVA)
    later = split(two.settings, two.store, "erp:1", keys("shop:1"), author="bob")
    before = tables(two.store)
    with pytest.raises(ConflictError, match=rf"later act {later.act} \(split by bob\)"):
        undo(two.settings, two.store, **EVA)
    with pytest.raises(ConflictError, match="came later"):
        unmerge(two.settings, two.store, "mail:1", **EVA)
    assert tables(two.store) == before
    undo(two.settings, two.store, author="bob")
    undo(two.settings, two.store, number=first.act, **EVA)
    with pytest.raises(ConflictError, match="taken back already"):
        undo(two.settings, two.store, number=first.act, **EVA)


def test_there_may_be_nothing_to_undo_or_to_unmerge(two):
    assert undo(two.settings, two.store, author="nobody") is None
    with pytest.raises(RecordError, match="no act has this number"):
        undo(two.settings, two.store, number=99, **EVA)
    with pytest.raises(ConflictError, match="nothing was merged into"):
        unmerge(two.settings, two.store, "erp:1", **EVA)


def test_an_act_needs_somebody_to_act_on(two):
    settings, store = two.settings, two.store
    for name in ("cus_x", "erp:9", "erp"):
        with pytest.raises(RecordError):
            merge_customers(settings, store, name, "mail:1", **EVA)
    with pytest.raises(ConflictError, match="one customer already"):
        merge_customers(settings, store, "erp:1", "shop:1", **EVA)
    with pytest.raises(RecordError, match="no record of"):
        split(settings, store, "erp:1", keys("mail:1"), **EVA)
    for part in ([], keys("erp:1", "shop:1")):
        with pytest.raises(ConflictError, match="some of the customer's records"):
            split(settings, store, "erp:1", part, **EVA)
    for part in (keys("erp:1", "mail:1"), keys("mail:1"), []):
        with pytest.raises(ConflictError, match="records of one customer"):
            move(settings, store, part, "mail:1", **EVA)


def test_a_retired_id_answers_with_all_that_its_records_went_to(hub):
    hub.hear("erp:1", "shop:1", "crm:1", who="anna")
    hub.hear("erp:2", "shop:2", who="boris")
    hub.hear("erp:3", who="chiara")
    anna, boris, chiara = (hub.home(f"erp:{n}") for n in (1, 2, 3))
    merge_customers(hub.settings, hub.store, anna, boris, **EVA)
    move(hub.settings, hub.store, keys("shop:2"), chiara, **EVA)
    assert set(hub.resolved(boris)) == {anna, chiara}
    with pytest.raises(ConflictError, match="was split: name one of"):
        merge_customers(hub.settings, hub.store, boris, chiara, **EVA)
    undo(hub.settings, hub.store, **EVA)
    assert hub.resolved(boris) == (anna,)
