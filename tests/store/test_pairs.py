from datetime import UTC, datetime

from hub.model import Verdict
from store.pairs import StoredPair

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def pair(left, right, weight=3.5, outcome="merge", reason=None):
    evidence = [{"field": "name", "level": "exact", "weight": weight}]
    return StoredPair(left, right, weight, 0.92, outcome, evidence, reason, "v1")


def test_a_pair_comes_back_with_its_evidence(store):
    with store.begin() as unit:
        unit.pairs.replace([1], [pair(1, 2, reason="veto: birth date")])
        assert unit.pairs.get(2, 1) == pair(1, 2, reason="veto: birth date")
        assert unit.pairs.get(1, 3) is None


def test_replace_forgets_the_pairs_of_these_records_only(store):
    with store.begin() as unit:
        unit.pairs.replace([1, 2, 3], [pair(1, 2), pair(1, 3), pair(2, 3)])
        unit.pairs.replace([1], [pair(1, 4)])
        assert unit.pairs.touching([2, 4]) == [pair(1, 4), pair(2, 3)]
        unit.pairs.replace([3], [])
        assert unit.pairs.touching([1, 2, 3]) == [pair(1, 4)]


def test_a_refused_merge_goes_to_review_until_it_is_refused_no_more(store, land):
    one, two, three = land(3)
    with store.begin() as unit:
        unit.pairs.replace([one], [pair(one, two), pair(one, three)])
        assert unit.pairs.review(10) == []
        unit.pairs.refuse([one, two, three], [(two, one, "crosses a different")])
        assert unit.pairs.review(10) == [pair(one, two, reason="crosses a different")]
        unit.pairs.refuse([one, three], [])  # one half only: says nothing of this pair
        assert unit.pairs.count_review() == 1
        unit.pairs.refuse([one, two], [])
        assert unit.pairs.count_review() == 0


def test_a_veto_of_the_score_is_not_forgotten_by_the_cluster(store, land):
    one, two = land(2)
    with store.begin() as unit:
        unit.pairs.replace([one], [pair(one, two, outcome="review", reason="two VAT numbers")])
        unit.pairs.refuse([one, two], [])
        assert unit.pairs.get(one, two).reason == "two VAT numbers"


def test_review_has_the_strongest_first_and_leaves_out_what_is_decided(store, land, make_golden):
    a, b, c, d, e = land(5)
    make_golden("cus_1", [a, b])
    make_golden("cus_2", [c])
    found = [
        pair(a, b, 9, "review"),  # one customer already
        pair(a, c, 1, "review"),
        pair(a, d, 2, "review"),
        pair(a, e, 8, "review"),  # decided
        pair(d, e, 2, "review"),
        pair(c, d, 7, "merge"),
    ]
    with store.begin() as unit:
        unit.pairs.replace([a, b, c, d, e], found)
        number = unit.decisions.decide(e, a, Verdict.UNSURE, "steward", NOON)
        assert unit.pairs.review(10) == [found[2], found[4], found[1]]
        assert unit.pairs.review(1, offset=1) == [found[4]]
        assert unit.pairs.count_review() == 3
        assert unit.pairs.review(10, unsure=True) == [found[3]]
        assert unit.pairs.count_review(unsure=True) == 1
        unit.decisions.close(number, "steward", NOON)
        assert unit.pairs.review(1) == [found[3]]
