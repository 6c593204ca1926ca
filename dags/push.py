"""push_<channel>: whenever golden customers changed, deliver to each channel what differs there."""

from typing import Any

from airflow.sdk import dag, task

from hub.config import Channel, load_settings
from hub.environment import unread
from orchestration.assets import GOLDEN, pushed
from orchestration.defaults import DAG, pool


def _declare(channel: Channel) -> None:
    @dag(
        dag_id=f"push_{channel.name}",
        schedule=[GOLDEN],
        description=f"Deliver what is due to {channel.name}",
        doc_md=f"""
### Push {channel.name}
Empties the outbox of **{channel.name}**: only attributes that differ there are sent. What is in
doubt after a crash is looked at before it is sent again; what the channel refuses becomes a dead
letter on the stewards' page.
""",
        **DAG,
    )
    def push_channel() -> None:
        @task(outlets=[pushed(channel.name)], pool=pool(channel.name))
        def push() -> Any:
            from orchestration.steps import push_step

            return push_step(channel.name)

        push()

    push_channel()


for _channel in load_settings(connections=unread).channels.values():
    if _channel.push.enabled:
        _declare(_channel)
