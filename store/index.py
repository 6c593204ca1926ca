"""The key index: which records share a blocking key, so that a change meets its candidates.

A block of more records than its cap proves nothing and would cost a square: it is crowded, and
skipped. Whether a block is crowded follows from the index alone, never from the order in which
records came: a block that fills up parts the pairs that only it brought together, one that empties
brings its records together again. So records matched one by one meet as all at once would.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, select, text

from store import bulk
from store.bulk import among, chunks
from store.encoding import dump
from store.match_tables import match_key, record_keys

Ints = NDArray[np.int64]
Flags = NDArray[Any]
Caps = Callable[[Ints], Ints]
"""How many records the block of each key may have."""

_CHUNK = 50_000
"""Keys, or records, that are looked up at a time."""
_MUCH = 200_000
"""Keys from which it is worth asking first whether anybody else has any."""
_EXPANDED = 4_000_000
"""Pairs that are listed at a time before those met twice are dropped."""
_NAMES = ("key", "record_id")
_SHIFT = 31
_HALF = 1 << _SHIFT
"""Two numbers below it fit in one, which sorts much faster."""

_STORED = "<i8"
"""How the keys of a record are kept in one value: read and written at once."""

# All blocks as one text, "key:record,record;key:record", from either database: far cheaper than a
# row each. A key that nobody has is NULL, which the outer function leaves out.
_BLOCKS = """
SELECT {join}((
  SELECT k.value || ':' || {join}({member}, ',') FROM (
    SELECT record_id FROM match_key WHERE key = k.value LIMIT :most) AS m), ';')
FROM {given}
"""
_WORDS = {
    "sqlite": {
        "join": "group_concat", "member": "record_id", "given": "json_each(:given) AS k",
    },
    "postgresql": {
        "join": "string_agg", "member": "record_id::text",
        "given": "unnest(CAST(:given AS bigint[])) AS k (value)",
    },
}  # fmt: skip
_COMMAS = str.maketrans(":;", ",,")


_NOTHING = (np.zeros(0, np.int64), np.zeros(0, np.int64))


class Rows(NamedTuple):
    """Entries of the index, sorted by key and then record, each once."""

    keys: Ints
    records: Ints

    @classmethod
    def of(cls, keys: Ints, records: Ints) -> "Rows":
        """Sort entries and drop those that are there twice."""
        order = np.lexsort((records, keys))
        keys, records = keys[order], records[order]
        new = np.ones(len(keys), np.bool_)
        new[1:] = (keys[1:] != keys[:-1]) | (records[1:] != records[:-1])
        return cls(keys[new], records[new])

    def without(self, others: "Rows") -> "Rows":
        """Return the entries that ``others`` does not have."""
        if not len(others.keys) or not len(self.keys):
            return self
        keys = np.concatenate([others.keys, self.keys])
        records = np.concatenate([others.records, self.records])
        mine = np.arange(len(keys)) >= len(others.keys)
        order = np.lexsort((mine, records, keys))
        keys, records, mine = keys[order], records[order], mine[order]
        new = mine.copy()
        new[1:] &= (keys[1:] != keys[:-1]) | (records[1:] != records[:-1])
        return Rows(keys[new], records[new])

    def joined(self, others: "Rows") -> "Rows":
        """Return the entries of both."""
        if not len(self.keys) or not len(others.keys):
            return self if len(self.keys) else others
        return Rows.of(*(np.concatenate(both) for both in zip(self, others, strict=True)))

    def at(self, chosen: Flags) -> "Rows":
        """Return some of the entries."""
        return Rows(self.keys[chosen], self.records[chosen])

    def entries(self) -> Iterator[tuple[int, int]]:
        """Yield the entries one by one; never all of them as objects at once."""
        for start in range(0, len(self.keys), _CHUNK):
            part = slice(start, start + _CHUNK)
            yield from zip(self.keys[part].tolist(), self.records[part].tolist(), strict=True)


class Met(NamedTuple):
    """What a change of some records' keys brought together and apart."""

    left: Ints
    """With ``right``: every pair once, the smaller record id on the left, sorted."""
    right: Ints
    crowded: Rows
    """The changed records' keys whose blocks are over their caps."""
    parted: Rows
    """Blocks that became crowded, with the other records in them: by these they meet no more."""

    @property
    def records(self) -> Ints:
        """The records of the pairs, sorted."""
        return _all_of(self.left, self.right)


class MatchIndex:
    """Blocking keys by record, and records by blocking key."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(self, ids: Ints, keys: Ints, owners: Ints, caps: Caps) -> Met:
        """Give the records ``ids`` these keys, each with its owner, and no others.

        Returns every pair that shares a bearable block and of which one half is in ``ids``, or
        whose block was crowded before.
        """
        new, old = Rows.of(keys, owners), self._of(ids)
        del keys, owners  # much, and sorted
        gained, lost = new.without(old), old.without(new)
        touched = _distinct(_merged(new.keys, lost.keys))
        blocks = old if self._holds_only(old, touched) else self._blocks(touched, caps)
        crowded = _crowded(blocks, touched, caps)
        shrunk = np.intersect1d(crowded, lost.keys)
        # Sorted, they arrive in the order of the table: far fewer pages are touched.
        bulk.delete(self._connection, match_key, _NAMES, lost.entries())
        bulk.insert(self._connection, match_key, _NAMES, gained.entries())
        self._remember(new, old, _all_of(gained.records, lost.records))
        now = blocks.without(lost).joined(gained)
        if len(shrunk):  # of these not every record was read
            now = now.at(~_holds(shrunk, now.keys)).joined(self._blocks(shrunk, caps))
        full = np.union1d(_crowded(now, touched, caps), np.setdiff1d(crowded, shrunk))
        bearable = now.at(~_holds(full, now.keys))
        opened = np.setdiff1d(crowded, full)
        mine = _named(ids, bearable.records) | _holds(opened, bearable.keys)
        closed = _holds(np.setdiff1d(full, crowded), blocks.keys)
        left, right = _pairs(bearable, mine)
        parted = blocks.at(closed & ~np.isin(blocks.records, ids))
        return Met(left, right, new.at(_holds(full, new.keys)), parted)

    def meeting(self, left: Ints, right: Ints, caps: Caps) -> Flags:
        """Tell which of these pairs share a block that is not crowded."""
        known = self._of(np.union1d(left, right))
        order = np.argsort(known.records, kind="stable")
        records, keys = known.records[order], known.keys[order]
        begins, ends = (np.searchsorted(records, left, side) for side in ("left", "right"))
        pair = np.repeat(np.arange(len(left)), ends - begins)
        first = np.cumsum(ends - begins) - (ends - begins)
        mine = keys[begins[pair] + np.arange(len(pair)) - first[pair]]
        shared = _within(Rows(mine, right[pair]), known)
        pair, mine = pair[shared], mine[shared]
        used = np.unique(mine)
        crowded = _crowded(self._blocks(used, caps), used, caps)
        found = np.zeros(len(left), np.bool_)
        found[pair[~np.isin(mine, crowded)]] = True
        return found

    def find(self, key: int) -> list[int]:
        """Return the records that have this key."""
        query = select(match_key.c.record_id).where(match_key.c.key == key)
        return sorted(self._connection.execute(query).scalars())

    def _holds_only(self, known: Rows, touched: Ints) -> bool:
        """Tell whether these entries are all there are; asked only where much is to be read."""
        if len(touched) < _MUCH:
            return False
        count = select(func.count()).select_from(match_key)
        return self._connection.execute(count).scalar_one() == len(known.keys)

    def forget(self, ids: Ints) -> None:
        """Take these records out of the index."""
        old = self._of(ids)
        bulk.delete(self._connection, match_key, _NAMES, old.entries())
        self._remember(Rows(*_NOTHING), old, ids)

    def _of(self, ids: Ints) -> Rows:
        """Return the entries of these records."""
        keys, owners = ([part] for part in _NOTHING)
        for chunk in chunks(ids.tolist(), _CHUNK):
            query = select(record_keys).where(
                among(self._connection, record_keys.c.record_id, chunk)
            )
            found = self._connection.execute(query).all()
            sizes = [len(row[1]) // np.dtype(_STORED).itemsize for row in found]
            owners.append(np.repeat(np.array([row[0] for row in found], np.int64), sizes))
            keys.append(np.frombuffer(b"".join(row[1] for row in found), _STORED))
        return Rows.of(np.concatenate(keys).astype(np.int64), np.concatenate(owners))

    def _remember(self, new: Rows, old: Rows, changed: Ints) -> None:
        """Write which keys the changed records have now."""
        gone = np.intersect1d(old.records, changed).tolist()
        here = among(self._connection, record_keys.c.record_id, gone)
        self._connection.execute(delete(record_keys).where(here))
        order = np.argsort(new.records, kind="stable")
        records, keys = new.records[order], new.keys[order].astype(_STORED).tobytes()
        size = np.dtype(_STORED).itemsize
        begins, ends = (size * np.searchsorted(records, changed, at) for at in ("left", "right"))
        written = (
            (number, keys[begin:end])
            for number, begin, end in zip(
                *map(np.ndarray.tolist, (changed, begins, ends)), strict=True
            )
            if begin < end
        )
        bulk.insert(self._connection, record_keys, ("record_id", "keys"), written)

    def _blocks(self, keys: Ints, caps: Caps) -> Rows:
        """Return the records of each key, of a crowded one only one more than its cap."""
        most = caps(keys) + 1
        parts = [
            self._members(chunk, int(limit))
            for limit in np.unique(most)
            for chunk in chunks(keys[most == limit].tolist(), _CHUNK)
        ]
        return Rows.of(*_joined(parts))

    def _members(self, keys: Sequence[int], most: int) -> tuple[Ints, Ints]:
        """Return the first ``most`` records of each key, flat, each beside its key."""
        kind = self._connection.dialect.name
        bound = dump(list(keys)) if kind == "sqlite" else list(keys)
        query = text(_BLOCKS.format(**_WORDS[kind]))
        found = self._connection.execute(query, {"given": bound, "most": most})
        return _read(found.scalar_one() or "")


def _read(blocks: str) -> tuple[Ints, Ints]:
    """Read "key:record,record;key:record": every record, beside its key."""
    if not blocks:
        return _NOTHING
    numbers = np.array(json.loads(f"[{blocks.translate(_COMMAS)}]"), np.int64)
    signs = np.frombuffer(blocks.encode(), np.uint8)
    between = signs[(signs == ord(",")) | (signs == ord(":")) | (signs == ord(";"))]
    head = np.concatenate([[True], between == ord(";")])
    place = np.cumsum(head) - 1
    return numbers[head][place[~head]], numbers[~head]


def _joined(parts: Sequence[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    one, other = map(np.concatenate, zip(_NOTHING, *parts, strict=True))
    return one, other


def _distinct(ordered: Ints) -> Ints:
    """Return each of these sorted numbers once."""
    return ordered[_firsts(ordered)]


def _merged(ordered: Ints, others: Ints) -> Ints:
    """Merge two sorted arrays; mostly there is little in the second, or nothing."""
    if not len(others):
        return ordered
    return np.sort(np.concatenate([ordered, others]), kind="stable")


def _firsts(ordered: Ints) -> Flags:
    """Tell which of these sorted numbers are the first of their kind."""
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first


def _all_of(*parts: Ints) -> Ints:
    """Return the records that occur, sorted: found by a place for each, not by sorting them."""
    known = np.zeros(max(part.max(initial=0) for part in parts) + 1, np.bool_)
    for part in parts:
        known[part] = True
    return np.flatnonzero(known)


def _named(ids: Ints, asked: Ints) -> Flags:
    """Tell which of the records asked for are among ``ids``: a place for each that ever landed."""
    known = np.zeros(max(ids.max(initial=0), asked.max(initial=0)) + 1, np.bool_)
    known[ids] = True
    found: Flags = known[asked]
    return found


def _holds(ordered: Ints, asked: Ints) -> Flags:
    """Tell which of the numbers asked for are among these sorted ones."""
    if not len(ordered):
        return np.zeros(len(asked), np.bool_)
    place = np.searchsorted(ordered, asked)
    place[place == len(ordered)] = 0
    found: Flags = ordered[place] == asked
    return found


def _crowded(blocks: Rows, keys: Ints, caps: Caps) -> Ints:
    """Return which of these sorted keys have more records than their caps."""
    sizes = np.searchsorted(blocks.keys, keys, "right") - np.searchsorted(blocks.keys, keys, "left")
    return keys[sizes > caps(keys)]


def _within(asked: Rows, known: Rows) -> Flags:
    """Tell which entries, in any order, are among the known ones."""
    order = np.lexsort((asked.records, asked.keys))
    found = np.zeros(len(order), np.bool_)
    keys = np.concatenate([known.keys, asked.keys[order]])
    records = np.concatenate([known.records, asked.records[order]])
    place = np.lexsort((np.arange(len(keys)) >= len(known.keys), records, keys))
    keys, records, mine = keys[place], records[place], place >= len(known.keys)
    head = np.ones(len(keys), np.bool_)
    head[1:] = (keys[1:] != keys[:-1]) | (records[1:] != records[:-1])
    first = np.maximum.accumulate(np.where(head, np.arange(len(keys)), 0))
    hit = mine & ~mine[first]
    found[order[place[hit] - len(known.keys)]] = True
    return found


def _pairs(blocks: Rows, mine: Flags) -> tuple[Ints, Ints]:
    """Return the pairs inside blocks of which one half is ``mine``, each once."""
    starts = np.flatnonzero(_firsts(blocks.keys))
    lengths = np.diff(starts, append=len(blocks.keys))
    begins, sizes = np.repeat(starts, lengths), np.repeat(lengths, lengths)
    rows = np.flatnonzero(mine & (sizes > 1))
    work = np.cumsum(sizes[rows])
    found = [np.zeros((0, 2), np.int64)]
    for start in range(0, int(work[-1]) if len(rows) else 0, _EXPANDED):
        part = rows[(work > start) & (work <= start + _EXPANDED)]
        many = sizes[part]
        one = np.repeat(part, many)
        other = np.arange(len(one)) + np.repeat(begins[part] - (np.cumsum(many) - many), many)
        once = (one < other) | ((one > other) & ~mine[other])
        ends = np.stack([blocks.records[one[once]], blocks.records[other[once]]], axis=1)
        ends.sort(axis=1)
        found.append(_once(ends))
    ends = _once(np.concatenate(found))
    return ends[:, 0], ends[:, 1]


def _once(ends: Ints) -> Ints:
    """Sort pairs of records and drop those that are there twice."""
    if ends.max(initial=0) >= _HALF:  # pragma: no cover - two thousand million records
        rows = Rows.of(ends[:, 0], ends[:, 1])
        return np.stack([rows.keys, rows.records], axis=1)
    both = _distinct(np.sort(ends[:, 0] << _SHIFT | ends[:, 1]))
    return np.stack([both >> _SHIFT, both & (_HALF - 1)], axis=1)
