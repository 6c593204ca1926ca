"""Writes into the table of customers: one short transaction a change."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.base import MissingError, StaleError
from connectors.records import RecordReader
from connectors.sql.database import Database
from connectors.sql.profile import SqlStream
from connectors.sql.table import CustomerTable, plain
from hub.errors import ConfigError, RejectedError
from hub.model import Change, Payload, SourceRecord


class SqlWriter:
    """The writes of one table. ``clock`` stamps them, in the channel's own zone."""

    def __init__(
        self,
        database: Database,
        table: Callable[[], CustomerTable],
        stream: SqlStream,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._table = table
        self._stream = stream
        self._clock = clock
        self._records = RecordReader(database.name, stream)

    def create(self, change: Change) -> SourceRecord:
        """Insert the row with our reference in it, and return it."""
        self._must_be_writable("create")
        stream = self._stream
        values = {**stream.defaults, **change.fields}
        if stream.reference:
            values[stream.reference] = change.reference
        values |= self._stamps((*stream.created, *stream.stamps))
        table = self._fitting(values)
        doing = f"create for change {change.id}"
        with self._database.transaction(doing) as connection:
            key = connection.execute(_written(table.insert, values)).inserted_primary_key
            place = str(key[0]) if key and key[0] is not None else str(values.get(stream.id, ""))
            return self._read(connection, table, place)

    def update(self, change: Change) -> SourceRecord:
        """Update the row, unless somebody changed it since we saw it."""
        self._must_be_writable("update")
        remote_id = change.remote_id or ""
        values = {**change.fields, **self._stamps(self._stream.stamps)}
        table = self._fitting(values)
        with self._database.transaction(f"update {remote_id}") as connection:
            statement = _written(lambda held: table.update(remote_id, held), values)
            version = self._stream.version
            if version and change.base is not None:
                statement = statement.where(table.is_still(version, change.base.get(version)))
            touched = connection.execute(statement).rowcount
            record = self._read(connection, table, remote_id)
            if not touched:
                raise StaleError(f"update {remote_id}: somebody changed the row since")
            return record

    def find(self, change: Change) -> SourceRecord | None:
        """Look for the row that bears our reference."""
        if not self._stream.reference:
            return None
        table = self._table()
        with self._database.transaction(f"look up for change {change.id}") as connection:
            rows = connection.execute(table.select_by(self._stream.reference, change.reference))
            row = rows.mappings().first()
        return self._records.read(plain(row)) if row else None

    def read(self, remote_id: str) -> SourceRecord:
        """Read one row; raises MissingError."""
        with self._database.transaction(f"read {remote_id}") as connection:
            return self._read(connection, self._table(), remote_id)

    def delete(self, remote_id: str) -> None:
        """Mark the row deleted, by the marker that the profile names; rows are never removed."""
        self._must_be_writable("delete")
        marker = self._stream.deleted
        if marker is None:
            raise ConfigError("the profile does not say how to delete; add customers.deleted")
        values = {marker.field: marker.values[0], **self._stamps(self._stream.stamps)}
        table = self._fitting(values)
        with self._database.transaction(f"delete {remote_id}") as connection:
            connection.execute(_written(lambda held: table.update(remote_id, held), values))

    def _must_be_writable(self, doing: str) -> None:
        if not self._stream.writable:
            raise ConfigError(f"the profile does not say how to {doing}: it is not writable")

    def _read(
        self, connection: sa.Connection, table: CustomerTable, remote_id: str
    ) -> SourceRecord:
        try:
            statement = table.select_by(self._stream.id, remote_id)
        except ValueError:
            statement = None
        row = None if statement is None else connection.execute(statement).mappings().first()
        record = self._records.read(plain(row)) if row else None
        if record is None:
            raise MissingError(f"read {remote_id}: there is no such row")
        return record

    def _stamps(self, columns: Sequence[str]) -> dict[str, Any]:
        clock = self._stream.changed
        return dict.fromkeys(columns, clock.stamp(self._clock())) if clock and columns else {}

    def _fitting(self, values: Payload) -> CustomerTable:
        """Return the table; raises RejectedError if it has no column for one of ``values``."""
        table = self._table()
        unknown = table.unknown(values)
        if unknown:
            raise RejectedError(f"the table has no column {unknown!r}")
        return table


def _written(statement: Callable[[Mapping[str, Any]], Any], values: Payload) -> Any:
    try:
        return statement(values)
    except (ValueError, TypeError):
        # "from None": the reason quotes the value.
        raise RejectedError("a value does not fit the type of its column") from None
