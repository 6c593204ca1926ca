"""Settling deliveries: an outbox row ends as a receipt, as a dead letter, or is due again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, select

from hub.model import Key, Operation, Outcome
from store import bulk
from store.bulk import among
from store.encoding import dump, load
from store.tables import outbox, receipt, source_record

_RECEIPT = (
    *("golden_id", "channel", "remote_id", "operation", "outcome"),
    *("attributes", "version", "at", "run_id", "reason"),
)
_STATE = ("id", "state", "record_id", "told", "attempts", "next_at", "reason")


class Settlement(NamedTuple):
    """What became of one row; `store.outbox` says what the outcomes mean."""

    id: int
    notified: int
    outcome: str | None
    remote_id: str | None
    reason: str
    next_at: datetime | None
    done: bool


class DeliveryReceipt(NamedTuple):
    """Proof of one answer of a channel; it names attributes, never their values."""

    id: int
    golden_id: str
    channel: str
    remote_id: str | None
    operation: Operation
    outcome: Outcome
    attributes: tuple[str, ...]
    version: int
    at: datetime
    run_id: str | None
    reason: str


def settle(
    connection: Connection, settled: Sequence[Settlement], at: datetime, run_id: str | None
) -> None:
    """Write receipts and the rows' new states; a row that was settled before is passed over."""
    rows = _current(connection, settled)
    there = _there(connection, rows, settled)
    answered = [one for one in settled if one.id in rows and one.outcome is not None]
    proofs = [_proof(rows[one.id], one, at, run_id) for one in answered]
    bulk.insert(connection, receipt, _RECEIPT, proofs)
    gone, kept = [], []
    for one in settled:
        row = rows.get(one.id)
        if row is None:
            continue
        if one.done and row.notified == one.notified:
            gone.append(one.id)
        else:
            kept.append(_next(row, one, there))
    connection.execute(delete(outbox).where(among(connection, outbox.c.id, gone)))
    bulk.update(connection, outbox, _STATE, kept)


def receipts(connection: Connection, golden_id: str | None, limit: int) -> list[DeliveryReceipt]:
    """Return the last receipts, of one golden customer or of all, newest first."""
    query = select(receipt).order_by(receipt.c.id.desc()).limit(limit)
    if golden_id is not None:
        query = query.where(receipt.c.golden_id == golden_id)
    return [
        DeliveryReceipt(**row._asdict())._replace(
            operation=Operation(row.operation),
            outcome=Outcome(row.outcome),
            attributes=tuple(load(row.attributes)),
        )
        for row in connection.execute(query)
    ]


def _current(connection: Connection, settled: Sequence[Settlement]) -> dict[int, Row[Any]]:
    """Return the rows as they are now, with the id that their record has in its channel."""
    query = (
        select(outbox, source_record.c.remote_id)
        .outerjoin(source_record, source_record.c.id == outbox.c.record_id)
        .where(among(connection, outbox.c.id, {one.id for one in settled}))
        .with_for_update(of=outbox)
    )
    return {row.id: row for row in connection.execute(query)}


def _there(
    connection: Connection, rows: dict[int, Row[Any]], settled: Sequence[Settlement]
) -> dict[Key, int]:
    """Return the records that creates made, where they landed and no update of them waits."""
    made = [
        Key(rows[one.id].channel, one.remote_id)
        for one in settled
        if one.id in rows and rows[one.id].record_id is None and one.remote_id is not None
    ]
    found = {}
    for channel in {key.channel for key in made}:
        table = source_record.c
        waits = select(outbox.c.id).where(outbox.c.record_id == table.id).exists()
        query = select(table.remote_id, table.id).where(
            table.channel == channel,
            among(connection, table.remote_id, [key.id for key in made if key.channel == channel]),
            ~waits,
        )
        for remote_id, number in connection.execute(query):
            found[Key(channel, remote_id)] = number
    return found


def _proof(row: Row[Any], one: Settlement, at: datetime, run_id: str | None) -> tuple[Any, ...]:
    """Return the values of the columns ``_RECEIPT``."""
    operation = Operation.CREATE if row.record_id is None else Operation.UPDATE
    operation = operation if row.erase is None else Operation.DELETE
    names = dump(sorted(load(row.told) or ()))
    remote_id = one.remote_id or row.remote_id
    return (
        *(row.golden_id, row.channel, remote_id, operation.value, one.outcome, names),
        *(row.version, at, run_id, one.reason),
    )


def _next(row: Row[Any], one: Settlement, there: dict[Key, int]) -> tuple[Any, ...]:
    """Return the values of the columns ``_STATE`` of a row that stays.

    It stays because it failed, or because a notice came meanwhile. A create that was done becomes
    an update of what it made.
    """
    if one.next_at is not None:
        return row.id, "due", row.record_id, None, row.attempts, one.next_at, one.reason
    if row.notified == one.notified:
        return row.id, "dead", row.record_id, None, row.attempts, None, one.reason
    record_id = row.record_id or there.get(Key(row.channel, one.remote_id or ""))
    return row.id, "due", record_id, None, 0, None, ""
