"""The key index: which records share a blocking key, so that a change meets its candidates."""

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select, text

from store.bulk import among, chunks, insert
from store.encoding import dump
from store.tables import match_key

Ints = NDArray[np.int64]

_CHUNK = 50_000
"""Keys that are looked up at a time."""


_MEMBERS = "SELECT record_id FROM match_key WHERE key = k.value ORDER BY record_id LIMIT :most"
_SQLITE_BLOCKS = text(
    f"SELECT k.value, (SELECT json_group_array(record_id) FROM ({_MEMBERS})) "  # noqa: S608 - ours
    "FROM json_each(:keys) AS k"
)
_POSTGRES_BLOCKS = text(
    f"SELECT k.value, (SELECT array_agg(record_id) FROM ({_MEMBERS}) AS m) "  # noqa: S608 - ours
    "FROM unnest(CAST(:keys AS bigint[])) AS k (value)"
)


class Candidates(NamedTuple):
    """Pairs worth comparing, and the keys that too many records share."""

    left: Ints
    """With ``right``: every pair once, the smaller record id on the left, sorted."""
    right: Ints
    oversized: list[int]
    """Keys whose blocks were skipped."""


class MatchIndex:
    """Blocking keys by record, and records by blocking key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, ids: Ints, keys: Ints, owners: Ints) -> None:
        """Give the records ``ids`` these keys, each with its owner, and no others."""
        self._connection.execute(
            delete(match_key).where(among(self._connection, match_key.c.record_id, ids.tolist()))
        )
        # Sorted, they arrive in the order of the table: far fewer pages are touched.
        order = np.lexsort((owners, keys))
        keys, owners = keys[order], owners[order]
        new = np.ones(len(keys), np.bool_)
        new[1:] = (keys[1:] != keys[:-1]) | (owners[1:] != owners[:-1])
        entries = zip(keys[new].tolist(), owners[new].tolist(), strict=True)
        insert(self._connection, match_key, ("key", "record_id"), entries)

    def candidates(self, ids: Ints, keys: Ints, cap: int) -> Candidates:
        """Return every pair that shares one of ``keys`` and of which one half is in ``ids``.

        A key that more than ``cap`` records share proves nothing and would cost a square: it is
        skipped, and reported.
        """
        wanted = set(ids.tolist())
        pairs: set[tuple[int, int]] = set()
        oversized: list[int] = []
        for chunk in chunks(np.unique(keys).tolist(), _CHUNK):
            for key, members in self._blocks(chunk, cap + 1):
                if len(members) > cap:
                    oversized.append(key)
                    continue
                pairs |= {
                    (one, other) if one < other else (other, one)
                    for one in wanted.intersection(members)
                    for other in members
                    if one != other
                }
        found = np.array(sorted(pairs), np.int64).reshape(-1, 2)
        return Candidates(found[:, 0], found[:, 1], oversized)

    def find(self, key: int) -> list[int]:
        """Return the records that have this key."""
        query = select(match_key.c.record_id).where(match_key.c.key == key)
        return sorted(self._connection.execute(query).scalars())

    def _blocks(self, keys: Sequence[int], limit: int) -> list[tuple[int, list[int]]]:
        """Return at most ``limit`` records of each key: no block is read further than need be."""
        if self._connection.dialect.name == "sqlite":
            found = self._connection.execute(_SQLITE_BLOCKS, {"keys": dump(keys), "most": limit})
            return [(key, json.loads(members)) for key, members in found]
        found = self._connection.execute(_POSTGRES_BLOCKS, {"keys": list(keys), "most": limit})
        return [(key, members or []) for key, members in found]
