"""The engine for a channel's own database: any SQLAlchemy URL, one table of customers.

Pages follow by (time, id), never by OFFSET; every page is a transaction of its own, so that nobody
over there waits for us. An index on the time makes each page cheap.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connectors.connector import EngineConnector, Further
from connectors.facts.profile import KeysetPages, Listing
from connectors.pace import Pace, Sleep
from connectors.scan import Ask, Piece
from connectors.sql.database import Database
from connectors.sql.profile import SqlProfile, SqlStream
from connectors.sql.table import CustomerTable, plain
from connectors.sql.writer import SqlWriter
from hub.clock import now
from hub.config import Channel
from hub.yamlfile import Document, check


class SqlEngine:
    """One database; see `connectors.connector.Engine`."""

    batch = None

    def __init__(
        self, database: Database, stream: SqlStream, *, clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._stream = stream
        self._clock = clock
        self._known: CustomerTable | None = None
        incremental: dict[str, Any] | None = {} if self._stream.changed else None
        self.listing = Listing(pages=KeysetPages(kind="keyset"), since=incremental)
        self.writer = SqlWriter(database, self._table, self._stream, clock)

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one page: first the rows that bear no time (every pull), then by time and id."""
        table = self._table()
        # The place in the scan: [id] among the rows without time, [time, id] among the others.
        place = ask.at or [None]
        if len(place) == 1:
            rows = self._select(table.select_undated(place[0], ask.size), ask.doing)
            if len(rows) == ask.size:
                return self._piece(rows, [rows[-1][self._stream.id]])
            if table.time is None:
                return self._piece(rows, None)
            if rows:
                return self._piece(rows, [None, None])
            place = [None, None]
        after = None if place[0] is None else (place[0], place[1])
        rows = self._select(table.select_dated(ask.since, after, ask.size), ask.doing)
        full = len(rows) == ask.size
        return self._piece(rows, self._place_of(table, rows[-1]) if full else None)

    def close(self) -> None:
        """Give the connections back."""
        self._database.close()

    def _table(self) -> CustomerTable:
        if self._known is None:
            self._known = CustomerTable(self._database, self._stream)
        return self._known

    def _select(self, statement: sa.Select[Any], doing: str) -> list[dict[str, Any]]:
        with self._database.transaction(doing) as connection:
            return [plain(row) for row in connection.execute(statement).mappings()]

    def _place_of(self, table: CustomerTable, row: dict[str, Any]) -> list[Any]:
        return [row[table.time.name if table.time is not None else ""], row[self._stream.id]]

    def _piece(self, rows: list[dict[str, Any]], place: list[Any] | None) -> Piece:
        return Piece(list(rows), None, place, self._clock())


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a database; raises ConfigError for a wrong profile or address."""
    profile = check(document, SqlProfile)
    database = Database(channel, profile.limits)
    pace = Pace.of(channel, profile.limits, sleep=sleep)
    database.pace = pace
    return EngineConnector(
        channel.name,
        profile.customers,
        profile.limits,
        profile.capabilities(channel.rate),
        SqlEngine(database, profile.customers),
        further={
            name: Further(stream, SqlEngine(database, stream))
            for name, stream in profile.streams.items()
        },
        pace=pace,
    )
