"""All that is held on one customer, table by table: what an erasure would take.

Both read the same list of columns (`store.erasure.wipe`), so nothing is erased that an export does
not show. Of pairs and decisions the other half is only a row number here.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, or_, select

from hub.model import Key
from store.bulk import among
from store.encoding import load
from store.erasure import wipe
from store.tables import golden, golden_alias, outbox, receipt, source_record

_JSON = frozenset({  # text columns that hold JSON
    "payload", "customer", "held", "told", "evidence", "attributes", "provenance", "members",
})  # fmt: skip
_DERIVED = frozenset(
    {"record_keys", "contact_point", "event_record"}
)  # hashes of what the record itself says


def holdings(
    connection: Connection, golden_id: str, records: Collection[int]
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every table that has any on this customer, as plain JSON."""
    table = source_record.c
    query = select(table.channel, table.remote_id).where(among(connection, table.id, records))
    keys = frozenset(Key(*row) for row in connection.execute(query))
    found: dict[str, list[dict[str, Any]]] = {}
    for of, where in _conditions(connection, golden_id, records, keys):
        rows = connection.execute(select(of).where(where).order_by(*of.primary_key.columns))
        if plain := [_plain(row, keys) for row in rows]:
            found[of.name] = plain
    return found


def _conditions(
    connection: Connection, golden_id: str, records: Collection[int], keys: Collection[Key]
) -> Iterable[tuple[Table, ColumnElement[bool]]]:
    """Yield each table with the condition of its rows on this customer."""
    by_record: dict[Table, list[ColumnElement[bool]]] = {}
    for column in wipe.OF_RECORDS:
        if column.table.name not in _DERIVED:
            by_record.setdefault(column.table, []).append(among(connection, column, records))
    by_record[outbox].append(outbox.c.golden_id == golden_id)
    yield golden, golden.c.id == golden_id
    yield golden_alias, golden_alias.c.new_id == golden_id
    yield from ((table, or_(*ways)) for table, ways in by_record.items())
    yield receipt, receipt.c.golden_id == golden_id
    words = select(source_record.c.customer).where(among(connection, source_record.c.id, records))
    said = [load(word) for word in connection.execute(words).scalars() if word]
    contacts = {one for word in said for one in (*word.get("emails", ()), *word.get("phones", ()))}
    alone = wipe.alone(connection, records, contacts)
    yield from wipe.named(connection, golden_id, keys, alone)


def _plain(row: Row[Any], keys: Collection[Key]) -> dict[str, Any]:
    """Return a row as JSON; former members that are somebody else's by now are left out."""
    values = {name: _value(name, value) for name, value in row._mapping.items()}  # noqa: SLF001 - SQLAlchemy's public name
    if "members" in values:
        values["members"] = [key for key in values["members"] if Key(*key) in keys]
    return values


def _value(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if name in _JSON:
        return load(value or None)  # blank: as in the customer itself
    return value
