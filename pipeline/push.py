"""PUSH: the outbox of one channel is emptied; only what differs over there is sent.

What a channel should hold is derived when it is sent, from the golden customer as it is then and
the record as we last saw it: newer versions supersede older ones by themselves, and what is right
already costs no call. What is about to be told is written down before the call, so a crash in
mid-call is known to be in doubt and is looked at, never blindly repeated.
"""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from connectors.base import Connector
from golden.delivery import desired, differing
from hub.clock import now
from hub.config import Channel, Settings
from hub.errors import RecordError
from hub.model import (
    Attributes,
    Change,
    GoldenCustomer,
    Key,
    Operation,
    Outcome,
    Payload,
    SourceRecord,
)
from mapping.recordmap import RecordMap
from pipeline.map import as_source
from pipeline.progress import Progress, quiet
from pipeline.report import PushReport
from pipeline.settle import settle, told
from pipeline.wiring import connect, record_map
from store.database import Store, Unit
from store.outbox import OutboxRow, Settled
from store.records import StoredRecord

log = logging.getLogger(__name__)
_CHUNK = 200  # rows in one round: a crash leaves at most so many deliveries in doubt


class _Delivery(NamedTuple):
    """One outbox row with the change that it came to."""

    row: OutboxRow
    change: Change
    told: dict[str, Any]
    """What the channel will read like afterwards, for the attributes that are sent."""


def push(
    settings: Settings,
    store: Store,
    channel: str,
    *,
    run_id: str | None = None,
    progress: Progress = quiet,
) -> PushReport:
    """Deliver what is due to ``channel``. Raises ConfigError; what was answered stays answered."""
    configured = settings.channel(channel)
    total = PushReport()
    if not configured.push.enabled:
        return total
    vendor, started = record_map(configured), now()
    with store.exclusive(f"push {channel}"), connect(configured) as sink:
        while True:
            with store.begin() as unit:
                rows = unit.outbox.take(channel, _CHUNK, started)
                deliveries, unchanged = _prepare(unit, configured, vendor, rows)
            if not rows:
                break
            total = _count(total, _deliver(store, sink, vendor, deliveries, run_id), unchanged)
            progress(len(rows))
    log.info("push %s: %s", channel, total)
    return total


def _prepare(
    unit: Unit, channel: Channel, vendor: RecordMap, rows: Sequence[OutboxRow]
) -> tuple[list[_Delivery], int]:
    """Derive the changes, write down what is about to be told, drop what is right already."""
    goldens = unit.golden.get({row.golden_id for row in rows})
    numbers = [row.record_id for row in rows if row.record_id is not None]
    records = {record.id: record for record in unit.records.get(numbers)}
    derived = [
        (row, _derive(channel, vendor, row, goldens.get(row.golden_id), records)) for row in rows
    ]
    deliveries = [delivery for _, delivery in derived if delivery is not None]
    right = [Settled(row, None, None, "", None) for row, delivery in derived if delivery is None]
    unit.outbox.settle(right, now(), None)
    begun = unit.outbox.begin_sending([(one.row, one.told) for one in deliveries])
    unit.records.tell(
        [
            (row.record_id, (records[row.record_id].told or {}) | (row.told or {}))
            for row in begun
            if row.record_id is not None
        ]
    )
    sending = [one._replace(row=row) for one, row in zip(deliveries, begun, strict=True)]
    return sending, len(right)


def _derive(
    channel: Channel,
    vendor: RecordMap,
    row: OutboxRow,
    golden: GoldenCustomer | None,
    records: Mapping[int, StoredRecord],
) -> _Delivery | None:
    """Return the change that makes the channel hold the golden values; None if it does."""
    if row.erase is not None:
        change = Change(str(row.id), Operation.DELETE, row.erase, {}, None, row.golden_id)
        return _Delivery(row, change, {})
    if golden is None:
        return None
    allowed = vendor.writable & set(channel.push.attributes or vendor.writable)
    try:
        if row.record_id is None:
            return _creation(channel, vendor, row, golden, allowed)
        return _update(vendor, row, golden, records[row.record_id], allowed)
    except RecordError:
        # The channel's record is in quarantine, or the channel has no room for this customer.
        return None


def _creation(
    channel: Channel,
    vendor: RecordMap,
    row: OutboxRow,
    golden: GoldenCustomer,
    allowed: AbstractSet[str],
) -> _Delivery | None:
    """Return the create, unless a record of that channel was merged in meanwhile."""
    doubtful = row.attempts > 0  # also one that failed may have gone through: its answer was lost
    if not doubtful and any(key.channel == channel.name for key in golden.members):
        return None
    fields = vendor.write(golden.attributes, allowed)
    would = vendor.read(SourceRecord(Key(channel.name, "new"), fields))
    change = Change(str(row.id), Operation.CREATE, None, fields, None, golden.id, doubtful=doubtful)
    return _Delivery(row, change, told(would, allowed))


def _update(
    vendor: RecordMap,
    row: OutboxRow,
    golden: GoldenCustomer,
    record: StoredRecord,
    allowed: AbstractSet[str],
) -> _Delivery | None:
    """Return the update of the attributes that would read differently over there afterwards."""
    held = record.held or record.customer
    if held is None or record.deleted:
        return None
    wanted = desired(golden.attributes, held, allowed)
    would = _read_back(vendor, record, _fields(vendor, record, wanted, allowed))
    names = differing(held, would) & allowed
    if not names:
        return None
    fields = _fields(vendor, record, wanted, names)
    # What is sent may shift how something else reads, as a country does a phone: send that, too.
    while shifted := differing(would, _read_back(vendor, record, fields)) & allowed - names:
        names |= shifted
        fields = _fields(vendor, record, wanted, names)
    change = Change(str(row.id), Operation.UPDATE, record.key.id, fields, record.payload, golden.id)
    return _Delivery(row, change, told(would, names))


def _fields(
    vendor: RecordMap, record: StoredRecord, wanted: Attributes, names: AbstractSet[str]
) -> Payload:
    """Return the fields that make these attributes hold, once they are all written.

    Written twice: a phone without a country code, right as it stands, is another number as soon
    as the address beside it names another country.
    """
    once = vendor.write(wanted, names, base=record.payload)
    again = vendor.write(wanted, names, base=vendor.overlay(record.payload, once))
    return vendor.overlay(once, again)


def _read_back(vendor: RecordMap, record: StoredRecord, fields: Payload) -> Attributes:
    """Return what the hub would read from the record once these fields are written."""
    return vendor.read(as_source(record)._replace(payload=vendor.overlay(record.payload, fields)))


def _deliver(
    store: Store,
    sink: Connector,
    vendor: RecordMap,
    deliveries: Sequence[_Delivery],
    run_id: str | None,
) -> Counter[Outcome]:
    """Send the changes and settle their receipts."""
    if not deliveries:
        return Counter()
    receipts = sink.push([delivery.change for delivery in deliveries])
    rows = [delivery.row for delivery in deliveries]
    with store.begin() as unit:
        settle(unit, vendor, list(zip(rows, receipts, strict=True)), run_id=run_id)
    return Counter(receipt.outcome for receipt in receipts)


def _count(total: PushReport, outcomes: Counter[Outcome], unchanged: int) -> PushReport:
    return total._replace(
        sent=total.sent + outcomes[Outcome.SENT],
        unchanged=total.unchanged + unchanged,
        dead=total.dead + outcomes[Outcome.REJECTED],
        failed=total.failed + outcomes[Outcome.FAILED] + outcomes[Outcome.STALE],
    )
