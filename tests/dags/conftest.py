"""Airflow on a database of its own, made once for this folder's tests."""

import os
from pathlib import Path

import pytest

from hub.config import load_settings
from tests.conftest import ROOT


@pytest.fixture(scope="session")
def airflow_home():
    """Set up the Airflow that `tests.conftest` has pointed to a folder of its own."""
    os.environ["GOLDENROD_CONFIG"] = str(ROOT / "goldenrod.yaml")  # noqa: TID251 - of the DAGs
    from airflow.utils import db  # noqa: PLC0415 - slow to import

    db.initdb()
    return Path(os.environ["AIRFLOW_HOME"])  # noqa: TID251 - as above


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
