from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.model import Verdict
from store.pairs import StoredPair

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def pair(left, right, outcome="merge", reason=None):
    return StoredPair(left, right, 1, 0.9, outcome, [], reason)


def test_a_component_follows_merges_decisions_and_golden_customers(store, land, make_golden):
    a, b, c, d, e, f, g = land(7)
    make_golden("cus_1", [c, d])
    with store.begin() as unit:
        unit.pairs.replace([a], [pair(a, b, reason="refused"), pair(e, f, "review"), pair(f, g)])
        unit.decisions.decide(c, b, Verdict.SAME, "steward", NOON)
        unit.decisions.decide(d, e, Verdict.DIFFERENT, "steward", NOON)
        for number in (a, b, c, d):
            assert unit.pairs.component([number]) == {a, b, c, d}
        assert unit.pairs.component([e, g]) == {e, f, g}
        assert unit.pairs.component([]) == set()


def test_a_decision_that_was_taken_back_connects_nothing(store, land):
    a, b = land(2)
    with store.begin() as unit:
        unit.decisions.close(unit.decisions.decide(a, b, Verdict.SAME, "s", NOON), "s", NOON)
        assert unit.pairs.component([a]) == {a}


@pytest.fixture
def ids(land):
    return land(12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11))), st.integers(0, 11))
def test_a_component_is_all_that_links_lead_to(store, ids, links, start):
    links = {(min(link), max(link)) for link in links if link[0] != link[1]}
    reached = {start}
    for _ in ids:
        reached |= {end for link in links if reached & set(link) for end in link}
    with store.begin() as unit:
        unit.pairs.replace(ids, [pair(ids[left], ids[right]) for left, right in links])
        assert unit.pairs.component([ids[start]]) == {ids[number] for number in reached}
