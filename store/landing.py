"""Landing: a page of source records becomes rows, with one query to find out what is new."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, literal, select

from hub.errors import RecordError
from hub.model import Key, SourceRecord
from store import bulk
from store.encoding import dump
from store.tables import record_history, source_record
from store.types import Moment, storable

_CHUNK = 20_000  # records looked up at a time
_SHOWN = ("payload", "fingerprint", "changed_at", "deleted", "reference", "landed_at", "unmapped")


class Landed(NamedTuple):
    """How many records were new, had changed, were the same as before, and must stay away."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    suppressed: int = 0


def land(connection: Connection, records: Sequence[SourceRecord], at: datetime) -> Landed:
    """Store what is new; keep the payload that a changed one replaces.

    Of a record that comes twice the last one counts. Raises RecordError for an unusable id.
    """
    newest = {record.key: record for record in records}
    total = Landed(unchanged=len(records) - len(newest))
    for chunk in bulk.chunks(newest.values(), _CHUNK):
        landed = _land(connection, chunk, at)
        total = Landed(*(sum(counts) for counts in zip(total, landed, strict=True)))
    return total


def _land(connection: Connection, records: Sequence[SourceRecord], at: datetime) -> Landed:
    known = _known(connection, records)
    created: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    for record in records:
        fingerprint = record.fingerprint()
        before = known.get(record.key)
        if before is None:
            _check(record.key)
            created.append((*record.key, *_shown(record, fingerprint, at)))
        elif before[1] != fingerprint:
            changed.append((before[0], *_shown(record, fingerprint, at)))
    _keep(connection, [int(str(row[0])) for row in changed], at)
    bulk.update(connection, source_record, ("id", *_SHOWN), changed)
    bulk.insert(connection, source_record, ("channel", "remote_id", *_SHOWN), created)
    return Landed(len(created), len(changed), len(records) - len(created) - len(changed))


def _known(connection: Connection, records: Iterable[SourceRecord]) -> dict[Key, tuple[int, str]]:
    """Return id and fingerprint of those that landed before, locked in one order for all."""
    by_channel: dict[str, list[str]] = {}
    for record in records:
        by_channel.setdefault(record.key.channel, []).append(record.key.id)
    known = {}
    table = source_record.c
    for channel, remote_ids in sorted(by_channel.items()):
        query = select(table.remote_id, table.id, table.fingerprint).where(
            table.channel == channel, bulk.among(connection, table.remote_id, remote_ids)
        )
        for remote_id, number, fingerprint in connection.execute(
            query.order_by(table.id).with_for_update()
        ):
            known[Key(channel, remote_id)] = (number, fingerprint)
    return known


def _shown(record: SourceRecord, fingerprint: str, at: datetime) -> tuple[object, ...]:
    """Return the values of the columns ``_SHOWN``."""
    payload = dump(dict(record.payload))
    return payload, fingerprint, record.changed_at, record.deleted, record.reference, at, True


def _check(key: Key) -> None:
    """Refuse an id that would come back as another one; it names a record for ever."""
    if storable(key.id) != key.id:
        raise RecordError(f"{key.channel} id", "holds a letter that can't be stored")


def _keep(connection: Connection, ids: Sequence[int], at: datetime) -> None:
    """Copy what is about to be replaced into the history."""
    if not ids:
        return
    table = source_record.c
    replaced = select(
        table.id, literal(at, Moment), table.payload, table.fingerprint, table.deleted
    ).where(bulk.among(connection, table.id, ids))
    names = ("record_id", "replaced_at", "payload", "fingerprint", "deleted")
    connection.execute(insert(record_history).from_select(names, replaced))
