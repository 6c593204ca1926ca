"""Quarantine: inbound records that could not be read or mapped, each with the reason.

A row waits until it is cured over there (the next version of the record replaces it), fixed here,
or ignored by a person. Nothing is ever thrown away: the raw record is in the row.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, case, delete, func, null, select, update

from hub.model import Key
from store.bulk import among, upsert
from store.encoding import dump, load
from store.tables import quarantine, source_record

CUSTOMERS = "customers"


class State(StrEnum):
    """What becomes of a record in quarantine."""

    WAITING = "waiting"
    FIXED = "fixed"
    """A person put a value right; it holds as long as the channel shows the same record."""
    IGNORED = "ignored"
    """A person said that it may stay where it is."""
    DROPPED = "dropped"
    """The channel's setting for schema drift said so."""


class Quarantined(NamedTuple):
    """One record to set aside, and why."""

    channel: str
    remote_id: str
    """Its id there, or its position where it has no usable id."""
    stage: str
    """``pull``, ``schema`` or ``map``."""
    field: str
    reason: str
    payload: Any
    rule: str = ""
    """What it broke, in words that do not depend on the record."""
    stream: str = CUSTOMERS
    state: str = State.WAITING


class InQuarantine(NamedTuple):
    """One record that was set aside, how often and since when."""

    record: Quarantined
    first_seen: datetime
    last_seen: datetime
    times: int
    fix: dict[str, Any] | None = None
    """Values by path that a person put in place of the channel's."""
    id: int = 0


class Which(NamedTuple):
    """A choice among the rows; what is None does not matter."""

    channel: str | None = None
    stream: str | None = None
    stage: str | None = None
    rule: str | None = None
    field: str | None = None
    reason: str | None = None
    """A piece of it."""
    remote_id: str | None = None
    state: str | None = None


ANY = Which()


class Tally(NamedTuple):
    """How many records broke the same rule in the same field, and one of them."""

    channel: str
    stream: str
    stage: str
    rule: str
    field: str
    state: str
    number: int
    first_seen: datetime
    reason: str
    """Of one of them, as is the example."""
    example: str


class Quarantine:
    """What a person does with it: look, fix, ignore, let it try again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tally(self, which: Which = ANY) -> list[Tally]:
        """Count the rows by reason, the most frequent first."""
        table = quarantine.c
        by = [table[name] for name in Tally._fields[:6]]
        number = func.count().label("number")
        one = (func.min(table[name]) for name in ("first_seen", "reason", "remote_id"))
        query = (
            select(*by, number, *one)
            .where(*_conditions(which))
            .group_by(*by)
            .order_by(number.desc(), *by)
        )
        return [Tally._make(row) for row in self._connection.execute(query)]

    def count(self, which: Which = ANY) -> int:
        """Count the rows."""
        query = select(func.count()).select_from(quarantine).where(*_conditions(which))
        return int(self._connection.execute(query).scalar_one())

    def poisoned(self, channel: str, limit: int) -> str | None:
        """Return why this channel must be stopped, if too many of its records wait."""
        waiting = self.count(Which(channel, state=State.WAITING))
        if waiting <= limit:
            return None
        return (
            f"{channel}: {waiting} records wait in quarantine, more than poison allows ({limit}); "
            f"see goldenrod quarantine {channel}"
        )

    def rows(self, which: Which = ANY, limit: int | None = None) -> list[InQuarantine]:
        """Return the rows, the newest first."""
        return _rows(self._connection, which, limit)

    def fixes(self, channel: str, remote_ids: Sequence[str]) -> dict[str, InQuarantine]:
        """Return the fixed rows of these customers, by id over there."""
        table = quarantine.c
        query = select(quarantine).where(
            table.channel == channel,
            table.stage == "map",
            table.state == State.FIXED,
            among(self._connection, table.remote_id, remote_ids),
        )
        return {row.remote_id: _in_quarantine(row) for row in self._connection.execute(query)}

    def fix(self, row_id: int, values: Mapping[str, Any]) -> None:
        """Put these values, by path, in place of the channel's; later ones add to earlier ones."""
        here = quarantine.c.id == row_id
        found = self._connection.execute(select(quarantine.c.fix).where(here)).scalar()
        both = {**(load(found) or {}), **values}
        self._connection.execute(
            update(quarantine).where(here).values(fix=dump(both), state=State.FIXED.value)
        )

    def set_state(self, which: Which, state: State) -> int:
        """Give these rows another state; return how many."""
        changed = update(quarantine).where(*_conditions(which)).values(state=state.value)
        return self._connection.execute(changed).rowcount

    def remove(self, ids: Sequence[int]) -> None:
        """Take these rows out: they were cured."""
        self._connection.execute(
            delete(quarantine).where(among(self._connection, quarantine.c.id, ids))
        )


def set_aside(connection: Connection, rows: Sequence[Quarantined], at: datetime) -> None:
    """Write the rows; one that is there already gets the new reason and counts one more.

    What a person said of it (fix, ignore) holds as long as the channel shows the same record.
    """
    if not rows:
        return
    statement = upsert(connection, quarantine)
    new, old = statement.excluded, quarantine.c
    same = old.payload == new.payload
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "stream", "remote_id", "stage"],
            set_={
                "rule": new.rule,
                "field": new.field,
                "reason": new.reason,
                "payload": new.payload,
                "fix": case((same, old.fix), else_=null()),
                "state": case((same & (old.state == State.IGNORED), old.state), else_=new.state),
                "last_seen": new.last_seen,
                "times": old.times + 1,
            },
        ),
        [
            {**row._asdict(), "payload": dump(row.payload)}
            | {"first_seen": at, "last_seen": at, "times": 1}
            for row in rows
        ],
    )
    for channel in {row.channel for row in rows}:
        refused = [r.remote_id for r in rows if r.channel == channel and r.stage == "map"]
        connection.execute(
            update(source_record)
            .where(
                source_record.c.channel == channel,
                among(connection, source_record.c.remote_id, refused),
            )
            .values(unmapped=False)
        )


def released(
    connection: Connection, keys: Sequence[Key], stage: str, stream: str = CUSTOMERS
) -> None:
    """Delete the rows of these keys at this stage."""
    for channel in {key.channel for key in keys}:
        cured = [key.id for key in keys if key.channel == channel]
        connection.execute(
            delete(quarantine).where(
                quarantine.c.channel == channel,
                quarantine.c.stream == stream,
                quarantine.c.stage == stage,
                among(connection, quarantine.c.remote_id, cured),
            )
        )


def listed(connection: Connection, channel: str | None) -> list[InQuarantine]:
    """Return the rows of one channel or of all, the newest first."""
    return _rows(connection, Which(channel), None)


def _rows(connection: Connection, which: Which, limit: int | None) -> list[InQuarantine]:
    query = select(quarantine).where(*_conditions(which)).limit(limit)
    newest = query.order_by(quarantine.c.last_seen.desc(), quarantine.c.id)
    return [_in_quarantine(row) for row in connection.execute(newest)]


def _conditions(which: Which) -> list[ColumnElement[bool]]:
    told = {name: value for name, value in which._asdict().items() if value is not None}
    piece = told.pop("reason", None)
    conditions = [quarantine.c[name] == value for name, value in told.items()]
    if piece is not None:
        conditions.append(quarantine.c.reason.contains(piece, autoescape=True))
    return conditions


def _in_quarantine(row: Row[Any]) -> InQuarantine:
    record = Quarantined(
        *(row.channel, row.remote_id, row.stage, row.field, row.reason, load(row.payload)),
        *(row.rule, row.stream, row.state),
    )
    return InQuarantine(record, row.first_seen, row.last_seen, row.times, load(row.fix), row.id)
