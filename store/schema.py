"""Schema: the columns that each stream is known to have, and every drift that was reported."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from store.bulk import upsert
from store.encoding import dump, load
from store.stream_tables import drift, known_column


class KnownColumn(NamedTuple):
    """One column of a stream: the types it may have, and whether every record had it so far."""

    types: frozenset[str]
    always: bool


class Drift(NamedTuple):
    """A change of schema: reported once, with a record that shows it (never with a value)."""

    name: str
    kind: str
    """``new``, ``missing``, ``renamed`` or ``retyped``."""
    detail: str
    """The type; of a renamed column its new name."""
    example: str


class NotedDrift(NamedTuple):
    """A drift as it is remembered; open until it is accepted."""

    channel: str
    stream: str
    drift: Drift
    seen_at: datetime
    accepted_at: datetime | None


class Schemas:
    """The known columns and the drifts of every stream."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def columns(self, channel: str, stream: str) -> dict[str, KnownColumn]:
        """Return the known columns by name."""
        table = known_column.c
        query = select(table.name, table.types, table.always).where(
            table.channel == channel, table.stream == stream
        )
        return {
            name: KnownColumn(frozenset(load(types)), always)
            for name, types, always in self._connection.execute(query)
        }

    def learn(self, channel: str, stream: str, columns: Mapping[str, KnownColumn]) -> None:
        """Remember these columns in place of what was known of them."""
        if not columns:
            return
        statement = upsert(self._connection, known_column)
        new = statement.excluded
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "stream", "name"],
                set_={"types": new.types, "always": new.always},
            ),
            [
                {"channel": channel, "stream": stream, "name": name}
                | {"types": dump(sorted(column.types)), "always": column.always}
                for name, column in columns.items()
            ],
        )

    def forget(self, channel: str, stream: str, names: Sequence[str]) -> None:
        """Know these columns no longer: they are gone."""
        table = known_column.c
        self._connection.execute(
            delete(known_column).where(
                table.channel == channel, table.stream == stream, table.name.in_(names)
            )
        )

    def note(
        self,
        channel: str,
        stream: str,
        drifts: Sequence[Drift],
        at: datetime,
        *,
        accepted: bool,
    ) -> list[Drift]:
        """Remember these drifts; return those that are new, to be reported."""
        same = ["channel", "stream", "name", "kind", "detail"]
        statement = upsert(self._connection, drift).on_conflict_do_nothing(index_elements=same)
        told = []
        for found in drifts:
            values = {"channel": channel, "stream": stream, **found._asdict()}
            values |= {"seen_at": at, "accepted_at": at if accepted else None}
            if self._connection.execute(statement.values(values).returning(drift.c.id)).first():
                told.append(found)
        return told

    def drifts(self, channel: str | None = None, *, only_open: bool = False) -> list[NotedDrift]:
        """Return the drifts of one channel or of all, the newest first."""
        table = drift.c
        query = select(drift).order_by(table.id.desc())
        if channel is not None:
            query = query.where(table.channel == channel)
        if only_open:
            query = query.where(table.accepted_at.is_(None))
        return [
            NotedDrift(
                row.channel,
                row.stream,
                Drift(row.name, row.kind, row.detail, row.example),
                row.seen_at,
                row.accepted_at,
            )
            for row in self._connection.execute(query)
        ]

    def accept(self, noted: NotedDrift, at: datetime) -> None:
        """Accept a drift: from now on the stream is known to look so."""
        self._remember(noted)
        table, found = drift.c, noted.drift
        self._connection.execute(
            update(drift)
            .where(
                table.channel == noted.channel,
                table.stream == noted.stream,
                table.name == found.name,
                table.kind == found.kind,
                table.detail == found.detail,
            )
            .values(accepted_at=at)
        )

    def _remember(self, noted: NotedDrift) -> None:
        known = self.columns(noted.channel, noted.stream)
        name, kind, detail, _ = noted.drift
        before = known.get(name, KnownColumn(frozenset(), always=False))
        after = before._replace(always=False)
        if kind in ("new", "retyped"):
            after = after._replace(types=before.types | ({detail} - {"null"}))
        self.learn(noted.channel, noted.stream, {name: after})
        if kind == "renamed":  # the types of the new name are learnt from what comes next
            new = known.get(detail, KnownColumn(frozenset(), always=False))
            self.learn(noted.channel, noted.stream, {detail: new})
