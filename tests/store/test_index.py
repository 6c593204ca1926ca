from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from store import index
from store.match_tables import match_key, record_keys

HIGHEST, LOWEST = 2**63 - 1, -(2**63)


def caps(most):
    """Every block may have so many records."""
    return lambda keys: np.full(len(keys), most)


def replace(unit, rows, most=10):
    """Give records their keys ({record: keys}); return the pairs met, crowded and parted."""
    entries = [(key, number) for number, keys in rows.items() for key in keys]
    keys, owners = (np.array([entry[side] for entry in entries], np.int64) for side in (0, 1))
    met = unit.index.replace(np.array(list(rows), np.int64), keys, owners, caps(most))
    parted = list(met.parted.entries())
    return (
        list(zip(met.left.tolist(), met.right.tolist(), strict=True)),
        set(met.crowded.keys.tolist()),
        parted,
    )


def test_records_that_share_a_key_are_candidates(store):
    with store.begin() as unit:
        replace(unit, {2: [HIGHEST], 3: {LOWEST}, 4: {LOWEST, 5}})
        assert replace(unit, {1: {HIGHEST, 5}}) == ([(1, 2), (1, 4)], set(), [])
        both = replace(unit, {4: {LOWEST, 5}, 1: {HIGHEST, 5}})
        assert both == ([(1, 2), (1, 4), (3, 4)], set(), [])
        assert unit.index.find(HIGHEST) == [1, 2]
        assert unit.index.find(7) == []


def test_new_keys_replace_the_old_ones(store):
    with store.begin() as unit:
        replace(unit, {1: {5}, 2: {5}})
        assert replace(unit, {1: {6}, 3: set()}) == ([], set(), [])
        assert unit.index.find(5) == [2]


def test_a_key_that_too_many_share_is_skipped_and_reported(store):
    with store.begin() as unit:
        replace(unit, {number: {5} for number in range(1, 11)})
        met, crowded, parted = replace(unit, {12: {6}, 13: {6, 5}})
        assert (met, crowded) == ([(12, 13)], {5})
        assert parted == [(5, number) for number in range(1, 11)]
        assert replace(unit, {14: {5}})[1:] == ({5}, [])  # it was crowded before: nothing is new


def test_a_block_that_empties_brings_its_records_together_again(store):
    with store.begin() as unit:
        replace(unit, {1: {5}, 2: {5}, 3: {5}, 4: {5}}, 3)
        assert replace(unit, {4: {6}}, 3)[0] == [(1, 2), (1, 3), (2, 3)]


def test_pairs_meet_as_long_as_one_of_their_blocks_is_bearable(store):
    with store.begin() as unit:
        replace(unit, {1: {5, 6}, 2: {5, 6}, 3: {5}, 4: {7}})
        left, right = np.array([1, 1, 1]), np.array([2, 3, 4])
        assert unit.index.meeting(left, right, caps(2)).tolist() == [True, False, False]
        assert unit.index.meeting(left, right, caps(3)).tolist() == [True, True, False]
        nobody = np.zeros(0, np.int64)
        assert unit.index.meeting(nobody, nobody, caps(2)).tolist() == []


def test_a_record_that_is_forgotten_meets_nobody(store):
    with store.begin() as unit:
        replace(unit, {1: {5, 6}, 2: {5}, 3: {6}})
        unit.index.forget(np.array([1]))
        assert entries(unit) == {(5, 2), (6, 3)}
        assert replace(unit, {4: {5}})[0] == [(2, 4)]


def entries(unit):
    """Return the index as it is by key, and see that it is the same by record."""
    by_key = {(row.key, row.record_id) for row in unit.connection.execute(select(match_key))}
    by_record = {
        (key, row.record_id)
        for row in unit.connection.execute(select(record_keys))
        for key in np.frombuffer(row.keys, "<i8").tolist()
    }
    assert by_key == by_record
    return by_key


blocks = st.dictionaries(st.integers(1, 9), st.sets(st.integers(0, 5)))


@pytest.fixture(params=["some", "all"])
def asked(request, monkeypatch):
    """Whether the index is asked first if it holds anything else, as it is for a whole load."""
    if request.param == "all":
        monkeypatch.setattr(index, "_MUCH", 0)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("most", [2, 100])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(steps=st.lists(blocks, max_size=4))
def test_step_by_step_the_same_pairs_meet_as_all_at_once(store, most, steps):
    known, pairs = {number: set() for number in range(1, 10)}, set()
    with store.begin() as unit:
        replace(unit, known, most)
        for rows in steps:
            met, _, parted = replace(unit, rows, most)
            known |= rows
            pairs = {pair for pair in pairs if not set(pair) & rows.keys()} | set(met)
            ends = sorted(set(combinations(sorted({number for _, number in parted}), 2)) & pairs)
            left, right = np.array(ends, np.int64).reshape(-1, 2).T
            still = unit.index.meeting(left, right, caps(most))
            pairs -= {pair for pair, met in zip(ends, still.tolist(), strict=True) if not met}
        assert entries(unit) == {(key, number) for number, keys in known.items() for key in keys}
    size = {key: sum(key in keys for keys in known.values()) for key in range(6)}
    assert pairs == {
        (left, right)
        for left, right in combinations(sorted(known), 2)
        if any(size[key] <= most for key in known[left] & known[right])
    }
