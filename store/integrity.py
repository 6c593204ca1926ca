"""Integrity: what must always be true of the tables, and how many rows break it.

The database's own check first (SQLite: pages and foreign keys; PostgreSQL keeps both by itself),
then the promises that no constraint can hold.
"""

from typing import NamedTuple

from sqlalchemy import Connection, text

_PROMISES = {
    "a source record belongs to a living golden customer or to none": """
        SELECT count(*) FROM source_record r JOIN golden g ON g.id = r.golden_id WHERE g.retired
    """,
    "a living golden customer has a source record": """
        SELECT count(*) FROM golden g WHERE NOT g.retired
        AND NOT EXISTS (SELECT 1 FROM source_record r WHERE r.golden_id = g.id)
    """,
    "a golden customer's last version is in its history": """
        SELECT count(*) FROM golden g WHERE NOT g.retired AND NOT EXISTS
        (SELECT 1 FROM golden_history h WHERE h.golden_id = g.id AND h.version = g.version)
    """,
    "only a golden customer's last version stands in the customer itself": """
        SELECT count(*) FROM golden_history h JOIN golden g ON g.id = h.golden_id
        WHERE h.attributes = '' AND h.version <> g.version
    """,
    "a retired id forwards to living golden customers": """
        SELECT count(*) FROM golden_alias a JOIN golden g ON g.id = a.new_id WHERE g.retired
    """,
    "only a retired id forwards": """
        SELECT count(*) FROM golden_alias a JOIN golden g ON g.id = a.old_id WHERE NOT g.retired
    """,
    "a blocking key belongs to a source record": """
        SELECT count(*) FROM match_key k
        WHERE NOT EXISTS (SELECT 1 FROM source_record r WHERE r.id = k.record_id)
    """,
    "the index has as many blocking keys as its records": """
        SELECT abs((SELECT count(*) FROM match_key)
        - (SELECT coalesce(sum(length(keys)), 0) / 8 FROM record_keys))
    """,
    "a pair is of two source records, the smaller one first": """
        SELECT count(*) FROM pair p WHERE p.left_id >= p.right_id
        OR NOT EXISTS (SELECT 1 FROM source_record r WHERE r.id = p.left_id)
        OR NOT EXISTS (SELECT 1 FROM source_record r WHERE r.id = p.right_id)
    """,
}


class Broken(NamedTuple):
    """A promise that does not hold, and how many rows break it."""

    promise: str
    rows: int


def check(connection: Connection) -> list[Broken]:
    """Return what is broken: nothing, in a sound store. Reads every table once."""
    found = _pages(connection) if connection.dialect.name == "sqlite" else []
    for promise, query in _PROMISES.items():
        rows: int = connection.execute(text(query)).scalar_one()
        found += [Broken(promise, rows)] if rows else []
    return found


def _pages(connection: Connection) -> list[Broken]:
    """Let SQLite read all its pages, then all foreign keys."""
    told = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    homeless = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    faults = 0 if list(told) == ["ok"] else len(told)
    rows = {"the file is sound": faults, "every reference leads somewhere": len(homeless)}
    return [Broken(promise, number) for promise, number in rows.items() if number]
