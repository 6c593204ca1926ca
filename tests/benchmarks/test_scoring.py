"""Scoring whole tables says the same as scoring clusters one by one, and counts what it should."""

from collections import defaultdict
from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import scoring
from matching.evaluate import pairwise

numbers = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 1)), min_size=1)


def columns(rows):
    return (np.array(column) for column in zip(*rows, strict=True))


@given(numbers)
def test_a_clustering_scores_as_the_pairs_that_it_implies(rows):
    truth, found, _ = columns(rows)
    clusters = defaultdict(list)
    for row, cluster in enumerate(found):
        clusters[cluster].append(row)
    expected = pairwise(clusters.values(), dict(enumerate(truth.tolist())))
    assert scoring.clustered(truth, found) == expected


@given(numbers)
def test_where_two_sources_are_linked_only_pairs_across_them_count(rows):
    truth, found, source = columns(rows)
    across = [(a, b) for a, b in combinations(range(len(rows)), 2) if source[a] != source[b]]
    score = scoring.clustered(truth, found, source)
    assert score.found == sum(found[a] == found[b] for a, b in across)
    assert score.right == sum(found[a] == found[b] and truth[a] == truth[b] for a, b in across)


@given(numbers)
def test_listed_pairs_are_those_that_share_a_group_each_once(rows):
    groups = np.array([row[0] for row in rows])
    listed = [
        frozenset(pair)
        for left, right in scoring.pairs_within(groups)
        for pair in zip(left.tolist(), right.tolist(), strict=True)
    ]
    assert len(listed) == len(set(listed)) == scoring.pair_count(groups)
    assert all(len(set(groups[list(pair)])) == 1 for pair in listed)


def test_b_cubed_counts_every_record_the_same():
    truth, found = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    precision, recall, f1 = scoring.b_cubed(truth, found)
    assert precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert recall == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_the_best_cut_keeps_the_true_pairs_and_drops_the_false_ones():
    truth = np.array([0, 0, 1, 1, 2])
    pairs = scoring.Pairs(np.array([0, 2, 0]), np.array([1, 3, 4]), np.array([5.0, 3.0, 1.0]))
    assert scoring.best_cut(pairs, truth, 2) == (2.0, 1.0)
    assert scoring.scored(pairs, truth, 2, 0.0).precision == pytest.approx(2 / 3)


def test_a_pair_counts_for_the_dirt_of_either_record_and_for_none_as_clean():
    truth, found = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 2])
    score = scoring.by_tag(truth, found, pa.chunked_array([["", "typo", "typo,moved", None, ""]]))
    assert score["typo"] == (2, 3, 1)
    assert score["moved"] == (1, 2, 0)
    assert score["clean"] == (2, 3, 1)


def test_wrong_pairs_are_listed_as_merged_strangers_and_as_missed():
    truth, found = np.array([0, 0, 1, 1]), np.array([0, 1, 1, 2])
    made_up, missed = scoring.errors(truth, found, 5)
    assert made_up == [(1, 2)]
    assert missed == [(0, 1), (2, 3)]
