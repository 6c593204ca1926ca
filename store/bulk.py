"""Many rows at once: the only place where the two databases are spoken to differently.

SQLite is fastest with executemany on plain tuples, PostgreSQL with COPY (new rows) and with one
statement over arrays (changed rows): ten times what row by row costs on either.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Table, any_, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from store.encoding import dump
from store.types import storable

T = TypeVar("T")
_CHUNK = 20_000  # rows: bounded memory, and still few statements
_TOGETHER = 100  # rows in one INSERT of SQLite, which takes 32,766 values at most


def among(
    connection: Connection, column: Column[Any], values: Iterable[int | str]
) -> ColumnElement[bool]:
    """Return the condition that ``column`` is one of ``values``: any number of them, one bind."""
    wanted: list[Any] = list(values)
    if wanted and isinstance(wanted[0], str):
        wanted = [storable(value) for value in wanted]
    if connection.dialect.name == "sqlite":
        each = func.json_each(literal(dump(wanted))).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(wanted, ARRAY(column.type)))


def insert(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Insert new rows, given as tuples in the order of ``names``."""
    columns = ", ".join(names)
    for given in chunks(rows, _CHUNK):
        chunk = _adapted(connection, table, names, given)
        if connection.dialect.name == "sqlite":
            sql = f"INSERT INTO {table.name} ({columns}) VALUES"
            _insert(connection, sql, len(names), chunk)
        else:
            _copy(connection, f"COPY {table.name} ({columns}) FROM STDIN", chunk)


def update(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    also: str = "",
) -> None:
    """Set the columns ``names[1:]`` of the rows whose ``names[0]``, their primary key, is given.

    ``also`` is what else is set of each of them, in SQL.
    """
    further = f", {also}" if also else ""
    for given in chunks(rows, _CHUNK):
        chunk = _adapted(connection, table, names, given)
        if connection.dialect.name == "sqlite":
            marks = ", ".join(f"{name} = ?{number}" for number, name in enumerate(names[1:], 2))
            sql = f"UPDATE {table.name} SET {marks}{further} WHERE {names[0]} = ?1"  # noqa: S608 - our own names
            connection.exec_driver_sql(sql, chunk)
        else:
            _update_from_arrays(connection, table, names, chunk, further)


def delete(
    connection: Connection, table: Table, names: Sequence[str], rows: Iterable[tuple[Any, ...]]
) -> None:
    """Delete the rows whose columns ``names`` have these values."""
    for given in chunks(rows, _CHUNK):
        chunk = _adapted(connection, table, names, given)
        if connection.dialect.name == "sqlite":
            marks = " AND ".join(f"{name} = ?" for name in names)
            sql = f"DELETE FROM {table.name} WHERE {marks}"  # noqa: S608 - our own names
            connection.exec_driver_sql(sql, chunk)
        else:
            same = " AND ".join(f"{table.name}.{name} = given.{name}" for name in names)
            sql = f"DELETE FROM {table.name} USING {_given(connection, table, names)} WHERE {same}"  # noqa: S608 - our own names
            connection.exec_driver_sql(sql, _arrays(chunk))


def upsert(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return the INSERT of this dialect, which knows ``on_conflict_do_update``."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut ``items`` into lists of at most ``size``."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def _adapted(
    connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Do for these rows what SQLAlchemy does for its own: types turn values into the driver's.

    Column by column, and each distinct value once: a time or a channel is mostly the same.
    """
    dialect = connection.dialect
    types = [table.c[name].type.dialect_impl(dialect) for name in names]
    turns = {place: kind.bind_processor(dialect) for place, kind in enumerate(types)}
    needed = {place: turn for place, turn in turns.items() if turn is not None}
    if not needed:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, turn in needed.items():
        turned = {value: turn(value) for value in set(columns[place])}
        columns[place] = [turned[value] for value in columns[place]]
    return list(zip(*columns, strict=True))


def _insert(connection: Connection, sql: str, width: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with each statement: of narrow rows that is three times as fast."""
    mark = f"({', '.join('?' * width)})"
    whole = len(rows) - len(rows) % _TOGETHER
    if whole:
        given = [
            tuple(chain.from_iterable(rows[start : start + _TOGETHER]))
            for start in range(0, whole, _TOGETHER)
        ]
        connection.exec_driver_sql(f"{sql} {', '.join([mark] * _TOGETHER)}", given)
    if rows[whole:]:
        connection.exec_driver_sql(f"{sql} {mark}", rows[whole:])


def _copy(connection: Connection, sql: str, rows: Collection[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def _update_from_arrays(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    further: str,
) -> None:
    marks = ", ".join(f"{name} = given.{name}" for name in names[1:])
    sql = (
        f"UPDATE {table.name} SET {marks}{further} "  # noqa: S608 - our own names
        f"FROM {_given(connection, table, names)} "
        f"WHERE {table.name}.{names[0]} = given.{names[0]}"
    )
    connection.exec_driver_sql(sql, _arrays(rows))


def _given(connection: Connection, table: Table, names: Sequence[str]) -> str:
    """Return the FROM clause that turns one array a column into rows.

    In binary: as text, every quote in a JSON document would have to be escaped.
    """
    types = [table.c[name].type.compile(connection.dialect) for name in names]
    arrays = ", ".join(f"%b::{kind}[]" for kind in types)
    return f"unnest({arrays}) AS given ({', '.join(names)})"


def _arrays(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple([list(column) for column in zip(*rows, strict=True)])
