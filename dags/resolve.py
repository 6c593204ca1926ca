"""resolve: whenever a channel landed something, map it, match it, merge it."""

from functools import reduce
from operator import or_
from typing import Any

from airflow.sdk import dag, task

from hub.config import load_settings
from hub.environment import unread
from orchestration.assets import GOLDEN, landed
from orchestration.defaults import DAG, RESOLVE_POOL


@dag(
    dag_id="resolve",
    schedule=reduce(or_, [landed(name) for name in load_settings(connections=unread).channels]),
    description="Find out who is who, and keep one golden customer for each",
    doc_md="""
### Resolve
Maps what landed, matches what changed against everything, merges clusters into golden customers and
writes the outbox with them in one transaction. Its cost follows what changed. One at a time.
""",
    **DAG,
)
def resolve() -> None:
    @task(pool=RESOLVE_POOL)
    def map_records() -> Any:
        from orchestration.steps import map_step

        return map_step()

    @task(pool=RESOLVE_POOL)
    def match() -> Any:
        from orchestration.steps import match_step

        return match_step()

    @task(pool=RESOLVE_POOL, outlets=[GOLDEN])
    def merge() -> Any:
        from orchestration.steps import merge_step

        return merge_step()

    map_records() >> match() >> merge()


resolve()
