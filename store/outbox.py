"""The outbox: what each channel must still be told. Written in the transaction of its reason.

due -> sending -> (receipt, row gone) | due again, later | dead

A row found in `sending` belongs to a process that died in mid-call: the delivery is in doubt. A
notice that comes while a row is being sent is not lost: settled, the row is due once more.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, func, or_, select, update

from hub.model import Outcome
from store import bulk
from store.bulk import among
from store.delivery import DeliveryReceipt, Settlement, receipts, settle
from store.encoding import dump, load
from store.tables import IS_CREATE, IS_ERASURE, UNDELIVERED, outbox

_CLEAN = {"state": "due", "attempts": 0, "next_at": None, "reason": ""}


class OutboxState(StrEnum):
    """How far a delivery is."""

    DUE = "due"
    SENDING = "sending"
    DEAD = "dead"


class Notice(NamedTuple):
    """A channel should hear of this version of a golden customer."""

    golden_id: str
    channel: str
    record_id: int | None
    """The record to update there; None: create one."""
    version: int


class OutboxRow(NamedTuple):
    """One delivery that is due, under way, or dead."""

    id: int
    golden_id: str
    channel: str
    record_id: int | None
    erase: str | None
    """The id of a record to delete there, of a customer that was erased."""
    state: OutboxState
    version: int
    notified: int
    """How many notices came; tells one that came while it was being sent."""
    told: dict[str, Any] | None
    """What is being told, by attribute, while sending."""
    attempts: int
    """How often sending began."""
    next_at: datetime | None
    reason: str


class Settled(NamedTuple):
    """What became of a delivery.

    ``outcome`` None: the channel was right already, so there is no receipt. ``next_at`` given: try
    again then. Else SENT is done with, and anything else is a dead letter.
    """

    row: OutboxRow
    outcome: Outcome | None
    remote_id: str | None
    reason: str
    next_at: datetime | None


class Outbox:
    """What must be sent, and the receipts of what was."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def notify(self, notices: Sequence[Notice]) -> None:
        """Note that these channels must be told.

        A row that waits already takes the newer version, a dead one is due again, and one that is
        being sent will be. An update goes to one record, so it also takes the golden customer
        that the record belongs to by now.
        """
        newest = {_target(notice): notice for notice in notices}
        waiting = self._waiting(notices)
        known = [_renotified(waiting[to], one) for to, one in newest.items() if to in waiting]
        names = ("id", "golden_id", "version", "notified", *_CLEAN)
        bulk.update(self._connection, outbox, names, known)
        names = ("golden_id", "channel", "record_id", "version", "notified", *_CLEAN)
        rows = [(*one, 1, *_CLEAN.values()) for to, one in newest.items() if to not in waiting]
        bulk.insert(self._connection, outbox, names, rows)

    def take(self, channel: str, limit: int, now: datetime) -> list[OutboxRow]:
        """Return what may be sent to this channel, oldest first; also what is in doubt."""
        query = select(outbox).where(
            UNDELIVERED,
            outbox.c.channel == channel,
            or_(outbox.c.next_at.is_(None), outbox.c.next_at <= now),
        )
        return self._rows(query.order_by(outbox.c.id).limit(limit).with_for_update())

    def begin_sending(self, rows: Sequence[tuple[OutboxRow, Mapping[str, Any]]]) -> list[OutboxRow]:
        """Write down what is about to be told, before the call; return the rows as they are now.

        An attempt counts when it begins: a delivery that kills the process is given up, too.
        """
        sending = OutboxState.SENDING
        begun = [
            row._replace(state=sending, told=dict(told), attempts=row.attempts + 1)
            for row, told in rows
        ]
        values = [(row.id, sending.value, dump(row.told), row.attempts) for row in begun]
        bulk.update(self._connection, outbox, ("id", "state", "told", "attempts"), values)
        return begun

    def settle(self, settled: Sequence[Settled], at: datetime, run_id: str | None) -> None:
        """Write receipts and dead letters, set the next attempts, drop what is done with."""
        rows = [
            Settlement(
                one.row.id,
                one.row.notified,
                None if one.outcome is None else one.outcome.value,
                one.remote_id,
                one.reason,
                one.next_at,
                done=one.next_at is None and one.outcome in (None, Outcome.SENT),
            )
            for one in settled
        ]
        settle(self._connection, rows, at, run_id)

    def in_doubt(self, channel: str) -> list[OutboxRow]:
        """Return the creates and updates of this channel that may have gone through."""
        query = select(outbox).where(
            UNDELIVERED,
            outbox.c.channel == channel,
            outbox.c.attempts > 0,
            outbox.c.erase.is_(None),
        )
        return self._rows(query.order_by(outbox.c.id))

    def dead(self, channel: str | None = None) -> list[OutboxRow]:
        """Return the dead letters, to one channel or to all, oldest first."""
        query = select(outbox).where(outbox.c.state == OutboxState.DEAD.value)
        if channel is not None:
            query = query.where(outbox.c.channel == channel)
        return self._rows(query.order_by(outbox.c.id))

    def erasures(self, golden_id: str | None = None) -> list[OutboxRow]:
        """Return the deletions that channels must still see to, of one customer or of all."""
        query = select(outbox).where(IS_ERASURE)
        if golden_id is not None:
            query = query.where(outbox.c.golden_id == golden_id)
        return self._rows(query.order_by(outbox.c.id))

    def revive(self, ids: Collection[int]) -> None:
        """Make these dead letters due again, with all their attempts."""
        self._connection.execute(
            update(outbox)
            .where(
                among(self._connection, outbox.c.id, ids), outbox.c.state == OutboxState.DEAD.value
            )
            .values(_CLEAN)
        )

    def receipts(self, golden_id: str | None = None, limit: int = 50) -> list[DeliveryReceipt]:
        """Return the last receipts, of one golden customer or of all, newest first."""
        return receipts(self._connection, golden_id, limit)

    def counts(self) -> dict[str, dict[OutboxState, int]]:
        """Count the rows by channel and state."""
        query = select(outbox.c.channel, outbox.c.state, func.count()).group_by(
            outbox.c.channel, outbox.c.state
        )
        found: dict[str, dict[OutboxState, int]] = {}
        for channel, state, number in self._connection.execute(query):
            found.setdefault(channel, {})[OutboxState(state)] = number
        return found

    def _waiting(self, notices: Sequence[Notice]) -> dict[tuple[int | str, ...], OutboxRow]:
        """Return the rows that these notices are about, by target."""
        numbers = {notice.record_id for notice in notices if notice.record_id is not None}
        goldens = {notice.golden_id for notice in notices if notice.record_id is None}
        updates = select(outbox).where(among(self._connection, outbox.c.record_id, numbers))
        creates = select(outbox).where(
            IS_CREATE, among(self._connection, outbox.c.golden_id, goldens)
        )
        rows = self._rows(updates.with_for_update()) + self._rows(creates.with_for_update())
        return {_target(row): row for row in rows}

    def _rows(self, query: Select[Any]) -> list[OutboxRow]:
        return [_outbox_row(row) for row in self._connection.execute(query)]


def _target(row: Notice | OutboxRow) -> tuple[int | str, ...]:
    """Return what there is one row of: a record to update, or a customer to create somewhere."""
    return (row.golden_id, row.channel) if row.record_id is None else (row.record_id,)


def _renotified(row: OutboxRow, notice: Notice) -> tuple[Any, ...]:
    """Return the row's new values; one that is being sent, or backs off, goes on doing so."""
    state = OutboxState.DUE if row.state is OutboxState.DEAD else row.state
    attempts = 0 if row.state is OutboxState.DEAD else row.attempts
    return (
        *(row.id, notice.golden_id, notice.version, row.notified + 1),
        *(state.value, attempts, row.next_at, row.reason),
    )


def _outbox_row(row: Row[Any]) -> OutboxRow:
    found = OutboxRow(**row._asdict())
    return found._replace(state=OutboxState(row.state), told=load(row.told))
