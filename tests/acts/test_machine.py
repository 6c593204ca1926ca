"""The promises of the golden record, whatever happens: random sequences on both databases.

GOLDENROD_SEQUENCES says how many; `make sequences` runs thousands.
"""

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import delete

from pipeline.acts import merge_customers, unmerge
from store.tables import metadata
from tests.acts.hub import PEOPLE, Hub, tables
from tests.acts.machine import KEYS, Lives

SEQUENCES = int(os.environ.get("GOLDENROD_SEQUENCES", "0"))  # noqa: TID251 - a setting of the tests
RANDOM = {
    "deadline": None,
    "report_multiple_bugs": False,
    "suppress_health_check": list(HealthCheck),
}


def empty(store):
    with store._engine.begin() as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(delete(table))


def test_whatever_happens_the_promises_hold(store, url):
    lean = 6 if url.startswith("sqlite") else 2
    steps = settings(max_examples=SEQUENCES or lean, stateful_step_count=20, **RANDOM)
    run_state_machine_as_test(lambda: Lives(store), settings=steps)


worlds = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from([*PEOPLE]), st.sampled_from(["de", "en"])),
    min_size=2,
    max_size=9,
    unique_by=lambda one: one[0],
)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@settings(max_examples=SEQUENCES or 8, **RANDOM)
@given(worlds, st.randoms(use_true_random=False))
def test_the_order_of_pulls_and_merges_makes_no_difference(store, world, random):
    outcomes = []
    for _ in range(2):
        empty(store)
        hub = Hub(store)
        for key, who, language in world:
            hub.say(key, who, language=language)
            if random.random() < 0.5:
                hub.resolve()
        hub.resolve()
        with store.read() as unit:
            goldens = unit.golden.page(100)
        outcomes.append(sorted((one.members, one.attributes, one.provenance) for one in goldens))
        random.shuffle(world)
    assert outcomes[0] == outcomes[1]


@settings(max_examples=SEQUENCES or 4, **RANDOM)
@given(world=worlds, spoken=st.booleans())
def test_merging_then_unmerging_restores_every_table_but_history(store, world, spoken):
    empty(store)
    hub = Hub(store)
    for key, who, language in world:
        hub.say(key, who, language=language)
    hub.resolve()
    ids = sorted(hub.clusters())
    if len(ids) < 2:
        return
    before = tables(store)
    merge_customers(hub.settings, store, *ids[:2], author="eva")
    assert len(hub.clusters()) == len(ids) - 1
    retired = next(id_ for id_ in ids[:2] if id_ not in hub.clusters())
    unmerge(hub.settings, store, retired if spoken else hub.resolved(retired)[0], author="eva")
    assert tables(store) == before
