"""What every task of the hub shares: owner, time-outs, pools, and retries by kind of error."""

from datetime import timedelta
from typing import Any

import pendulum
from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

from hub.errors import ConfigError, TransientError

START = pendulum.datetime(2026, 1, 1, tz="UTC")
RESOLVE_POOL = "goldenrod_resolve"


def pool(channel: str) -> str:
    """Return the pool that bounds how many tasks talk to ``channel`` at once."""
    return f"goldenrod_{channel}"


RETRIES = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=ConfigError,
            action=RetryAction.FAIL,
            reason="a person must mend the configuration: trying again is useless",
        ),
        RetryRule(
            exception=TransientError,
            action=RetryAction.RETRY,
            retry_delay=timedelta(minutes=1),
            reason="the channel may answer later",
        ),
    ]
)

TASK: dict[str, Any] = {
    "owner": "goldenrod",
    "retries": 3,
    "retry_delay": timedelta(minutes=1),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "retry_policy": RETRIES,
    "execution_timeout": timedelta(hours=2),
}
DAG: dict[str, Any] = {
    "start_date": START,
    "catchup": False,
    "max_active_runs": 1,
    "default_args": TASK,
    "tags": ["goldenrod"],
}
