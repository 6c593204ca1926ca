from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HIGHEST, LOWEST = 2**63 - 1, -(2**63)


def replace(unit, rows):
    """Give records their keys: {record: keys}."""
    entries = [(key, number) for number, keys in rows.items() for key in keys]
    keys, owners = (np.array([entry[side] for entry in entries], np.int64) for side in (0, 1))
    unit.index.replace(np.array(list(rows), np.int64), keys, owners)


def candidates(unit, ids, rows, cap):
    """Look for candidates of some records by all their keys."""
    keys = np.array([key for number in ids for key in rows.get(number, ())], np.int64)
    found = unit.index.candidates(np.array(list(ids), np.int64), keys, cap)
    return list(zip(found.left.tolist(), found.right.tolist(), strict=True)), found.oversized


def test_records_that_share_a_key_are_candidates(store):
    rows = {1: {HIGHEST, 5}, 2: [HIGHEST], 3: {LOWEST}, 4: {LOWEST, 5}}
    with store.begin() as unit:
        replace(unit, rows)
        assert candidates(unit, [1], rows, 10) == ([(1, 2), (1, 4)], [])
        assert candidates(unit, [4, 1], rows, 10) == ([(1, 2), (1, 4), (3, 4)], [])
        assert unit.index.find(HIGHEST) == [1, 2]
        assert unit.index.find(7) == []


def test_new_keys_replace_the_old_ones(store):
    with store.begin() as unit:
        replace(unit, {1: {5}, 2: {5}})
        replace(unit, {1: {6}, 3: set()})
        assert candidates(unit, [1, 2], {1: {6}, 2: {5}}, 10) == ([], [])
        assert unit.index.find(5) == [2]


def test_a_key_that_too_many_share_is_skipped_and_reported(store):
    rows = {number: {5} for number in range(1, 12)} | {12: {6}, 13: {6, 5}}
    with store.begin() as unit:
        replace(unit, rows)
        assert candidates(unit, [1, 12], rows, 10) == ([(12, 13)], [5])
        assert len(candidates(unit, [1], rows, 12)[0]) == 11


blocks = st.dictionaries(st.integers(1, 12), st.sets(st.integers(0, 6)))


@pytest.mark.parametrize("cap", [2, 4, 100])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(rows=blocks, changed=st.sets(st.integers(1, 12)))
def test_candidates_are_what_comparing_all_with_all_would_find(store, cap, rows, changed):
    size = {key: sum(key in keys for keys in rows.values()) for key in range(7)}
    expected = [
        (left, right)
        for left, right in combinations(sorted(rows), 2)
        if {left, right} & changed and any(size[key] <= cap for key in rows[left] & rows[right])
    ]
    with store.begin() as unit:
        replace(unit, {number: set() for number in range(1, 13)} | rows)
        assert candidates(unit, changed, rows, cap)[0] == expected
