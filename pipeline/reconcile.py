"""RECONCILE: at the end of a full scan, what it did not show is gone, if it can be believed.

A scan that shows nothing, or suddenly much less than before, is held: nothing is deleted, the
channel's report says so, and a person looks (`goldenrod pull CHANNEL --gone N`). What may be
believed is asked for by id once more before it becomes a tombstone.
"""

from datetime import datetime
from typing import NamedTuple

from connectors.base import Connector
from hub.clock import now
from hub.config import Channel
from hub.errors import ConfigError
from hub.model import Key, SourceRecord
from pipeline.map import as_source
from store.bulk import chunks
from store.database import Store
from store.quarantine import CUSTOMERS

_A_FEW = 10
"""So many may be gone at once from however small a channel, but never all of them."""
_AT_ONCE = 200


class Reconciled(NamedTuple):
    """What a full scan came to."""

    gone: int = 0
    """Records that became tombstones."""
    held: int = 0
    """Records that it did not show, and is not believed."""


def reconcile(
    store: Store, source: Connector, channel: Channel, stream: str, *, believe: int | None
) -> Reconciled:
    """End the full scan under way. ``believe``: so many may be gone, a person says."""
    with store.begin() as unit:
        began = unit.streams.state(channel.name, stream).scan_began or now()
        missing = unit.streams.unsighted(channel.name, stream, began)
        known = len(missing) + unit.streams.sighted(channel.name, stream)
        allowed = _allowed(known, channel.shrink) if believe is None else believe
        if len(missing) > allowed:
            unit.streams.end_scan(channel.name, stream, now(), held=len(missing))
            return Reconciled(held=len(missing))
    gone = sum(_bury(store, source, channel, stream, some) for some in chunks(missing, _AT_ONCE))
    with store.begin() as unit:
        unit.streams.end_scan(channel.name, stream, now())
    return Reconciled(gone)


def _allowed(known: int, shrink: float) -> int:
    return min(max(_A_FEW, int(known * shrink)), max(0, known - 1))


def _bury(store: Store, source: Connector, channel: Channel, stream: str, ids: list[str]) -> int:
    """Make tombstones of these, except for those that can still be read by id."""
    there = _still_there(source, ids) if stream == CUSTOMERS else []
    kept = {record.key.id for record in there}
    buried = [remote_id for remote_id in ids if remote_id not in kept]
    moment = now()
    with store.begin() as unit:
        if stream == CUSTOMERS:
            known = unit.records.by_key(Key(channel.name, it) for it in buried)
            tombs = [as_source(it)._replace(deleted=True) for it in known.values()]
            unit.records.land([*there, *tombs], moment)
        else:
            found = unit.stream_records.get(channel.name, stream, buried)
            tombs = [
                SourceRecord(it.key, it.payload, it.changed_at, deleted=True, owner=it.owner)
                for it in found
            ]
            unit.stream_records.land(stream, tombs, moment)
    return len(tombs)


def _still_there(source: Connector, ids: list[str]) -> list[SourceRecord]:
    try:
        return source.read_back(ids)
    except ConfigError:  # the profile does not say how one record is read: the scan must do
        return []


def due(scanned_at: datetime | None, hours: float | None, moment: datetime) -> bool:
    """Tell whether everything should be read again, although the stream has a cursor."""
    if hours is None:
        return False
    return scanned_at is None or (moment - scanned_at).total_seconds() >= hours * 3600
