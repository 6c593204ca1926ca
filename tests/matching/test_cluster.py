"""Clusters: strongest evidence first, and a "different" holds whatever the weights say."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model import Verdict
from matching.cluster import LARGEST, Refused, cluster
from matching.score import Match, Proposal


def match(weight, veto=None):
    outcome = Proposal.MERGE if weight > 3 and not veto else Proposal.REVIEW
    return Match(weight, 1 / (1 + 2**-weight), outcome, (), veto)


def no_key_in_common(_left, _right):
    return match(-20)


def groups(members, matches, decisions=None, rescore=no_key_in_common):
    found = cluster(list(members), matches, decisions or {}, rescore)
    return ["".join(sorted(group)) for group in found.clusters], found.refused


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
    pairs = {("a", "b"): match(9), ("b", "c"): match(8), ("a", "c"): match(20, "twins")}
    found, refused = groups("abc", pairs)
    assert found == ["ab", "c"]
    assert refused == (Refused("b", "c", "veto: twins"),)


def test_a_steward_joins_what_the_weights_keep_apart():
    same = {("b", "a"): Verdict.SAME}
    assert groups("ab", {("a", "b"): match(-9, "twins")}, same) == (["ab"], ())


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
    pairs = {("a", "b"): match(-20, "twins"), ("a", "c"): match(9), ("b", "c"): match(9)}
    assert groups("abc", pairs, {("a", "b"): Verdict.SAME})[0] == ["abc"]


def test_a_pair_decided_the_same_but_kept_apart_does_not_veto_others():
    said = {("a", "x"): Verdict.DIFFERENT, ("a", "b"): Verdict.SAME, ("b", "x"): Verdict.SAME}
    found, _refused = groups("abx", {("a", "x"): match(9)}, said)
    assert found == ["ab", "x"]


def test_strangers_to_the_clustering_are_left_out():
    pairs = {("a", "z"): match(9)}
    assert groups("ab", pairs, {("b", "z"): Verdict.SAME})[0] == ["a", "b"]


def test_a_crowd_is_refused_for_its_size():
    members = range(LARGEST + 1)
    found = cluster(
        members, {pair: match(9) for pair in combinations(members, 2)}, {}, no_key_in_common
    )
    assert sorted(map(len, found.clusters)) == [1, LARGEST]
    assert {refusal.reason for refusal in found.refused} == {"size"}


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
    matches = {tuple(sorted(pair)): one for pair, one in sorted(matches.items())}
    decisions = {tuple(sorted(pair)): said for pair, said in sorted(decisions.items())}
    found = cluster(range(8), matches, decisions, no_key_in_common)
    assert sorted(member for group in found.clusters for member in group) == list(range(8))
    for (left, right), verdict in decisions.items():
        together = any({left, right} <= group for group in found.clusters)
        assert not (verdict is Verdict.DIFFERENT and together)

    turned = [(pair[::-1], one) for pair, one in matches.items()]
    said = [(pair[::-1], one) for pair, one in decisions.items()]
    everybody = list(range(8))
    for part in (turned, said, everybody):
        random.shuffle(part)
    assert cluster(everybody, dict(turned), dict(said), no_key_in_common) == found


@given(st.sets(pairs_of, max_size=12))
def test_without_doubts_clusters_are_connected_components(pairs):
    parent = list(range(8))

    def root(member):
        return member if parent[member] == member else root(parent[member])

    for left, right in pairs:
        parent[root(left)] = root(right)
    found = cluster(range(8), dict.fromkeys(pairs, match(9)), {}, lambda _left, _right: match(9))
    for left, right in combinations(range(8), 2):
        together = any({left, right} <= group for group in found.clusters)
        assert together == (root(left) == root(right))


def test_refusals_are_sorted():
    twins = match(9, "twins")
    pairs = {("a", "b"): match(9), ("c", "d"): match(9), ("b", "d"): match(8), ("a", "c"): twins}
    pairs[("a", "d")] = match(7)
    _found, refused = groups("abcd", pairs)
    assert refused == (
        Refused("a", "d", "veto: twins"),
        Refused("b", "d", "veto: twins"),
    )


@pytest.mark.parametrize("weight", [4, 9])
def test_a_refused_pair_may_be_the_strongest_of_its_bridge(weight):
    pairs = {("a", "b"): match(12), ("b", "c"): match(weight), ("a", "c"): match(1, "twins")}
    assert groups("abc", pairs)[1] == (Refused("b", "c", "veto: twins"),)
