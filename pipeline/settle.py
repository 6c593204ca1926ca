"""SETTLE: what a channel answered becomes a receipt, and what it holds now becomes known.

The record that comes with a receipt lands in the same transaction, so the next pull of it finds
nothing new; what we told is remembered as the channel echoes it, so it is never taken for the
channel's own word.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from golden.echo import is_silent
from hub.clock import now
from hub.model import Attributes, Key, Outcome, Receipt, Verdict
from mapping.recordmap import RecordMap
from pipeline.map import as_source, map_records
from store.database import Unit
from store.outbox import OutboxRow, Settled
from store.records import StoredRecord

ATTEMPTS = 8
"""Deliveries that fail this often become dead letters, for a person to see."""
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(hours=6)

Answered = Sequence[tuple[OutboxRow, Receipt]]


def settle(unit: Unit, vendor: RecordMap, answered: Answered, *, run_id: str | None) -> None:
    """Write receipts, dead letters and the next attempts; land the records that came back."""
    shown = [receipt.record for _, receipt in answered if receipt.record is not None]
    unit.records.land(shown, now())
    stored = unit.records.by_key([record.key for record in shown])
    sent = [
        (row, stored[receipt.record.key])
        for row, receipt in answered
        if receipt.outcome is Outcome.SENT and receipt.record is not None
    ]
    created = [
        (row.golden_id, record)
        for row, record in sent
        if row.record_id is None and record.golden_id is None
    ]
    unit.records.tell([(record.id, _told(vendor, row, record)) for row, record in sent])
    _bind(unit, created)
    map_records(unit, [record.id for record in stored.values()], vendor)
    # What we created has said nothing yet that could be matched.
    unit.records.set_due([record.id for _, record in created], None)
    unit.outbox.settle([_outcome(row, receipt) for row, receipt in answered], now(), run_id)
    deleted = [
        Key(row.channel, row.erase)
        for row, receipt in answered
        if row.erase is not None and receipt.outcome is Outcome.SENT
    ]
    unit.erasures.confirm(deleted, now())


def _outcome(row: OutboxRow, receipt: Receipt) -> Settled:
    remote_id = receipt.record.key.id if receipt.record else None
    if receipt.outcome in (Outcome.SENT, Outcome.REJECTED):
        return Settled(row, receipt.outcome, remote_id, receipt.reason, None)
    if row.attempts >= ATTEMPTS:
        reason = f"gave up after {row.attempts} attempts: {receipt.reason}"
        return Settled(row, Outcome.REJECTED, remote_id, reason, None)
    return Settled(row, receipt.outcome, remote_id, receipt.reason, now() + _wait(row, receipt))


def _wait(row: OutboxRow, receipt: Receipt) -> timedelta:
    """Return how long to leave the channel alone: doubling, and at least what it asked for."""
    if receipt.outcome is Outcome.STALE:  # nothing is wrong there: derive it anew in the next run
        return timedelta()
    asked = timedelta(seconds=receipt.retry_after or 0)
    doubled: timedelta = _FIRST_WAIT * 2**row.attempts
    return max(asked, min(doubled, _LONGEST_WAIT))


def told(attributes: Attributes, names: Collection[str]) -> dict[str, Any]:
    """Return these attributes as a record remembers that we told them."""
    return attributes.model_dump(mode="json", include=set(names) & set(Attributes.model_fields))


def _told(vendor: RecordMap, row: OutboxRow, stored: StoredRecord) -> dict[str, Any]:
    """Return what we told this record by now, as the channel echoes it.

    Of a record that we created all is our echo.
    """
    names = Attributes.model_fields if row.record_id is None else (row.told or {})
    return (stored.told or {}) | told(vendor.read(as_source(stored)), names)


def _bind(unit: Unit, created: Sequence[tuple[str, StoredRecord]]) -> None:
    """Tie records that we created to their customers, by decisions that a steward can take back."""
    members = unit.golden.members({id_ for id_, _ in created})
    living = {  # one without members was merged into another while we created
        id_: id_ if found else unit.golden.resolve(id_)[0] for id_, found in members.items()
    }
    members = unit.golden.members(living.values())
    numbers = [number for found in members.values() for number in found]
    speaking = {
        record.id
        for record in unit.records.get(numbers)
        if record.customer and not is_silent(record.customer)
    }
    pairs = [
        (next(number for number in members[living[id_]] if number in speaking), record.id)
        for id_, record in created
    ]
    note = "created by our own push"
    unit.decisions.decide_all(pairs, Verdict.SAME, "goldenrod", now(), note)
    unit.records.assign([(record.id, living[id_]) for id_, record in created])
