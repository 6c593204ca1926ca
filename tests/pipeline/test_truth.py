"""The demo's 2,000 records against the truth that lies beside them."""

import pytest

from console.demo import closeness
from hub.config import load_settings
from pipeline.run import run
from sandbox.population import generate
from sandbox.serving import Sandbox
from store.database import Store
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def whole_world(tmp_path_factory):
    """The demo's own 2,000 records, through the whole flow."""
    home, population = tmp_path_factory.mktemp("world"), generate(seed=1, records=2_000)
    with Sandbox.start(home / "sandbox", **population.channels) as sandbox:
        environment = sandbox.environment | {"GOLDENROD_STORE": f"sqlite:///{home / 'hub.db'}"}
        settings = load_settings(ROOT / "goldenrod.yaml", environment)
        with Store(settings.store) as store:
            store.migrate()
            run(settings, store)
            yield population, store


def test_merges_are_right_and_few_duplicates_are_missed(whole_world):
    population, store = whole_world
    found = closeness(store, population.truth)
    assert found.merged.precision >= 0.99
    assert found.proposed.recall >= 0.93


@pytest.mark.parametrize("trap", ["twin", "family", "jr_sr", "namesake"])
def test_nobody_of_a_household_is_merged_with_another(whole_world, trap):
    population, store = whole_world
    with store.read() as unit:
        golden = {key: one.id for one in unit.golden.page(100_000) for key in one.members}
    traps = list(population.traps(trap))
    assert traps
    assert [pair for pair in traps if golden[pair[0]] == golden[pair[1]]] == []
