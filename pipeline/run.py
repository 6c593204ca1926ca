"""RUN: the whole flow, once, with no scheduler. A channel that fails harms only itself."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hub.clock import now
from hub.config import Settings
from hub.errors import HubError
from pipeline.circles import circles_sought_rarely
from pipeline.map import map_channel
from pipeline.match import match
from pipeline.merge import merge
from pipeline.progress import Watch, unwatched
from pipeline.pull import USUAL, Wish, pull
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
from pipeline.workers import Workers
from store.database import Store

log = logging.getLogger(__name__)
Report = TypeVar("Report")


def run(settings: Settings, store: Store, *, watch: Watch = unwatched) -> RunReport:
    """Pull every channel, resolve, push every channel.

    A channel that can't be reached is in the report with its error, and the others go on.
    """
    begun = time.monotonic()
    with store.begin() as unit:
        run_id = unit.journal.start("run", now())
    pulled = pull_channels(settings, store, watch=watch)
    mapped, matched, merged = resolve(settings, store, run_id=run_id, watch=watch)
    pushed = push_channels(settings, store, run_id=run_id, watch=watch)
    seconds = round(time.monotonic() - begun, 3)
    report = RunReport(pulled, mapped, matched, merged, pushed, seconds)
    with store.begin() as unit:
        unit.journal.end(run_id, as_json(report), "failed" if report.errors else "done", now())
    return report


def pull_channels(
    settings: Settings,
    store: Store,
    names: Sequence[str] = (),
    *,
    wish: Wish = USUAL,
    watch: Watch = unwatched,
) -> dict[str, PullReport]:
    """Pull these channels (default: all) at once."""

    def one(name: str) -> PullReport:
        with watch(f"pull {name}") as progress:
            return pull(settings, store, name, wish=wish, progress=progress)

    return each_channel(settings, names, one, lambda why: PullReport(error=why))


def resolve(
    settings: Settings, store: Store, *, run_id: str | None = None, watch: Watch = unwatched
) -> tuple[dict[str, MapReport], MatchReport, MergeReport]:
    """Map, match and merge all that landed: one resolve at a time in the whole installation."""
    with store.exclusive("resolve"):
        mapped = map_channels(settings, store, watch=watch)
        with watch("match") as progress:
            matched = match(settings, store, progress=progress)
        with watch("merge") as progress:
            merged = merge(settings, store, run_id=run_id, progress=progress)
    return mapped, matched, merged


@circles_sought_rarely()
def map_channels(
    settings: Settings, store: Store, *, watch: Watch = unwatched
) -> dict[str, MapReport]:
    """Map what landed in every channel; the caller holds the lock of ``resolve``."""
    with watch("map") as progress, Workers(settings.workers) as workers:
        return {
            name: map_channel(settings, store, name, progress=progress, workers=workers)
            for name in settings.channels
        }


def push_channels(
    settings: Settings,
    store: Store,
    names: Sequence[str] = (),
    *,
    run_id: str | None = None,
    watch: Watch = unwatched,
) -> dict[str, PushReport]:
    """Push to these channels (default: all) at once."""

    def one(name: str) -> PushReport:
        with watch(f"push {name}") as progress:
            return push(settings, store, name, run_id=run_id, progress=progress)

    return each_channel(settings, names, one, lambda why: PushReport(error=why))


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
            log.warning("%s failed: %s", name, str(error).removeprefix(f"{name}: "))
            return failed(str(error))

    with ThreadPoolExecutor(max(1, len(chosen)), thread_name_prefix="channel") as pool:
        return dict(zip(chosen, pool.map(guarded, chosen), strict=True))
