"""Columns of a table, in the three shapes that matching reads.

``Words``: few distinct values, coded; what is done to a value is done once. ``Hashed``: mostly
distinct values, as hashes beside their texts. ``Slots``: which values belong to which record,
where a record may have several (e-mails, phones, addresses).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.table.duck import hashes_of

# What an array holds; numpy's stubs lose the exact type in most arithmetic, hence Any.
Ints = NDArray[Any]
"""Whole numbers: rows, records, counts."""
Codes = NDArray[Any]
"""32-bit places in a list of distinct values."""
Hashes = NDArray[Any]
"""Unsigned 64-bit hashes."""
Levels = NDArray[Any]
"""8-bit levels of agreement, by their number in ``comparisons.levels.CODES``."""
Flags = NDArray[Any]
"""True and false."""
Column: TypeAlias = pa.Array | pa.ChunkedArray
"""A column as Arrow has it, in one piece or in several."""

ABSENT = -1
"""The code of a missing value; a missing hash is 0."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_ODDER = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Words:
    """A column of few distinct values: one code a row, ``ABSENT`` where there is none."""

    codes: Codes
    values: pa.Array
    """The distinct values; not every one need occur."""

    @cached_property
    def hashes(self) -> Hashes:
        """A hash for each value: the same for the same value in every run."""
        return mixed(hashes_of(self.values))

    @cached_property
    def counts(self) -> Ints:
        """How many rows have each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    def of(self, table: NDArray[Any], absent: int = 0) -> NDArray[Any]:
        """Spread one entry a value over the rows; ``absent`` where a row has none."""
        return np.append(table, table.dtype.type(absent))[self.codes]


@dataclass(frozen=True)
class Hashed:
    """A column of mostly distinct values: a hash a row, 0 where there is none, and its text."""

    hashes: Hashes
    texts: pa.Array

    @cached_property
    def frequencies(self) -> tuple[Hashes, Ints]:
        """The distinct hashes, sorted, and how many rows have each."""
        present = np.sort(self.hashes[self.hashes != 0])
        return run_lengths(present)


class Slots(NamedTuple):
    """Where each record's values of one field lie in that field's columns."""

    starts: Ints | None = None
    """Record ``r`` owns the rows ``starts[r]`` to ``starts[r + 1]``; None: the row ``r`` alone."""

    def owners(self, rows: int) -> Ints:
        """Return the record of each row."""
        if self.starts is None:
            return np.arange(rows, dtype=np.int64)
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int64), np.diff(self.starts))

    def best(self, left: Ints, right: Ints, compare: Callable[[Ints, Ints], Levels]) -> Levels:
        """Compare each pair's values, every one with every one, and keep the strongest level."""
        if self.starts is None:
            return compare(left, right)
        first, second, pair = self.crossed(left, right)
        strongest = np.zeros(len(left), np.int8)
        if len(pair):
            heads = np.flatnonzero(np.diff(pair, prepend=-1))
            strongest[pair[heads]] = np.maximum.reduceat(compare(first, second), heads)
        return strongest

    def crossed(self, left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
        """Return rows of the left record, rows of the right one, and the pair they belong to."""
        starts = self.starts if self.starts is not None else np.zeros(1, np.int64)
        sizes = np.diff(starts)
        wide = sizes[right]
        many = sizes[left] * wide
        pair = np.repeat(np.arange(len(left), dtype=np.int64), many)
        place = np.arange(len(pair), dtype=np.int64) - np.repeat(np.cumsum(many) - many, many)
        width = np.maximum(wide[pair], 1)
        return starts[left][pair] + place // width, starts[right][pair] + place % width, pair


def coded(texts: Column) -> Words:
    """Code a column of texts; null has no code."""
    encoded = texts.dictionary_encode()
    if isinstance(encoded, pa.Array):
        return Words(codes_of(encoded.indices), encoded.dictionary)
    if not encoded.num_chunks:
        return Words(np.zeros(0, np.int32), pa.array([], texts.type))
    codes = np.concatenate([codes_of(chunk.indices) for chunk in encoded.chunks])
    return Words(codes, encoded.chunk(0).dictionary)


def together(columns: Iterable[Column]) -> pa.ChunkedArray:
    """Put columns of one type below each other, without copying them."""
    kept = list(columns)
    parts = (column.chunks if isinstance(column, pa.ChunkedArray) else [column] for column in kept)
    return pa.chunked_array([chunk for chunks in parts for chunk in chunks], kept[0].type)


def codes_of(indices: pa.Array) -> Codes:
    """Return arrow's indices as codes, null as ``ABSENT``."""
    whole = indices.fill_null(ABSENT) if indices.null_count else indices
    return whole.to_numpy(zero_copy_only=False)


def recoded(words: Words, values: pa.Array) -> Words:
    """Replace each value; values that became equal share a code, null has none."""
    if values.equals(words.values):
        return words
    merged = coded(values)
    return Words(np.append(merged.codes, np.int32(ABSENT))[words.codes], merged.values)


def mixed(numbers: NDArray[np.generic]) -> Hashes:
    """Spread 64-bit numbers over all 64 bits, 0 staying 0; equal in, equal out, on any machine."""
    with np.errstate(over="ignore"):
        hashes = numbers.astype(np.uint64) * _ODD
        hashes ^= hashes >> np.uint64(32)
        hashes *= _ODDER
        hashes ^= hashes >> np.uint64(29)
    return hashes


def run_lengths(ordered: Hashes) -> tuple[Hashes, Ints]:
    """Return the distinct values of a sorted array and how often each occurs."""
    if not len(ordered):
        return ordered, np.zeros(0, np.int64)
    heads = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return ordered[heads], np.diff(np.append(heads, len(ordered)))
