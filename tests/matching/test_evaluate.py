"""How right a match is: counted pairs, against a slow and plain count."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.evaluate import Scores, b_cubed, implied_pairs, pairs_found, pairwise

TRUTH = {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 3}


def test_clusters_are_scored_by_the_pairs_that_they_imply():
    assert pairwise([{"a", "b"}, {"c", "d", "e"}, {"f"}], TRUTH) == Scores(4, 4, 2)


def test_pairs_count_once_in_either_order_and_strangers_do_not():
    assert pairs_found([("a", "b"), ("b", "a"), ("a", "f"), ("a", "z")], TRUTH) == Scores(2, 4, 1)


def test_shares_of_nothing():
    nothing = Scores(0, 0, 0)
    assert (nothing.precision, nothing.recall, nothing.f1) == (1, 1, 1)
    assert Scores(2, 2, 0).f1 == 0


def test_shares():
    scores = Scores(found=4, true=8, right=2)
    assert (scores.precision, scores.recall) == (0.5, 0.25)
    assert round(scores.f1, 4) == 0.3333


@given(st.lists(st.integers(0, 3), min_size=8, max_size=8), st.lists(st.integers(0, 3), max_size=6))
def test_counting_is_listing(clusters, truth):
    known = dict(enumerate(truth))
    groups = [{i for i, name in enumerate(clusters) if name == one} for one in range(4)]
    listed = pairs_found(implied_pairs(groups), known)
    assert pairwise(groups, known) == listed
    assert listed.true == sum(known[i] == known[j] for i, j in combinations(known, 2))


def test_each_member_counts_the_same_in_b_cubed():
    found = b_cubed([{"a", "b"}, {"c", "d", "e"}, {"f", "x"}], TRUTH)
    assert found == pytest.approx(
        ((2 * 1 + 1 / 3 + 2 * 2 / 3 + 1) / 6, (2 * 2 / 3 + 1 / 3 + 2 * 1 + 1) / 6)
    )
    assert b_cubed([], TRUTH) == (1, 1)
