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
from hub.model import Attributes, Outcome, Receipt, SourceRecord, Verdict
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
    """Write receipts, dead letters and the next attempt; land the records that came back."""
    for row, receipt in answered:
        if receipt.record is not None:
            stored = _land(unit, receipt.record)
            sent = receipt.outcome is Outcome.SENT
            if sent:
                _remember(unit, vendor, row, stored)
            map_records(unit, unit.records.get([stored.id]), vendor)
            if sent and row.record_id is None:  # it has said nothing that could be matched
                unit.records.set_due([stored.id], None)
    unit.outbox.settle([_outcome(row, receipt) for row, receipt in answered], now(), run_id)


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


def _land(unit: Unit, record: SourceRecord) -> StoredRecord:
    unit.records.land([record], now())
    return unit.records.by_key([record.key])[record.key]


def told(attributes: Attributes, names: Collection[str]) -> dict[str, Any]:
    """Return these attributes as a record remembers that we told them."""
    return attributes.model_dump(mode="json", include=set(names) & set(Attributes.model_fields))


def _remember(unit: Unit, vendor: RecordMap, row: OutboxRow, stored: StoredRecord) -> None:
    """Keep what we told, as the channel echoes it.

    A record that we created says nothing of its own yet: all that it holds is our echo.
    """
    echoed = vendor.read(as_source(stored))
    created = row.record_id is None
    names = Attributes.model_fields if created else (row.told or {})
    unit.records.tell([(stored.id, (stored.told or {}) | told(echoed, names))])
    if created and stored.golden_id is None:
        _bind(unit, row.golden_id, stored)


def _bind(unit: Unit, golden_id: str, created: StoredRecord) -> None:
    """Tie a record that we created to its customer, by a decision that a steward can take back."""
    living = (*unit.golden.resolve(golden_id), golden_id)[0]  # it may have been merged meanwhile
    members = unit.records.get(unit.golden.members([living])[living])
    sibling = next(one for one in members if one.customer and not is_silent(one.customer))
    note = "created by our own push"
    unit.decisions.decide(sibling.id, created.id, Verdict.SAME, "goldenrod", now(), note)
    unit.records.assign([(created.id, living)])
