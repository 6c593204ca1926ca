"""PULL: land what changed in one channel; a page and its cursor are one transaction.

Killed anywhere, the next pull resumes after the last page that landed; what comes twice is dropped
by its fingerprint, so nothing is lost and nothing is doubled. Customers come first, then the other
streams of the channel, each from a cursor of its own.
"""

import logging
from collections.abc import Sequence
from typing import NamedTuple

from connectors.base import Connector
from hub.clock import now
from hub.config import Channel, Settings
from hub.errors import ConfigError, TransientError
from hub.model import Outcome, Receipt, SourceRecord
from mapping.recordmap import RecordMap
from pipeline.landing import FrozenError, Landing
from pipeline.progress import Progress, quiet
from pipeline.reconcile import Reconciled, due, reconcile
from pipeline.report import PullReport
from pipeline.settle import settle
from pipeline.wiring import connect, record_map
from store.database import Store, Unit
from store.outbox import OutboxRow
from store.quarantine import CUSTOMERS

log = logging.getLogger(__name__)


class Wish(NamedTuple):
    """What a person wants of a pull beyond the usual."""

    full: bool = False
    """Read everything again, also what has not changed."""
    gone: int | None = None
    """Believe a full scan by which so many records are gone."""


USUAL = Wish()


def pull(
    settings: Settings,
    store: Store,
    channel: str,
    *,
    wish: Wish = USUAL,
    progress: Progress = quiet,
) -> PullReport:
    """Pull ``channel`` to its end. Raises ConfigError or TransientError; landed pages stay."""
    configured = settings.channel(channel)
    vendor = record_map(configured)
    with store.exclusive(f"pull {channel}"), connect(configured) as source:
        source.share(store.allowance(channel))
        with store.begin() as unit:
            _refuse_poison(unit, configured)
            creates = [row for row in unit.outbox.in_doubt(channel) if row.record_id is None]
        doubtful = {row.golden_id: row for row in creates}
        puller = _Puller(store, source, configured, vendor, doubtful, progress)
        total, trouble = PullReport(), None
        for stream in _wanted(source, configured):
            try:
                total = puller.pull(stream, wish).after(total, stream)
            except (ConfigError, TransientError) as error:
                if stream == CUSTOMERS:
                    raise
                trouble = trouble or error  # a stream that fails harms only itself
        total = total._replace(calls=source.calls)
    log.info("pull %s: %s", channel, total)
    if trouble is not None:
        raise trouble
    return total


def _wanted(source: Connector, channel: Channel) -> list[str]:
    """Return the streams to read: customers, their parts, and what the channel asks for."""
    known = ", ".join(it for it in source.streams if it != CUSTOMERS) or "none"
    for stream in channel.streams:
        if stream not in source.streams:
            raise ConfigError(
                f"channels.{channel.name}.streams: the profile has no {stream}; it has: {known}"
            )
    asked = {CUSTOMERS, *source.parts, *channel.streams}
    return [stream for stream in source.streams if stream in asked]


def _refuse_poison(unit: Unit, channel: Channel) -> None:
    """Raise ConfigError if too many records of this channel wait in quarantine."""
    why = unit.quarantine.poisoned(channel.name, channel.poison)
    if why:
        raise ConfigError(why)


class _Puller(NamedTuple):
    """Pulls the streams of one channel, one after the other."""

    store: Store
    source: Connector
    channel: Channel
    vendor: RecordMap
    doubtful: dict[str, OutboxRow]
    progress: Progress

    def pull(self, stream: str, wish: Wish) -> PullReport:
        """Pull one stream to its end."""
        name, incremental = self.channel.name, self.source.incremental(stream)
        with self.store.begin() as unit:
            cursor = unit.records.cursor(name, stream)
            state, moment = unit.streams.state(name, stream), now()
            under_way = incremental and state.scan_began is not None and not wish.full
            asked = wish.full or wish.gone is not None or not incremental
            lists_all = self.source.capabilities.lists_all
            overdue = lists_all and due(state.scanned_at, self.channel.full_scan_hours, moment)
            full = under_way or asked or overdue or cursor is None
            began = state.scan_began or moment
            whole = cursor is None or (full and not under_way)
            if full and not under_way:
                cursor, began = self.source.rewind(cursor), moment
                unit.streams.begin_scan(name, stream, moment)
                # Killed before the first page, the scan must not go on from where the last one was.
                unit.records.forget_cursor(name, stream)
                if cursor is not None:
                    unit.records.move_cursor(name, cursor, moment, stream)
            # Of a first pull nothing can be missing: nothing needs to be sighted.
            owners = stream in self.source.parts and state.scanned_at is not None
            sight = full and lists_all and unit.streams.alive(name, stream, began) > 0
        landing = Landing(self.store, self.channel, stream, self.vendor, whole=whole)
        total = self._pages(landing, stream, cursor, sight=sight, owners=owners)
        ended = Reconciled()
        if full and sight:
            ended = reconcile(self.store, self.source, self.channel, stream, believe=wish.gone)
        with self.store.begin() as unit:
            if full and not sight:
                unit.streams.end_scan(name, stream, now())
            landing.finish(unit)
        return total._replace(gone=ended.gone, held=ended.held, error=self._doubt(ended, stream))

    def _pages(
        self, landing: Landing, stream: str, cursor: str | None, *, sight: bool, owners: bool
    ) -> PullReport:
        total = PullReport()
        for page in self.source.pull(cursor, stream):
            again = self._owners(stream, page.records) if owners else []
            try:
                with self.store.begin() as unit:
                    unit.records.land(again, now())
                    landed = landing.land(unit, page, sight=sight)
                    total = landed.after(total)
                    if stream == CUSTOMERS:
                        self._adopt(unit, page.records)
            except FrozenError as error:
                self._note(stream, error)
                raise
            self.progress(len(page.records))
            if landed.quarantined:
                with self.store.begin() as unit:
                    _refuse_poison(unit, self.channel)
        return total

    def _adopt(self, unit: Unit, records: Sequence[SourceRecord]) -> None:
        """Take a record that carries our reference as the receipt of a create that was cut off.

        Only while that very create is in doubt: a reference that somebody copied proves nothing.
        """
        for record in records:
            row = self.doubtful.pop(record.reference or "", None)
            if row is not None:
                settle(unit, self.vendor, [(row, Receipt("", Outcome.SENT, record))], run_id=None)

    def _owners(self, stream: str, records: Sequence[SourceRecord]) -> list[SourceRecord]:
        """Read the customers again whose parts were edited: that did not move them."""
        with self.store.begin() as unit:
            edited = unit.stream_records.fresh(stream, records)
        owners = sorted({record.owner for record in edited if record.owner})
        return self.source.read_back(owners) if owners else []

    def _note(self, stream: str, frozen: FrozenError) -> None:
        """Remember what stopped the channel, so that a person can accept it."""
        with self.store.begin() as unit:
            name = self.channel.name
            unit.schemas.note(name, stream, frozen.drifts, frozen.moment, accepted=False)

    def _doubt(self, ended: Reconciled, stream: str) -> str | None:
        if not ended.held:
            return None
        name = self.channel.name
        return (
            f"{name}: the full scan of {stream} did not show {ended.held} known records; nothing "
            f"was deleted. If they are gone: goldenrod pull {name} --gone {ended.held}"
        )
