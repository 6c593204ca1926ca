"""The table of customers: its columns checked against the profile, and the statements on it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from connectors.facts.times import Clock
from connectors.sql.database import Database
from connectors.sql.profile import SqlStream
from hub.errors import ConfigError

_PLAIN = frozenset({str, int, float, bool, type(None)})


class CustomerTable:
    """The table as it is over there. Names are quoted by SQLAlchemy, values always bound."""

    def __init__(self, database: Database, stream: SqlStream) -> None:
        """Look at the table; raises ConfigError if it lacks what the profile names."""
        self._stream = stream
        self._table = _reflect(database, stream)
        self.id = self._column(stream.id)
        self.time = self._column(stream.changed.fields[0]) if stream.changed else None
        self.columns = [self._column(name) for name in stream.columns or self._table.columns.keys()]
        for name in _named(stream):
            self._column(name)

    def select_undated(self, after: Any, size: int) -> sa.Select[Any]:
        """Rows that bear no time, by id: no filter by time would ever show them."""
        statement = sa.select(*self.columns).order_by(self.id).limit(size)
        if self.time is not None:
            statement = statement.where(self.time.is_(None))
        if after is None:
            return statement
        return statement.where(self.id > _as_shown(self.id, after))

    def select_dated(
        self, since: datetime | None, after: tuple[Any, Any] | None, size: int
    ) -> sa.Select[Any]:
        """Rows by (time, id): from ``since`` on, or after a place inside the scan."""
        column, clock = self.time, self._stream.changed
        if column is None or clock is None:
            raise ConfigError("the profile names no time of the last change")
        statement = sa.select(*self.columns).where(column.is_not(None))
        if after is not None:
            moment, place = _as_shown(column, after[0]), _as_shown(self.id, after[1])
            statement = statement.where(
                (column > moment) | ((column == moment) & (self.id > place))
            )
        elif since is not None:
            moment = _moment(column, clock, since)
            statement = statement.where(column >= moment)
        return statement.order_by(column, self.id).limit(size)

    def select_by(self, name: str, value: Any) -> sa.Select[Any]:
        """Rows whose column ``name`` is ``value``, the first ones first."""
        column = self._column(name)
        return sa.select(*self.columns).where(column == _bound(column, value)).order_by(self.id)

    def update(self, remote_id: str, values: Mapping[str, Any]) -> sa.Update:
        """Write ``values`` into one row; the caller adds further conditions."""
        bound = {name: _bound(self._column(name), value) for name, value in values.items()}
        return sa.update(self._table).where(self.id == _bound(self.id, remote_id)).values(bound)

    def insert(self, values: Mapping[str, Any]) -> sa.Insert:
        """Add one row."""
        bound = {name: _bound(self._column(name), value) for name, value in values.items()}
        return sa.insert(self._table).values(bound)

    def is_still(self, name: str, value: Any) -> sa.ColumnElement[bool]:
        """Tell whether the column still holds this value (also if it is empty)."""
        column = self._column(name)
        # No IS NOT DISTINCT FROM: SQL Server has it since 2022 only.
        return column.is_(None) if value is None else column == _bound(column, value)

    def unknown(self, names: Mapping[str, Any]) -> str | None:
        """Return a name that the table has no column for, if there is one."""
        return next((name for name in names if name not in self._table.columns), None)

    def _column(self, name: str) -> sa.Column[Any]:
        if name not in self._table.columns:
            known = ", ".join(self._table.columns.keys())
            table = self._table.name
            raise ConfigError(f"the table {table} has no column {name!r}; it has: {known}")
        return self._table.columns[name]


def plain(row: sa.RowMapping) -> dict[str, Any]:
    """Return a row as plain JSON: times as ISO text, decimals as text, bytes as hex."""
    return {
        str(name): value if value.__class__ in _PLAIN else _as_json(value)
        for name, value in row.items()
    }


def _as_json(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case Decimal():
            return str(value)
        case _:
            return str(value)


def _reflect(database: Database, stream: SqlStream) -> sa.Table:
    with database.transaction("look at the table") as connection:
        if not sa.inspect(connection).has_table(stream.table, stream.namespace):
            raise ConfigError(f"{database.name}: there is no table {stream.table}")
        return sa.Table(
            stream.table,
            sa.MetaData(),
            schema=stream.namespace,
            autoload_with=connection,
            # SQL Server refuses OUTPUT on a table with triggers; then it is asked for the new id.
            implicit_returning=connection.dialect.name != "mssql",
        )


def _named(stream: SqlStream) -> list[str]:
    """Every further column that the profile refers to."""
    single = [stream.reference, stream.version, stream.deleted.field if stream.deleted else None]
    several = [*stream.stamps, *stream.created, *stream.defaults]
    return [name for name in [*single, *several] if name]


def _moment(column: sa.Column[Any], clock: Clock, since: datetime) -> datetime | str:
    """Return ``since`` as the column holds times: with a zone, in local time, or as text."""
    if not isinstance(column.type, sa.DateTime | sa.Date):
        return clock.text(since)
    return since if _has_zone(column) else clock.local(since)


def _has_zone(column: sa.Column[Any]) -> bool:
    # SQL Server's type always has one, and SQLAlchemy does not say so.
    offset = column.type.__visit_name__ == "DATETIMEOFFSET"
    return offset or bool(getattr(column.type, "timezone", False))


def _as_shown(column: sa.Column[Any], value: Any) -> Any:
    """Bind a value that the database itself has shown, also one that Python has no type for.

    MariaDB may hold a time such as 0000-00-00, and shows it as text.
    """
    try:
        return _bound(column, value)
    except ValueError:
        return sa.literal(value, sa.String())


def _time(column: sa.Column[Any], text: str) -> datetime:
    """Read a time; a column without a zone gets the local one, which the text is in."""
    moment = datetime.fromisoformat(text)
    return moment if _has_zone(column) else moment.replace(tzinfo=None)


_READERS: tuple[
    tuple[type[sa.types.TypeEngine[Any]], Callable[[sa.Column[Any], str], Any]], ...
] = (
    (sa.DateTime, _time),
    (sa.Date, lambda _, text: date.fromisoformat(text)),
    (sa.Float, lambda _, text: float(text)),
    (sa.Numeric, lambda _, text: Decimal(text)),  # Oracle's NUMBER is an Integer, too
    (sa.Integer, lambda _, text: int(text)),
    (sa.Uuid, lambda _, text: UUID(text)),
    (sa.types._Binary, lambda _, text: bytes.fromhex(text)),  # noqa: SLF001 - SQL Server's rowversion is no LargeBinary
)


def _bound(column: sa.Column[Any], value: Any) -> Any:
    """Give a value back the type that its column needs; ValueError or TypeError if it can't."""
    if isinstance(value, dict | list):
        raise TypeError
    if not isinstance(value, str):
        return value
    for kind, read in _READERS:
        if isinstance(column.type, kind):
            try:
                return read(column, value)
            except InvalidOperation as error:
                raise ValueError from error
    return value
