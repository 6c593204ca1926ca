"""Records of the streams beside the customers: orders, interactions, consents, by owner."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from hub.model import Key, SourceRecord
from store import bulk
from store.encoding import dump, load
from store.erasure.erasures import Erasures
from store.landing import Landed
from store.stream_tables import stream_record

_CHUNK = 20_000
_SHOWN = ("owner", "payload", "fingerprint", "changed_at", "deleted", "landed_at")


class StreamRecord(NamedTuple):
    """One order, visit or the like, as its channel showed it."""

    stream: str
    key: Key
    owner: str | None
    """The id of its customer over there."""
    payload: Any
    changed_at: datetime | None
    deleted: bool
    landed_at: datetime


class StreamRecords:
    """What the streams beside the customers have shown."""

    def __init__(self, connection: Connection, erasures: Erasures) -> None:
        self._connection = connection
        self._erasures = erasures

    def land(self, stream: str, records: Sequence[SourceRecord], at: datetime) -> Landed:
        """Remember what is new or has changed; of a record that comes twice the last one counts.

        What belongs to a customer who was forgotten stays away.
        """
        owners = {Key(it.key.channel, it.owner) for it in records if it.owner is not None}
        away = self._erasures.away(owners)
        newest = {
            record.key: record
            for record in records
            if record.owner is None or Key(record.key.channel, record.owner) not in away
        }
        created: list[tuple[object, ...]] = []
        changed: list[tuple[object, ...]] = []
        for chunk in bulk.chunks(newest.values(), _CHUNK):
            known = self._known(chunk[0].key.channel, stream, [it.key.id for it in chunk])
            for record in chunk:
                fingerprint = record.fingerprint()
                shown = _shown(record, fingerprint, at)
                before = known.get(record.key.id)
                if before is None:
                    created.append((record.key.channel, stream, record.key.id, *shown))
                elif before[1] != fingerprint:
                    changed.append((before[0], *shown))
        bulk.update(self._connection, stream_record, ("id", *_SHOWN), changed)
        names = ("channel", "stream", "remote_id", *_SHOWN)
        bulk.insert(self._connection, stream_record, names, created)
        return Landed(len(created), len(changed), len(records) - len(created) - len(changed))

    def fresh(self, stream: str, records: Sequence[SourceRecord]) -> list[SourceRecord]:
        """Return those that are not known as they are: what ``land`` would write."""
        if not records:
            return []
        known = self._known(records[0].key.channel, stream, [it.key.id for it in records])
        return [it for it in records if known.get(it.key.id, (0, ""))[1] != it.fingerprint()]

    def get(self, channel: str, stream: str, remote_ids: Sequence[str]) -> list[StreamRecord]:
        """Return these records, in the order of landing; unknown ones are left out."""
        table = stream_record.c
        return self._fetch(
            table.channel == channel,
            table.stream == stream,
            bulk.among(self._connection, table.remote_id, remote_ids),
        )

    def of(self, owner: Key) -> list[StreamRecord]:
        """Return what the streams of its channel know of this customer, in the order of landing."""
        table = stream_record.c
        return self._fetch(table.channel == owner.channel, table.owner == owner.id)

    def owned(self, channel: str, stream: str, owners: Collection[str]) -> list[StreamRecord]:
        """Return the records of this stream that belong to any of these, in order of landing."""
        table = stream_record.c
        return self._fetch(
            table.channel == channel,
            table.stream == stream,
            bulk.among(self._connection, table.owner, owners),
        )

    def _known(
        self, channel: str, stream: str, remote_ids: Sequence[str]
    ) -> dict[str, tuple[int, str]]:
        table = stream_record.c
        query = select(table.remote_id, table.id, table.fingerprint).where(
            table.channel == channel,
            table.stream == stream,
            bulk.among(self._connection, table.remote_id, remote_ids),
        )
        rows = self._connection.execute(query.order_by(table.id).with_for_update())
        return {remote_id: (number, fingerprint) for remote_id, number, fingerprint in rows}

    def _fetch(self, *conditions: Any) -> list[StreamRecord]:
        query = select(stream_record).where(*conditions).order_by(stream_record.c.id)
        return [
            StreamRecord(
                *(row.stream, Key(row.channel, row.remote_id), row.owner),
                *(load(row.payload), row.changed_at, row.deleted, row.landed_at),
            )
            for row in self._connection.execute(query)
        ]


def _shown(record: SourceRecord, fingerprint: str, at: datetime) -> tuple[object, ...]:
    payload = dump(dict(record.payload))
    return record.owner, payload, fingerprint, record.changed_at, record.deleted, at
