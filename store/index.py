"""The key index: which records share a blocking key, so that a change meets its candidates."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select

from store.bulk import among, insert
from store.tables import match_key


class Candidates(NamedTuple):
    """Pairs worth comparing, and the keys that too many records share."""

    pairs: list[tuple[int, int]]
    """Each once, the smaller id first, sorted."""
    oversized: list[tuple[int, int]]
    """(key, number of records): blocks that were skipped."""


class MatchIndex:
    """Blocking keys by record, and records by blocking key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, rows: Mapping[int, Collection[int]]) -> None:
        """Give each record these keys and no others."""
        self._connection.execute(
            delete(match_key).where(among(self._connection, match_key.c.record_id, rows))
        )
        # Sorted, they arrive in the order of the table: far fewer pages are touched.
        entries = sorted({(key, number) for number, keys in rows.items() for key in keys})
        insert(self._connection, match_key, ("key", "record_id"), entries)

    def candidates(self, ids: Collection[int], cap: int) -> Candidates:
        """Return every pair that shares a key and of which one half at least is in ``ids``.

        A key that more than ``cap`` records share proves nothing and would cost a square: it is
        skipped, and reported with its size.
        """
        mine = match_key.alias("mine")
        keys = select(mine.c.key).where(among(self._connection, mine.c.record_id, ids)).distinct()
        size = func.count().label("size")
        sizes = self._connection.execute(
            select(match_key.c.key, size)
            .where(match_key.c.key.in_(keys))
            .group_by(match_key.c.key)
            .having(size > 1)
        )
        shared: list[int] = []
        oversized: list[tuple[int, int]] = []
        for key, number in sizes:
            if number > cap:
                oversized.append((key, number))
            else:
                shared.append(key)
        return Candidates(self._pairs(set(ids), shared), sorted(oversized))

    def find(self, key: int) -> list[int]:
        """Return the records that have this key."""
        query = select(match_key.c.record_id).where(match_key.c.key == key)
        return sorted(self._connection.execute(query).scalars())

    def _pairs(self, wanted: set[int], keys: Collection[int]) -> list[tuple[int, int]]:
        rows = self._connection.execute(
            select(match_key.c.key, match_key.c.record_id).where(
                among(self._connection, match_key.c.key, keys)
            )
        )
        blocks: dict[int, list[int]] = {}
        for key, number in rows:
            blocks.setdefault(key, []).append(number)
        pairs = {
            (one, other) if one < other else (other, one)
            for block in blocks.values()
            for one in wanted.intersection(block)
            for other in block
            if one != other
        }
        return sorted(pairs)
