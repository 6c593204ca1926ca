"""RUN: the whole flow, once, with no scheduler. A channel that fails harms only itself."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hub.clock import now
from hub.config import Settings
from hub.errors import HubError
from pipeline.map import map_channel
from pipeline.match import match
from pipeline.merge import merge
from pipeline.pull import pull
from pipeline.push import push
from pipeline.report import (
    MapReport,
    MatchReport,
    MergeReport,
    PullReport,
    PushReport,
    RunReport,
    as_json,
)
from store.database import Store

log = logging.getLogger(__name__)
Report = TypeVar("Report")


def run(
    settings: Settings, store: Store, *, announce: Callable[[str], None] = log.debug
) -> RunReport:
    """Pull every channel, resolve, push every channel.

    ``announce`` hears the name of each step as it begins. A channel that can't be reached is in
    the report with its error, and the others go on.
    """
    begun = time.monotonic()
    with store.begin() as unit:
        run_id = unit.journal.start("run", now())
    announce("pull")
    pulled = pull_channels(settings, store)
    announce("resolve")
    mapped, matched, merged = resolve(settings, store, run_id=run_id)
    announce("push")
    pushed = push_channels(settings, store, run_id=run_id)
    seconds = round(time.monotonic() - begun, 3)
    report = RunReport(pulled, mapped, matched, merged, pushed, seconds)
    with store.begin() as unit:
        unit.journal.end(run_id, as_json(report), "failed" if report.errors else "done", now())
    return report


def pull_channels(
    settings: Settings, store: Store, names: Sequence[str] = ()
) -> dict[str, PullReport]:
    """Pull these channels (default: all) at once."""
    return each_channel(
        settings,
        names,
        lambda name: pull(settings, store, name),
        lambda why: PullReport(error=why),
    )


def resolve(
    settings: Settings, store: Store, *, run_id: str | None = None
) -> tuple[dict[str, MapReport], MatchReport, MergeReport]:
    """Map, match and merge all that landed: one resolve at a time in the whole installation."""
    with store.exclusive("resolve"):
        mapped = {name: map_channel(settings, store, name) for name in settings.channels}
        matched = match(settings, store)
        return mapped, matched, merge(settings, store, run_id=run_id)


def push_channels(
    settings: Settings, store: Store, names: Sequence[str] = (), *, run_id: str | None = None
) -> dict[str, PushReport]:
    """Push to these channels (default: all) at once."""
    return each_channel(
        settings,
        names,
        lambda name: push(settings, store, name, run_id=run_id),
        lambda why: PushReport(error=why),
    )


def each_channel(
    settings: Settings,
    names: Sequence[str],
    step: Callable[[str], Report],
    failed: Callable[[str], Report],
) -> dict[str, Report]:
    """Run the step for these channels (none named: all) side by side.

    Each waits for its own system, not for the others; one that fails becomes ``failed(reason)``.
    Raises ConfigError for a channel that is not configured.
    """
    chosen = [settings.channel(name).name for name in names] or list(settings.channels)

    def guarded(name: str) -> Report:
        try:
            return step(name)
        except HubError as error:
            log.warning("%s failed: %s", name, error)
            return failed(str(error))

    with ThreadPoolExecutor(max(1, len(chosen)), thread_name_prefix="channel") as pool:
        return dict(zip(chosen, pool.map(guarded, chosen), strict=True))
