"""Secrets that Airflow keeps reach the steps; in a process of its own, as a task is."""

import json
import os
import subprocess
import sys

FIELDS = ("login", "password", "extra.refresh_token", "extra.nothing", "schema", "nonsense")
KEPT = {
    "conn_type": "http",
    "login": "hub",
    "password": "planted-secret",
    "extra": {"refresh_token": "planted-token"},
}
CODE = """
import json, sys
from orchestration.connections import from_airflow
told = [from_airflow("shop", field) for field in sys.argv[1:]] + [from_airflow("nobody", "login")]
print(json.dumps(told))
"""


def test_a_field_of_a_connection_is_found_or_there_is_none(tmp_path):
    environment = {
        **os.environ,  # noqa: TID251 - of the process
        "AIRFLOW_CONN_SHOP": json.dumps(KEPT),
        "AIRFLOW_HOME": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", CODE, *FIELDS],
        env=environment, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == ["hub", "planted-secret", "planted-token", None, None, None, None]
