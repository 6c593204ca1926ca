"""The DAGs: loaded, read, and run on the sandbox."""

import subprocess
import sys

import pytest

from hub.config import load_settings
from hub.errors import ConfigError, TransientError
from pipeline.run import run
from sandbox.serving import Sandbox
from store.database import Store
from tests.conftest import ROOT
from tests.tables import snapshot

pytestmark = [
    pytest.mark.xdist_group("airflow"),
    pytest.mark.filterwarnings("ignore"),  # Airflow's own, of many kinds
]
CHANNELS = {"erp", "shop", "mail", "crm"}


def test_there_is_a_pull_and_a_push_for_every_channel_and_one_resolve(dags):
    wanted = {f"{verb}_{channel}" for verb in ("pull", "push") for channel in CHANNELS}
    assert dags.keys() == wanted | {"resolve"}


def test_every_dag_says_what_it_is_whose_it_is_and_how_long_it_may_take(dags, pools):
    for dag in dags.values():
        assert dag.doc_md
        assert dag.tags
        assert not dag.catchup
        assert dag.max_active_runs == 1
        for task in dag.tasks:
            assert task.owner == "goldenrod"
            assert task.execution_timeout
            assert task.retries
            assert task.retry_policy
            assert task.pool in pools


def test_a_landing_wakes_resolve_and_a_merge_wakes_every_push(dags):
    assert _assets(dags["resolve"]) == {f"goldenrod://landed/{channel}" for channel in CHANNELS}
    for channel in CHANNELS:
        assert _assets(dags[f"push_{channel}"]) == {"goldenrod://golden/customers"}


def _assets(dag):
    return {asset.uri for asset in dag.timetable.asset_condition.objects}


def test_a_configuration_error_fails_at_once_and_a_passing_one_is_tried_again(airflow_home):
    from orchestration.defaults import RETRIES  # noqa: PLC0415 - imports Airflow

    assert RETRIES.evaluate(ConfigError("x"), 1, 3).action.value == "fail"
    assert RETRIES.evaluate(TransientError("x"), 1, 3).action.value == "retry"


def test_the_dag_files_load_no_connector_no_store_and_no_flow():
    files = [str(ROOT / "dags" / name) for name in ("pull.py", "resolve.py", "push.py")]
    program = (
        f"import runpy, sys; [runpy.run_path(file) for file in {files}];"
        "found = {'connectors', 'store', 'pipeline', 'matching'} & set(sys.modules);"
        "assert not found, found"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, cwd=ROOT)


def test_the_dags_leave_the_same_tables_as_the_command_line(
    dags, pools, population, tmp_path, monkeypatch
):
    by_hand = _world(tmp_path / "hand", population)
    by_airflow = _world(tmp_path / "airflow", population)
    with by_hand.sandbox, by_airflow.sandbox:
        with Store(by_hand.settings.store) as store:
            store.migrate()
            run(by_hand.settings, store)
            wanted = snapshot(store)
        for name, value in by_airflow.environment.items():
            monkeypatch.setenv(name, value)
        for dag_id in (
            *(f"pull_{channel}" for channel in sorted(CHANNELS)),
            "resolve",
            *(f"push_{channel}" for channel in sorted(CHANNELS)),
        ):
            assert dags[dag_id].test().state == "success", dag_id
        with Store(by_airflow.settings.store) as store:
            assert snapshot(store) == wanted


@pytest.mark.usefixtures("pools")
def test_a_task_that_stumbles_logs_where_and_no_secret(
    dags, environment, monkeypatch, capfd, airflow_home
):
    """The password is a variable of a frame that the traceback shows."""

    def stumble(*_credentials):
        raise RuntimeError("stumbled here")

    monkeypatch.setattr("connectors.auth.credential.HTTPBasicAuth", stumble)
    for name, value in {**environment, "GOLDENROD_SHOP_SECRET": "plant3d-p4ssword"}.items():
        monkeypatch.setenv(name, value)
    for task in dags["pull_shop"].tasks:
        monkeypatch.setattr(task, "retries", 0)  # it would wait for minutes
    assert dags["pull_shop"].test().state == "failed"
    files = [it for it in (airflow_home / "logs").rglob("*") if it.is_file()]
    told = "".join([*capfd.readouterr(), *(it.read_text(errors="replace") for it in files)])
    assert "stumbled here" in told
    assert "authenticate" in told
    assert "plant3d-p4ssword" not in told


class _world:  # noqa: N801 - reads as a function above
    def __init__(self, directory, population):
        self.sandbox = Sandbox.start(directory / "sandbox", **population.channels)
        store = f"sqlite:///{directory / 'hub.db'}"
        self.environment = self.sandbox.environment | {"GOLDENROD_STORE": store}
        self.settings = load_settings(ROOT / "goldenrod.yaml", self.environment)
