"""LAND: one page becomes rows, together with the cursor after it and all that was noticed.

Between the channel and the rows stands the watch over the schema: see `pipeline.drift`.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from connectors.base import Page, Unreadable
from connectors.facts.profile import CONSENTS
from hub.clock import now
from hub.config import Channel
from hub.config import Drift as Mode
from hub.errors import ConfigError
from hub.model import Payload, SourceRecord
from mapping.recordmap import RecordMap
from pipeline.beside import mark_owners, readable
from pipeline.drift import Look, Shape, renamed, without
from pipeline.report import PullReport
from store.database import Store, Unit
from store.encoding import dump
from store.landing import Landed
from store.quarantine import CUSTOMERS, Quarantined, State, Which
from store.schema import Drift

SCHEMA = "schema"
"""The stage of records that wait because their columns are not known."""
_LOOKED_AT = 50
"""Records that are compared with what they were before, to tell a renamed column."""


class Landing:
    """Lands the pages of one pull of one stream."""

    def __init__(
        self,
        store: Store,
        channel: Channel,
        stream: str,
        vendor: RecordMap | None = None,
        *,
        whole: bool,
    ) -> None:
        self._store = store
        self._channel = channel
        self._stream = stream
        self._vendor = vendor
        with store.begin() as unit:
            self._learns = unit.streams.state(channel.name, stream).learned_at is None
            known = unit.schemas.columns(channel.name, stream)
        self._whole = whole
        self._shape = Shape(known, learning=self._learns)

    def land(self, unit: Unit, page: Page, *, sight: bool) -> PullReport:
        """Land a page and move the cursor, in the caller's transaction.

        Raises ConfigError where the schema is frozen and the page drifted; nothing is landed then.
        """
        moment = now()
        watched = self._watch(unit, page.records, moment)
        unreadable = [_set_aside(self._channel.name, self._stream, row) for row in page.rejected]
        aside = unreadable + watched.aside
        self._forget_cured(unit, watched.records)
        if self._stream == CUSTOMERS:
            landed = unit.records.land(watched.records, moment)
        else:
            landed, unfit = self._land_beside(unit, watched.records, moment)
            aside += unfit
        unit.records.quarantine(aside, moment)
        if sight:
            unit.streams.sight(self._stream, [record.key for record in page.records])
        unit.schemas.learn(self._channel.name, self._stream, self._shape.learnt())
        unit.records.move_cursor(self._channel.name, page.cursor, moment, self._stream)
        return PullReport(
            landed.created + landed.changed,
            landed.unchanged,
            len(aside),
            landed.suppressed,
            drift=watched.told,
        )

    def _land_beside(
        self, unit: Unit, records: Sequence[SourceRecord], moment: datetime
    ) -> tuple[Landed, list[Quarantined]]:
        """Land records of another stream; whom consents are about is merged anew."""
        if self._stream != CONSENTS or self._vendor is None or not self._vendor.hears_consents:
            return unit.stream_records.land(self._stream, records, moment), []
        good, unfit = readable(self._vendor, records)
        if unit.quarantine.count(Which(self._channel.name, CONSENTS, "pull")):
            unit.records.release([record.key for record in good], "pull", CONSENTS)
        fresh = unit.stream_records.fresh(CONSENTS, good)
        landed = unit.stream_records.land(CONSENTS, good, moment)
        mark_owners(unit, fresh)
        return landed, unfit

    def finish(self, unit: Unit) -> None:
        """Note that the pull came to its end: what it showed is what the stream looks like."""
        if not (self._learns and self._shape.seen):
            return
        if self._whole:
            unit.schemas.learn(self._channel.name, self._stream, self._shape.always())
        unit.streams.note(self._channel.name, self._stream, learned_at=now())

    def _forget_cured(self, unit: Unit, records: Sequence[SourceRecord]) -> None:
        """Take out of quarantine what lands after all."""
        if unit.quarantine.count(Which(self._channel.name, self._stream, SCHEMA)):
            unit.records.release([record.key for record in records], SCHEMA, self._stream)

    def _watch(self, unit: Unit, records: Sequence[SourceRecord], moment: datetime) -> "_Watched":
        looks = self._shape.look(records)
        drifted = [look for look in looks if look.drifts]
        if not drifted:
            return _Watched(list(records), [], ())
        mode = self._channel.drift
        before = self._before(unit, drifted if mode is Mode.DROP_VALUE else drifted[:_LOOKED_AT])
        drifts = _distinct(drifted, before)
        if mode is Mode.FREEZE:
            self._freeze(drifts, moment)
        told = unit.schemas.note(
            *(self._channel.name, self._stream, drifts, moment), accepted=mode is Mode.EVOLVE
        )
        lines = tuple(describe(self._stream, drift) for drift in told)
        if mode is Mode.EVOLVE:
            every = [drift for look in drifted for drift in look.drifts]
            known = self._shape.accept(every)
            unit.schemas.learn(self._channel.name, self._stream, known)
            return _Watched(list(records), [], lines)
        if mode is Mode.DROP_VALUE:
            return _Watched([_cured(look, before) for look in looks], [], lines)
        state = State.WAITING if mode is Mode.HOLD else State.DROPPED
        aside = [_hold(look, self._stream, state) for look in drifted]
        return _Watched([look.record for look in looks if not look.drifts], aside, lines)

    def _freeze(self, drifts: Sequence[Drift], moment: datetime) -> None:
        name = self._channel.name
        lines = "; ".join(describe(self._stream, drift) for drift in drifts)
        raise FrozenError(
            f"{name}: the schema is frozen and it drifted: {lines}; "
            f"accept it with goldenrod drift {name} --accept",
            drifts,
            moment,
        )

    def _before(self, unit: Unit, looks: Sequence[Look]) -> dict[object, Payload]:
        keys = [look.record.key for look in looks]
        if self._stream == CUSTOMERS:
            return {key: it.payload for key, it in unit.records.by_key(keys).items()}
        ids = [key.id for key in keys]
        found = unit.stream_records.get(self._channel.name, self._stream, ids)
        return {it.key: it.payload for it in found}


class FrozenError(ConfigError):
    """The schema of a channel drifted although it is frozen."""

    def __init__(self, message: str, drifts: Sequence[Drift], moment: datetime) -> None:
        super().__init__(message)
        self.drifts = drifts
        self.moment = moment


class _Watched(NamedTuple):
    records: list[SourceRecord]
    aside: list[Quarantined]
    told: tuple[str, ...]


def describe(stream: str, drift: Drift) -> str:
    """Say what drifted in one line; the example is a key, never a value."""
    kinds = {
        "new": f"new column {drift.name} ({drift.detail})",
        "missing": f"column {drift.name} is missing",
        "renamed": f"column {drift.name} is now called {drift.detail}",
        "retyped": f"column {drift.name} is now {drift.detail}",
    }
    return f"{stream}: {kinds[drift.kind]}, for example {drift.example}"


def _distinct(looks: Sequence[Look], before: dict[object, Payload]) -> list[Drift]:
    """Return each drift once; a missing and a new column that are one become a renamed one."""
    found = {drift[:3]: drift for look in reversed(looks) for drift in look.drifts}
    for gone, came in renamed(looks[:_LOOKED_AT], before):
        found.pop(gone[:3], None)
        found.pop(came[:3], None)
        new = Drift(gone.name, "renamed", came.name, gone.example)
        found[new[:3]] = new
    return list(found.values())


def _cured(look: Look, before: dict[object, Payload]) -> SourceRecord:
    if not look.drifts:
        return look.record
    earlier = before.get(look.record.key)
    return look.record._replace(payload=without(look.record.payload, look.drifts, earlier))


def _hold(look: Look, stream: str, state: State) -> Quarantined:
    drift, key = look.drifts[0], look.record.key
    reason = describe(stream, drift).partition(", for example")[0].partition(": ")[2]
    rule = f"schema: {drift.kind}"
    payload = look.record.payload
    return Quarantined(
        *(key.channel, key.id, SCHEMA, drift.name, reason, payload), rule, stream, state
    )


def _set_aside(channel: str, stream: str, row: Unreadable) -> Quarantined:
    """Name a row without an id by its content: positions change from pull to pull."""
    digest = blake2b(dump(dict(row.payload)).encode(), digest_size=6).hexdigest()
    reason = f"{row.reason} ({row.position})"
    return Quarantined(
        *(channel, f"row {digest}", "pull", row.field, reason, row.payload), row.reason, stream
    )
