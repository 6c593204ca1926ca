"""Airflow on a database of its own, made once for this folder's tests."""

import os

import pytest

from hub.config import load_settings
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def airflow_home(tmp_path_factory):
    """Set Airflow up before its first import; it reads the environment only then."""
    home = tmp_path_factory.mktemp("airflow")
    os.environ |= {  # noqa: TID251 - Airflow is configured by the environment
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API_AUTH__JWT_SECRET": "test " * 16,
        "GOLDENROD_CONFIG": str(ROOT / "goldenrod.yaml"),
    }
    from airflow.utils import db  # noqa: PLC0415 - not before the environment is set

    db.initdb()
    return home


@pytest.fixture(scope="session")
def dags(airflow_home):
    """Every DAG of this project, by id; no file may fail to import."""
    from airflow.dag_processing.dagbag import DagBag  # noqa: PLC0415

    bag = DagBag(str(ROOT / "dags"))
    assert bag.import_errors == {}
    return bag.dags


@pytest.fixture(scope="session")
def pools(airflow_home):
    from airflow.models.pool import Pool  # noqa: PLC0415

    from orchestration.standalone import pools  # noqa: PLC0415

    for name, pool in pools(load_settings(ROOT / "goldenrod.yaml")).items():
        Pool.create_or_update_pool(name=name, **pool)
    return set(pools(load_settings(ROOT / "goldenrod.yaml")))
