"""MAP: source records that landed become customers, each channel's own word in the hub's terms.

A record that can't be mapped goes to quarantine with field and reason; what it said before, if
anything, stands until it is cured. An echo of our own push is taken out (see `golden.echo`).
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from connectors.facts.paths import put
from golden.echo import own_word
from hub.clock import new_id, now
from hub.config import Settings
from hub.errors import RecordError
from hub.model import Customer, Key, Payload, SourceRecord
from mapping.recordmap import RecordMap, load_map
from pipeline.progress import Progress, quiet
from pipeline.report import MapReport
from pipeline.wiring import record_map
from pipeline.workers import Workers, at_work
from store.database import Store, Unit
from store.records import Due, Mapped, Quarantined, StoredRecord, Unmapped

log = logging.getLogger(__name__)
_CHUNK = 5_000  # records in one transaction: bounded memory, and a crash repeats little


class _Read(NamedTuple):
    """What became of a chunk, for the writer."""

    rows: list[Unmapped]
    mapped: list[Mapped]
    refused: list[Quarantined]


def map_channel(
    settings: Settings,
    store: Store,
    channel: str,
    *,
    progress: Progress = quiet,
    workers: Workers | None = None,
) -> MapReport:
    """Map what landed in ``channel`` since the last time. Raises ConfigError for a broken map.

    ``workers`` are those of the caller, if it has some already.
    """
    one = settings.channel(channel)
    vendor = record_map(one)  # a broken map is told before anything is read
    read = partial(_read_with, one.map, one.region, one.language, new_id("map"))
    total = MapReport()
    with store.read() as unit:  # a channel that is stuck costs this question, not its backlog
        poisoned = unit.quarantine.poisoned(channel, one.poison)
    with at_work(workers, settings.workers) as hands:
        # What lands again while its chunk is being read is left for another round.
        while poisoned is None:
            before = total
            for done in hands.each_chunk(read, _waiting(store, channel)):
                with store.begin() as unit:
                    poisoned = unit.quarantine.poisoned(channel, one.poison)
                    if poisoned is not None:
                        break
                    total = _add(total, _save(unit, done, vendor))
                progress(len(done.rows))
            if total == before:
                break
    total = total._replace(error=poisoned)
    log.info("map %s: %s", channel, total)
    return total


def map_records(unit: Unit, ids: Sequence[int], vendor: RecordMap) -> MapReport:
    """Map these records inside the caller's transaction."""
    return _save(unit, _read(vendor, unit.records.as_unmapped(ids)), vendor)


def _add(left: MapReport, right: MapReport) -> MapReport:
    return MapReport(
        left.mapped + right.mapped,
        left.unchanged + right.unchanged,
        left.quarantined + right.quarantined,
    )


def as_source(record: StoredRecord) -> SourceRecord:
    """Return the record as its channel showed it."""
    return SourceRecord(
        record.key, record.payload, record.changed_at, record.deleted, record.reference
    )


def _waiting(store: Store, channel: str) -> Iterator[list[Unmapped]]:
    """Yield what waits for the map, chunk by chunk."""
    after = 0
    while True:
        with store.read() as unit:
            rows = unit.records.unmapped(channel, _CHUNK, after)
        if not rows:
            return
        yield rows
        after = rows[-1].id


def _read_with(
    name: str, region: str | None, language: str | None, call: str, rows: list[Unmapped]
) -> _Read:
    """Read a chunk, in whatever process: the map is named, not handed over.

    The payloads stay where they were read: nobody needs them back.
    """
    done = _read(_vendor(name, region, language, call), rows)
    return done._replace(rows=[row._replace(payload="") for row in rows])


@lru_cache(maxsize=16)
def _vendor(name: str, region: str | None, language: str | None, _call: str) -> RecordMap:
    """Compile a map once in each process and call, so that a mended file counts in the next."""
    return load_map(name, region=region, language=language)


def _read(vendor: RecordMap, rows: list[Unmapped]) -> _Read:
    """Read each record with the map; what can't be read is refused, with field and reason."""
    done = _Read(rows, [], [])
    for row in rows:
        key, payload = Key(row.channel, row.remote_id), json.loads(row.payload)
        source = SourceRecord(key, payload, row.changed_at, row.deleted, row.reference)
        try:
            held = vendor.read(source)
        except RecordError as error:
            done.refused.append(_refuse(key, error, payload))
        else:
            done.mapped.append(_mapped(row, held))
    return done


def _mapped(row: Unmapped, held: Customer) -> Mapped:
    """Take our echoes out."""
    own = held
    if row.told is not None:
        before = None if row.customer is None else Customer.model_validate_json(row.customer)
        own = own_word(held, before, json.loads(row.told))
    there = None if own == held else held.written()
    return Mapped(row.id, own.written(), there, None if _is_said(row, own) else Due.MATCH)


def _is_said(row: Unmapped, own: Customer) -> bool:
    """Tell whether the word is known already; an older release wrote it in other letters."""
    if row.customer is None:
        return False
    return row.customer == own.written() or Customer.model_validate_json(row.customer) == own


def _save(unit: Unit, done: _Read, vendor: RecordMap) -> MapReport:
    """Write a chunk, but for the records that changed while it was read."""
    still = unit.records.still(done.rows)
    rows = {Key(row.channel, row.remote_id): row for row in done.rows if row.id in still}
    keys = {row.id: key for key, row in rows.items()}
    mapped = [row for row in done.mapped if row.record_id in still]
    refused = [row for row in done.refused if Key(row.channel, row.remote_id) in rows]
    refused, fixed = _fix(unit, refused, rows, vendor)
    unit.records.save_mapped(mapped + fixed)
    unit.records.release([keys[row.record_id] for row in mapped], "map")
    unit.records.quarantine(refused, now())
    changed = sum(row.due is not None for row in mapped + fixed)
    return MapReport(changed, len(mapped) + len(fixed) - changed, len(refused))


def _fix(
    unit: Unit, refused: list[Quarantined], rows: Mapping[Key, Unmapped], vendor: RecordMap
) -> tuple[list[Quarantined], list[Mapped]]:
    """Map what a person put right, as long as the channel shows the record as it was then."""
    if not refused:
        return [], []
    fixes = unit.quarantine.fixes(refused[0].channel, [row.remote_id for row in refused])
    still, fixed = [], []
    for row in refused:
        found, key = fixes.get(row.remote_id), Key(row.channel, row.remote_id)
        if found is None or found.record.payload != row.payload:
            still.append(row)
            continue
        try:
            fixed.append(_mapped_as_fixed(rows[key], row.payload, found.fix or {}, vendor))
        except RecordError as error:
            still.append(_refuse(key, error, row.payload))
    return still, fixed


def _mapped_as_fixed(
    row: Unmapped, payload: Payload, fix: Mapping[str, Any], vendor: RecordMap
) -> Mapped:
    for path, value in fix.items():
        payload = put(payload, path, value)
    source = SourceRecord(
        Key(row.channel, row.remote_id), payload, row.changed_at, row.deleted, row.reference
    )
    # What the channel really holds can't be mapped: there is nothing to compare an echo with.
    own = vendor.read(source)
    return Mapped(row.id, own.written(), None, None if _is_said(row, own) else Due.MATCH)


def _refuse(key: Key, error: RecordError, payload: Payload) -> Quarantined:
    reason = error.reason
    return Quarantined(*key, "map", error.field, reason, payload, rule=reason)
