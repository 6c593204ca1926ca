"""Streams: how far each stream of a channel was read, and which records a full scan did not show.

A full scan notes every key that it sees (a *sighting*), page by page, in the transaction of the
page. So it may be killed and resumed, and at its end the database knows in one query who is gone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, func, select

from hub.model import Key
from store.bulk import upsert
from store.stream_tables import sighting, stream_record, stream_state
from store.tables import source_record

CUSTOMERS = "customers"


class StreamState(NamedTuple):
    """How far one stream was read."""

    scan_began: datetime | None = None
    """A full scan is under way since then."""
    scanned_at: datetime | None = None
    """When the last full scan came to its end."""
    learned_at: datetime | None = None
    """Since when its columns are known."""
    held_at: datetime | None = None
    """When a full scan ended that nobody believes yet."""
    held: int | None = None
    """How many records that one did not show."""


class Streams:
    """What is remembered of each (channel, stream)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, channel: str, stream: str = CUSTOMERS) -> StreamState:
        """Return how far this stream was read."""
        table = stream_state.c
        query = select(*(table[name] for name in StreamState._fields)).where(
            table.channel == channel, table.stream == stream
        )
        row = self._connection.execute(query).one_or_none()
        return StreamState(*row) if row else StreamState()

    def states(self) -> dict[tuple[str, str], StreamState]:
        """Return all that were ever read."""
        rows = self._connection.execute(select(stream_state)).all()
        return {(row[0], row[1]): StreamState(*row[2:]) for row in rows}

    def note(self, channel: str, stream: str, **facts: Any) -> None:
        """Remember these facts of a stream: the names are those of StreamState."""
        statement = upsert(self._connection, stream_state).values(
            channel=channel, stream=stream, **facts
        )
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["channel", "stream"], set_=facts)
        )

    def begin_scan(self, channel: str, stream: str, at: datetime) -> None:
        """Begin a full scan: nothing was sighted yet."""
        self._forget(channel, stream)
        self.note(channel, stream, scan_began=at)

    def sight(self, stream: str, keys: Sequence[Key]) -> None:
        """Note that the scan under way has shown these records."""
        if not keys:
            return
        statement = upsert(self._connection, sighting).on_conflict_do_nothing()
        self._connection.execute(
            statement,
            [{"channel": key.channel, "stream": stream, "remote_id": key.id} for key in keys],
        )

    def sighted(self, channel: str, stream: str) -> int:
        """Count the records that the scan under way has shown."""
        table = sighting.c
        query = select(func.count()).where(table.channel == channel, table.stream == stream)
        return int(self._connection.execute(query).scalar_one())

    def alive(self, channel: str, stream: str, before: datetime) -> int:
        """Count the records that landed before and are not known to be deleted."""
        table = _table(stream)
        query = select(func.count()).select_from(table).where(*_alive(table, channel, stream))
        return int(self._connection.execute(query.where(table.c.landed_at < before)).scalar_one())

    def unsighted(self, channel: str, stream: str, before: datetime) -> list[str]:
        """Return the ids of the records that the scan did not show.

        Only of those that landed ``before`` it began: what came later it could not know.
        """
        table, seen = _table(stream), sighting.c
        shown = exists().where(
            seen.channel == channel, seen.stream == stream, seen.remote_id == table.c.remote_id
        )
        query = (
            select(table.c.remote_id)
            .where(*_alive(table, channel, stream), table.c.landed_at < before, ~shown)
            .order_by(table.c.id)
        )
        return list(self._connection.execute(query).scalars())

    def end_scan(self, channel: str, stream: str, at: datetime, *, held: int | None = None) -> None:
        """End the full scan; ``held``: it did not show so many records, and is not believed."""
        self._forget(channel, stream)
        facts: dict[str, Any] = {"held_at": None, "held": None, "scanned_at": at}
        if held is not None:
            facts = {"held_at": at, "held": held}
        self.note(channel, stream, scan_began=None, **facts)

    def _forget(self, channel: str, stream: str) -> None:
        table = sighting.c
        self._connection.execute(
            delete(sighting).where(table.channel == channel, table.stream == stream)
        )


def _table(stream: str) -> Table:
    return source_record if stream == CUSTOMERS else stream_record


def _alive(table: Table, channel: str, stream: str) -> list[ColumnElement[bool]]:
    conditions = [table.c.channel == channel, table.c.deleted.is_(False)]
    return conditions if stream == CUSTOMERS else [*conditions, table.c.stream == stream]
