"""One function a task: open this installation, call the verb, return its numbers.

Only plain numbers leave a task; customers never travel through Airflow.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from hub.config import Settings, load_settings
from hub.errors import ConfigError
from orchestration.connections import from_airflow
from pipeline.map import map_channel
from pipeline.match import match
from pipeline.merge import merge
from pipeline.pull import pull
from pipeline.push import push
from pipeline.report import PullReport, as_json
from pipeline.wiring import open_store
from store.database import Store


def pull_step(channel: str) -> Any:
    """Pull one channel."""
    with _installation() as (settings, store):
        return _sound(pull(settings, store, channel))


def map_step() -> Any:
    """Map all that landed."""
    with _installation() as (settings, store), store.exclusive("resolve"):
        return as_json({name: map_channel(settings, store, name) for name in settings.channels})


def match_step() -> Any:
    """Match what changed."""
    with _installation() as (settings, store), store.exclusive("resolve"):
        return as_json(match(settings, store))


def merge_step() -> Any:
    """Merge what hangs together with it, and fill the outbox."""
    with _installation() as (settings, store), store.exclusive("resolve"):
        return as_json(merge(settings, store))


def push_step(channel: str) -> Any:
    """Deliver what is due to one channel."""
    with _installation() as (settings, store):
        return as_json(push(settings, store, channel))


def _sound(report: PullReport) -> Any:
    """Return the numbers; a full scan that is held needs a person, so the task must fail."""
    if report.error is not None:
        raise ConfigError(report.error)
    return as_json(report)


@contextmanager
def _installation() -> Iterator[tuple[Settings, Store]]:
    settings = load_settings(connections=from_airflow)
    with open_store(settings) as store:
        yield settings, store
