"""Golden ids for life: a cluster keeps the id that most of its records had."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from golden.identity import Retired, assign_ids
from hub.model import Key
from tests.golden.members import day


def cluster(*names):
    return frozenset(Key("erp", name) for name in names)


def keyed(**ids):
    return {Key("erp", name): old for name, old in ids.items()}


def given_ids(clusters, previous, born=None, **law):
    numbers = count(1)
    return assign_ids(clusters, previous, born or {}, lambda: f"new{next(numbers)}", **law)


def assigned(clusters, previous, born=None, **law):
    return given_ids(clusters, previous, born, **law)[:2]


def gone(*names, at="2025-01-01"):
    return Retired(day(at), cluster(*names))


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
    assert assigned([merged], keyed(a="x", b="y"), born)[0] == {merged: "y"}


def test_of_equal_age_the_least_id_stays():
    merged = cluster("a", "b")
    assert assigned([merged], keyed(a="y", b="x"))[0] == {merged: "x"}


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
    assert assigned([cluster("a")], keyed(a="x", gone="y"))[1] == {"y": ()}


def test_the_same_clusters_keep_their_ids():
    groups = [cluster("a", "b"), cluster("c")]
    previous = keyed(a="x", b="x", c="y")
    ids, forwards = assigned(groups, previous)
    assert (ids, forwards) == ({groups[0]: "x", groups[1]: "y"}, {})


def test_of_equal_parts_the_one_that_a_steward_verified_goes_before_the_oldest():
    merged = cluster("a", "b")
    born = {"x": day("2024-01-01"), "y": day("2025-01-01")}
    verified = [Key("erp", "b")]
    ids, _ = assigned([merged], keyed(a="x", b="y"), born, verified=verified)
    assert ids == {merged: "y"}


def test_what_is_taken_apart_is_who_it_was():
    """Also where the parts are even: the id stays with those who had it first."""
    one, other = cluster("b", "c"), cluster("a", "d")
    previous = keyed(a="x", b="x", c="x", d="x")
    ids, forwards = assigned([one, other], previous, retired={"y": gone("a", "d")})
    assert (ids, forwards) == ({one: "x", other: "y"}, {})


def test_the_last_to_come_is_the_first_to_go():
    first, last = cluster("b"), cluster("a")
    lost = {"y": gone("b", at="2024-01-01"), "z": gone("a", at="2025-01-01")}
    assert assigned([first, last], keyed(a="x", b="x"), retired=lost)[0] == {first: "x", last: "z"}


def test_a_retired_id_goes_to_the_part_with_most_of_its_records():
    rest, small, large = cluster("p", "q", "r"), cluster("a"), cluster("b", "c")
    previous = dict.fromkeys(rest | small | large, "x")
    ids, _ = assigned([rest, small, large], previous, retired={"y": gone("a", "b", "c")})
    assert ids == {rest: "x", large: "y", small: "new1"}


def test_a_living_id_is_not_given_up_for_a_retired_one():
    whole = cluster("a", "b")
    assert assigned([whole], keyed(a="x", b="x"), retired={"y": gone("a", "b")})[0] == {whole: "x"}


def test_a_retired_id_follows_its_records_when_they_part():
    one, other = cluster("a", "b", "c"), cluster("d", "e")
    previous = dict.fromkeys(one | other, "x")
    lost = {"y": gone("a", "d", "e"), "z": gone("b"), "erased": gone("nobody"), "w": gone("d", "e")}
    assignment = given_ids([one, other], previous, retired=lost)
    assert assignment.ids == {one: "x", other: "w"}
    assert assignment.led == {"y": ("w", "x"), "z": ("x",)}


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


parties = st.lists(st.integers(1, 4), min_size=2, max_size=4)


@given(parties, st.randoms(use_true_random=False), st.booleans())
def test_merging_and_taking_apart_gives_every_part_its_own_id_back(sizes, random, check):
    """However many were merged one by one, in whatever order they are ordered and born."""
    names = iter("abcdefghijklmnop")
    parts = [cluster(*(next(names) for _ in range(size))) for size in sizes]
    random.shuffle(parts)
    born = {f"id{n}": day(f"2024-01-0{random.randint(1, 9)}") for n in range(len(parts))}
    verified = random.sample(sorted(set().union(*parts)), 2) if check else ()
    homes = {key: f"id{n}" for n, part in enumerate(parts) for key in part}
    before, retired, whole = dict(homes), {}, parts[0]
    for n, part in enumerate(parts[1:], 1):
        held = {key: homes[key] for key in whole | part}
        whole |= part
        outcome = given_ids([whole], held, born, verified=verified, retired=retired)
        for old in outcome.forwards:
            at = day(f"2025-01-0{n}")
            retired[old] = Retired(at, frozenset(key for key in held if held[key] == old))
        homes.update(dict.fromkeys(whole, outcome.ids[whole]))
    for part in reversed(parts[1:]):
        held = {key: homes[key] for key in whole}
        whole -= part
        groups = [whole, part]
        outcome = given_ids(groups, held, born, verified=verified, retired=retired)
        for group, golden_id in outcome.ids.items():
            retired.pop(golden_id, None)
            homes.update(dict.fromkeys(group, golden_id))
    assert homes == before


def test_an_id_with_records_elsewhere_yields_to_one_that_has_all_of_its_own_here():
    left, moved = cluster("a"), cluster("b", "c")
    born = {"x": day("2024-01-01"), "y": day("2025-01-01")}
    assert assigned([left, moved], keyed(a="x", b="x", c="y"), born)[0] == {left: "x", moved: "y"}
