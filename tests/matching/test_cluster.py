"""Clusters: strongest evidence first, and a "different" holds whatever the weights say."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import Verdict
from matching.clusters.groups import LARGEST, Evidenced, group
from matching.weights.vetoes import number_of

MERGE = 3.0
TWINS = 7


class Match(NamedTuple):
    weight: float
    veto: int = 0


def match(weight, veto=0):
    return Match(weight, veto)


def no_key_in_common(_left, _right):
    return match(-20)


def grouped(size, matches, decisions=None, rescore=no_key_in_common):
    """Group numbers; matches and decisions are by pair, in either order."""
    said = {tuple(sorted(pair)): verdict for pair, verdict in (decisions or {}).items()}
    found = {tuple(sorted(pair)): one for pair, one in matches.items()}
    open_pairs = {pair: one for pair, one in sorted(found.items()) if pair not in said}

    def evidenced(pairs, ones):
        ends = np.array(pairs, np.int64).reshape(-1, 2)
        return Evidenced(
            ends[:, 0],
            ends[:, 1],
            np.array([one.weight for one in ones], float),
            np.array([one.veto for one in ones], np.int64),
        )

    def score(left, right):
        pairs = list(zip(left.tolist(), right.tolist(), strict=True))
        return evidenced(pairs, [found.get(pair) or rescore(*pair) for pair in pairs])

    return group(
        size,
        evidenced(list(open_pairs), list(open_pairs.values())),
        [pair for pair, verdict in said.items() if verdict is Verdict.SAME],
        [pair for pair, verdict in said.items() if verdict is Verdict.DIFFERENT],
        score,
        merge=MERGE,
    )


def groups(members, matches, decisions=None, rescore=no_key_in_common):
    """Group letters; returns the groups as words, and what was refused."""
    place = {letter: number for number, letter in enumerate(sorted(members))}
    letters = sorted(members)
    found = grouped(
        len(members),
        {(place[a], place[b]): one for (a, b), one in matches.items()},
        {(place[a], place[b]): said for (a, b), said in (decisions or {}).items()},
        rescore,
    )
    words = {}
    for letter, label in zip(letters, found.labels.tolist(), strict=True):
        words[label] = words.get(label, "") + letter
    refused = tuple(Refused(letters[a], letters[b], why, veto) for a, b, why, veto in found.refused)
    return list(words.values()), refused


class Refused(NamedTuple):
    left: str
    right: str
    reason: str
    veto: int = 0


def test_who_matches_nobody_stays_alone():
    assert groups("ba", {}) == (["a", "b"], ())


def test_strong_pairs_join_and_weak_ones_wait():
    assert groups("abcd", {("a", "b"): match(5), ("c", "d"): match(2)})[0] == ["ab", "c", "d"]


def test_a_chain_breaks_at_its_weakest_bridge():
    strong = {("a", "b"): match(9), ("c", "d"): match(9), ("c", "b"): match(4)}
    found, refused = groups("abcd", strong)
    assert found == ["ab", "cd"]
    assert refused == (Refused("b", "c", "weak bridge"),)


def test_pairs_that_no_key_brought_together_are_scored_before_their_clusters_join():
    pairs = {("a", "b"): match(9), ("b", "c"): match(8)}
    assert groups("abc", pairs, rescore=lambda _left, _right: match(6))[0] == ["abc"]


def test_one_doubt_among_proofs_costs_little():
    pairs = {("a", "b"): match(9), ("b", "c"): match(8), ("a", "c"): match(-20)}
    assert groups("abc", pairs)[0] == ["abc"]


def test_a_veto_between_any_two_members_keeps_their_clusters_apart():
    pairs = {("a", "b"): match(9), ("b", "c"): match(8), ("a", "c"): match(20, TWINS)}
    found, refused = groups("abc", pairs)
    assert found == ["ab", "c"]
    assert refused == (Refused("b", "c", "veto", TWINS),)


def test_what_one_pair_leaves_unproven_another_may_prove():
    unproven = number_of("nothing but the name in common")
    pairs = {("a", "b"): match(9), ("b", "c"): match(8), ("a", "c"): match(4, unproven)}
    assert groups("abc", pairs)[0] == ["abc"]
    assert groups("ac", {("a", "c"): match(4, unproven)})[0] == ["a", "c"]


def test_a_steward_joins_what_the_weights_keep_apart():
    same = {("b", "a"): Verdict.SAME}
    assert groups("ab", {("a", "b"): match(-9, TWINS)}, same) == (["ab"], ())


def test_a_stewards_different_holds_whatever_the_weights_say():
    assert groups("ab", {("a", "b"): match(30)}, {("a", "b"): Verdict.DIFFERENT})[0] == ["a", "b"]


def test_a_stewards_different_holds_through_others():
    pairs = {("a", "b"): match(9), ("b", "c"): match(8)}
    found, refused = groups("abc", pairs, {("c", "a"): Verdict.DIFFERENT})
    assert found == ["ab", "c"]
    assert refused == (Refused("b", "c", "decided different"),)


def test_different_wins_over_two_that_are_the_same():
    said = {
        ("a", "b"): Verdict.SAME,
        ("b", "c"): Verdict.SAME,
        ("a", "c"): Verdict.DIFFERENT,
    }
    found, refused = groups("abc", {}, said)
    assert found == ["ab", "c"]
    assert refused == (Refused("b", "c", "decided different"),)


def test_a_pair_that_a_steward_is_unsure_of_is_not_merged():
    assert groups("ab", {("a", "b"): match(9)}, {("a", "b"): Verdict.UNSURE}) == (["a", "b"], ())


def test_a_refusal_that_others_overcame_is_forgotten():
    pairs = {("a", "b"): match(9), ("a", "c"): match(8), ("b", "c"): match(7)}
    found, refused = groups("abc", pairs)
    assert (found, refused) == (["abc"], ())


def test_what_a_steward_joined_speaks_no_more_when_others_come():
    pairs = {("a", "b"): match(-20, TWINS), ("a", "c"): match(9), ("b", "c"): match(9)}
    assert groups("abc", pairs, {("a", "b"): Verdict.SAME})[0] == ["abc"]


def test_a_pair_decided_the_same_but_kept_apart_does_not_veto_others():
    said = {("a", "x"): Verdict.DIFFERENT, ("a", "b"): Verdict.SAME, ("b", "x"): Verdict.SAME}
    found, _refused = groups("abx", {("a", "x"): match(9)}, said)
    assert found == ["ab", "x"]


def test_a_crowd_hangs_together_only_by_what_keys_brought_together():
    members = range(LARGEST + 1)
    chain = {(one, one + 1): match(9) for one in members[:-1]}
    found = grouped(len(members), chain)
    assert {refusal.reason for refusal in found.refused} == {"size"}
    assert np.bincount(found.labels).max() < 10


members = st.integers(0, 7)
pairs_of = st.tuples(members, members).filter(lambda pair: pair[0] != pair[1])
weights = st.integers(-9, 12).map(match)


@given(
    st.dictionaries(pairs_of, weights),
    st.dictionaries(pairs_of, st.sampled_from(list(Verdict)), max_size=6),
    st.randoms(use_true_random=False),
)
def test_members_are_partitioned_and_the_order_of_input_makes_no_difference(
    matches, decisions, random
):
    found = grouped(8, matches, decisions)
    labels = found.labels.tolist()
    assert all(labels[label] == label <= number for number, label in enumerate(labels))
    said = {tuple(sorted(pair)): verdict for pair, verdict in decisions.items()}
    for (left, right), verdict in said.items():
        assert not (verdict is Verdict.DIFFERENT and labels[left] == labels[right])

    last = {tuple(sorted(pair)): one for pair, one in matches.items()}
    turned = [(pair[::-1], one) for pair, one in last.items()]
    told = [(pair[::-1], one) for pair, one in said.items()]
    for part in (turned, told):
        random.shuffle(part)
    again = grouped(8, dict(turned), dict(told))
    assert (again.labels.tolist(), again.refused) == (labels, found.refused)


@given(st.sets(pairs_of, max_size=12))
def test_without_doubts_clusters_are_connected_components(pairs):
    parent = list(range(8))

    def root(member):
        return member if parent[member] == member else root(parent[member])

    for left, right in pairs:
        parent[root(left)] = root(right)
    found = grouped(8, dict.fromkeys(pairs, match(9)), rescore=lambda _left, _right: match(9))
    for left, right in combinations(range(8), 2):
        together = found.labels[left] == found.labels[right]
        assert together == (root(left) == root(right))


def test_refusals_are_sorted():
    twins = match(9, TWINS)
    pairs = {("a", "b"): match(9), ("c", "d"): match(9), ("b", "d"): match(8), ("a", "c"): twins}
    pairs[("a", "d")] = match(7)
    _found, refused = groups("abcd", pairs)
    assert refused == (
        Refused("a", "d", "veto", TWINS),
        Refused("b", "d", "veto", TWINS),
    )


@pytest.mark.parametrize("weight", [4, 9])
def test_a_refused_pair_may_be_the_strongest_of_its_bridge(weight):
    pairs = {("a", "b"): match(12), ("b", "c"): match(weight), ("a", "c"): match(1, TWINS)}
    assert groups("abc", pairs)[1] == (Refused("b", "c", "veto", TWINS),)
