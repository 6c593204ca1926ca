"""MAP: source records that landed become customers, each channel's own word in the hub's terms.

A record that can't be mapped goes to quarantine with field and reason; what it said before, if
anything, stands until it is cured. An echo of our own push is taken out (see `golden.echo`).
"""

import logging
from collections.abc import Sequence

from golden.echo import own_word
from hub.clock import now
from hub.config import Settings
from hub.errors import RecordError
from hub.model import SourceRecord
from mapping.recordmap import RecordMap
from pipeline.progress import Progress, quiet
from pipeline.report import MapReport
from pipeline.wiring import record_map
from store.database import Store, Unit
from store.records import Due, Mapped, Quarantined, StoredRecord

log = logging.getLogger(__name__)
_CHUNK = 5_000  # records in one transaction: bounded memory, and a crash repeats little


def map_channel(
    settings: Settings, store: Store, channel: str, *, progress: Progress = quiet
) -> MapReport:
    """Map what landed in ``channel`` since the last time. Raises ConfigError for a broken map."""
    vendor = record_map(settings.channel(channel))
    total = MapReport()
    while True:
        with store.begin() as unit:
            chunk = unit.records.due(Due.MAP, limit=_CHUNK, channel=channel)
            done = map_records(unit, chunk, vendor)
        if not chunk:
            break
        total = MapReport(*(before + more for before, more in zip(total, done, strict=True)))
        progress(len(chunk))
    log.info("map %s: %s", channel, total)
    return total


def map_records(unit: Unit, records: Sequence[StoredRecord], vendor: RecordMap) -> MapReport:
    """Map these records inside the caller's transaction."""
    mapped: list[Mapped] = []
    refused: list[Quarantined] = []
    for record in records:
        try:
            mapped.append(_map(record, vendor))
        except RecordError as error:
            refused.append(
                Quarantined(*record.key, "map", error.field, error.reason, record.payload)
            )
    good = {row.record_id for row in mapped}
    unit.records.save_mapped(mapped)
    unit.records.release([record.key for record in records if record.id in good], "map")
    unit.records.quarantine(refused, now())
    changed = sum(row.due is not None for row in mapped)
    return MapReport(changed, len(mapped) - changed, len(refused))


def as_source(record: StoredRecord) -> SourceRecord:
    """Return the record as its channel showed it."""
    return SourceRecord(
        record.key, record.payload, record.changed_at, record.deleted, record.reference
    )


def _map(record: StoredRecord, vendor: RecordMap) -> Mapped:
    held = vendor.read(as_source(record))
    own = own_word(held, record.customer, record.told)
    due = None if own == record.customer else Due.MATCH
    return Mapped(record.id, own, None if held == own else held, due)
