"""pull_<channel>: one DAG for each channel of goldenrod.yaml; what lands wakes `resolve`."""

from typing import Any

from airflow.sdk import dag, task

from hub.config import Channel, load_settings
from hub.environment import unread
from orchestration.assets import landed
from orchestration.defaults import DAG, pool


def _declare(channel: Channel) -> None:
    @dag(
        dag_id=f"pull_{channel.name}",
        schedule=channel.schedule,
        description=f"Land what changed in {channel.name}",
        doc_md=f"""
### Pull {channel.name}
Lands what changed in **{channel.name}** (profile `{channel.profile}`) since the last pull, page by
page; a page and its cursor are one transaction. Safe to run again at any time: what comes twice is
dropped by its fingerprint. A configuration error fails at once, anything else is tried again.
""",
        **DAG,
    )
    def pull_channel() -> None:
        @task(outlets=[landed(channel.name)], pool=pool(channel.name))
        def pull() -> Any:
            from orchestration.steps import pull_step

            return pull_step(channel.name)

        pull()

    pull_channel()


for _channel in load_settings(connections=unread).channels.values():
    _declare(_channel)
