"""Golden ids for life: a cluster keeps the id that most of its records had."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from golden.identity import assign_ids
from hub.model import Key
from tests.golden.members import day


def cluster(*names):
    return frozenset(Key("erp", name) for name in names)


def keyed(**ids):
    return {Key("erp", name): old for name, old in ids.items()}


def assigned(clusters, previous, born=None):
    numbers = count(1)
    return assign_ids(clusters, previous, born or {}, lambda: f"new{next(numbers)}")


def test_a_new_cluster_gets_a_new_id():
    ids, forwards = assigned([cluster("b"), cluster("a", "c")], {})
    assert ids == {cluster("a", "c"): "new1", cluster("b"): "new2"}
    assert forwards == {}


def test_a_merge_keeps_the_id_with_most_records_and_forwards_the_other():
    merged = cluster("a", "b", "c")
    ids, forwards = assigned([merged], keyed(a="x", b="y", c="y"))
    assert ids == {merged: "y"}
    assert forwards == {"x": ("y",)}


def test_of_equal_parts_the_oldest_id_stays():
    merged = cluster("a", "b")
    born = {"x": day("2025-01-01"), "y": day("2024-01-01")}
    assert assigned([merged], keyed(a="x", b="y"), born).ids == {merged: "y"}


def test_of_equal_age_the_least_id_stays():
    merged = cluster("a", "b")
    assert assigned([merged], keyed(a="y", b="x")).ids == {merged: "x"}


def test_a_split_leaves_the_id_with_the_larger_part():
    small, large = cluster("a"), cluster("b", "c")
    ids, forwards = assigned([small, large], keyed(a="x", b="x", c="x"))
    assert ids == {large: "x", small: "new1"}
    assert forwards == {}


def test_a_retired_id_names_all_its_successors_the_largest_first():
    one, other = cluster("a", "p", "q"), cluster("b", "c", "r", "s", "t")
    previous = keyed(a="x", b="x", c="x", p="y", q="y", r="z", s="z", t="z")
    ids, forwards = assigned([one, other], previous)
    assert ids == {one: "y", other: "z"}
    assert forwards == {"x": ("z", "y")}


def test_an_id_whose_records_are_gone_forwards_to_nobody():
    assert assigned([cluster("a")], keyed(a="x", gone="y")).forwards == {"y": ()}


def test_the_same_clusters_keep_their_ids():
    groups = [cluster("a", "b"), cluster("c")]
    previous = keyed(a="x", b="x", c="y")
    ids, forwards = assigned(groups, previous)
    assert (ids, forwards) == ({groups[0]: "x", groups[1]: "y"}, {})


records = st.dictionaries(
    st.sampled_from("abcdefgh").map(lambda name: Key("erp", name)),
    st.tuples(st.integers(0, 3), st.sampled_from([None, "w", "x", "y", "z"])),
    min_size=1,
)


@given(records, st.randoms(use_true_random=False))
def test_every_retired_id_forwards_to_who_holds_its_records(cast, random):
    groups = [
        frozenset(key for key, (group, _old) in cast.items() if group == number)
        for number in range(4)
    ]
    groups = [group for group in groups if group]
    previous = {key: old for key, (_group, old) in cast.items() if old}
    ids, forwards = assigned(groups, previous)

    assert set(ids) == set(groups)
    assert len(set(ids.values())) == len(groups)
    assert forwards.keys() == set(previous.values()) - set(ids.values())
    for old, successors in forwards.items():
        holders = {ids[group] for group in groups if any(previous.get(k) == old for k in group)}
        assert set(successors) == holders
        assert len(successors) == len(holders) > 0

    random.shuffle(groups)
    shuffled = list(previous.items())
    random.shuffle(shuffled)
    assert assigned(groups, dict(shuffled)) == (ids, forwards)
