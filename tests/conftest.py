"""What every test may use: the sandbox's four systems over sockets, and a clean hub on SQLite."""

import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings as hypothesis_settings

from hub.config import load_settings
from pipeline.run import pull_channels, resolve, run
from sandbox.population import generate
from sandbox.serving import Sandbox
from store.database import Store
from tests.worlds import World

ROOT = Path(__file__).parent.parent
_AIRFLOW = pytest.StashKey[TemporaryDirectory]()
# How long an example takes is no property: a busy machine is no failure.
hypothesis_settings.register_profile("goldenrod", deadline=None)
hypothesis_settings.load_profile("goldenrod")


def pytest_configure(config):
    """Give Airflow a home of this run: it reads the environment once, at its first import."""
    config.stash[_AIRFLOW] = TemporaryDirectory(prefix="goldenrod-airflow-")
    home = Path(config.stash[_AIRFLOW].name)
    os.environ |= {  # noqa: TID251 - Airflow is configured by the environment
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API_AUTH__JWT_SECRET": "test " * 16,
    }


def pytest_unconfigure(config):
    config.stash[_AIRFLOW].cleanup()


@pytest.fixture(scope="session")
def population():
    """A small world; the one of the demo is the same, larger."""
    return generate(seed=1, records=200)


@pytest.fixture
def sandbox(tmp_path, population):
    """The four systems, freshly filled."""
    with Sandbox.start(
        tmp_path / "sandbox",
        erp=population.erp,
        shop=population.shop,
        mail=population.mail,
        crm=population.crm,
    ) as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A database with empty tables: copying it takes a fiftieth of making it."""
    file = tmp_path_factory.mktemp("template") / "hub.db"
    with Store(f"sqlite:///{file}") as store:
        store.migrate()
    return file


@pytest.fixture(scope="session")
def live_through(population, tmp_path_factory, sqlite_template):
    """Return the world after ``steps(settings, store)``, lived through once."""

    @cache
    def once(steps):
        folder = tmp_path_factory.mktemp("world")
        file = shutil.copy(sqlite_template, folder / "hub.db")
        with (
            Sandbox.start(folder, **population.channels) as sandbox,
            Store(f"sqlite:///{file}") as store,
        ):
            environment = sandbox.environment | {"GOLDENROD_STORE": f"sqlite:///{file}"}
            settings = load_settings(ROOT / "goldenrod.yaml", environment)
            return World(sandbox, settings, steps(settings, store))

    return once


@pytest.fixture
def after_a_run(live_through, sandbox, settings, store):
    """The world after one whole run; the run's report."""
    return live_through(run).put_back(sandbox, settings)


@pytest.fixture
def before_the_push(live_through, sandbox, settings, store):
    """Everything pulled and merged; nothing pushed yet."""
    live_through(_pull_and_resolve).put_back(sandbox, settings)


def _pull_and_resolve(settings, store):
    pull_channels(settings, store)
    resolve(settings, store)


@pytest.fixture
def environment(sandbox, tmp_path, sqlite_template):
    """The environment that points goldenrod.yaml at this test's sandbox and store."""
    shutil.copy(sqlite_template, tmp_path / "hub.db")
    return sandbox.environment | {
        "GOLDENROD_STORE": f"sqlite:///{tmp_path / 'hub.db'}",
        "GOLDENROD_BACKUPS": str(tmp_path / "backups"),
    }


@pytest.fixture
def settings(environment):
    return load_settings(ROOT / "goldenrod.yaml", environment)


@pytest.fixture
def store(settings):
    with Store(settings.store) as opened:
        opened.migrate()
        yield opened
