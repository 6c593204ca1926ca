from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

HIGHEST, LOWEST = 2**63 - 1, -(2**63)


def test_records_that_share_a_key_are_candidates(store):
    with store.begin() as unit:
        unit.index.replace({1: {HIGHEST, 5}, 2: [HIGHEST], 3: {LOWEST}, 4: {LOWEST, 5}})
        assert unit.index.candidates([1], 10).pairs == [(1, 2), (1, 4)]
        assert unit.index.candidates([4, 1], 10).pairs == [(1, 2), (1, 4), (3, 4)]
        assert unit.index.find(HIGHEST) == [1, 2]
        assert unit.index.find(7) == []


def test_new_keys_replace_the_old_ones(store):
    with store.begin() as unit:
        unit.index.replace({1: {5}, 2: {5}})
        unit.index.replace({1: {6}, 3: set()})
        assert unit.index.candidates([1, 2], 10).pairs == []
        assert unit.index.find(5) == [2]


def test_a_key_that_too_many_share_is_skipped_and_reported(store):
    with store.begin() as unit:
        unit.index.replace({number: {5} for number in range(1, 12)} | {12: {6}, 13: {6, 5}})
        found = unit.index.candidates([1, 12], 10)
        assert found.oversized == [(5, 12)]
        assert found.pairs == [(12, 13)]
        assert len(unit.index.candidates([1], 12).pairs) == 11


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
        unit.index.replace({number: set() for number in range(1, 13)} | rows)
        assert unit.index.candidates(changed, cap).pairs == expected
