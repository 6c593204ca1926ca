"""The names of a table: given, middle and family name of every record.

In: columns of names. Out: ``Names``: which of the book's distinct spellings each record has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import (
    ABSENT,
    Codes,
    Column,
    Flags,
    Hashes,
    Ints,
    Words,
    coded,
    mixed,
    recoded,
    together,
)
from matching.table.folding import folded
from matching.table.namebook import NameBook, book_of
from matching.text.names import TELLING, bare_words, in_parts


@dataclass(frozen=True)
class Names:
    """Which names each record has, as places in the book; ``ABSENT`` where it has none."""

    book: NameBook
    given: Words
    family: Words
    middle: Words | None
    generation: NDArray[np.int8]
    """1 for senior, 2 for junior and so on; 0 where nothing is said."""
    certain: Flags
    """Which of two columns was the given name was said, not guessed."""

    @cached_property
    def heard(self) -> tuple[Words, Words]:
        """Given and family names by how they sound, where that joins Latin and other letters."""
        foreign = self.book.foreign
        sounds, which = np.unique(self.book.sounds, return_inverse=True)
        across = np.bincount(which[foreign], minlength=len(sounds)) > 0
        across &= np.bincount(which[~foreign], minlength=len(sounds)) > 0
        codes = np.append(np.where(across[which], which, ABSENT), ABSENT).astype(np.int32)
        values = pa.array(sounds)
        return Words(codes[self.given.codes], values), Words(codes[self.family.codes], values)

    def whole(self, records: Ints | None = None) -> Hashes:
        """Return given and family name of records (default: all) in one hash; 0 where one lacks."""
        return _joined(self.given, self.family, self.book.hashes, records)

    def heard_whole(self, records: Ints | None = None) -> Hashes:
        """Return the same of the names by how they sound, in every script alike."""
        given, family = self.heard
        return _joined(given, family, given.hashes, records)


def _joined(given: Words, family: Words, hashes: Hashes, records: Ints | None) -> Hashes:
    one, other = (
        side.codes if records is None else side.codes[records] for side in (given, family)
    )
    with np.errstate(over="ignore"):
        both = mixed(hashes)[one] + hashes[other]
    both[(one < 0) | (other < 0)] = 0
    return both


def read_names(columns: Mapping[str, Column], rows: int) -> Names:
    """Read the columns ``given``, ``middle``, ``family``, ``suffix`` of a table; one at least."""
    kinds = [kind for kind in ("given", "family", "middle", "suffix") if kind in columns]
    whole = coded(together(columns[kind] for kind in kinds))
    words = recoded(whole, folded(whole.values))
    words, generations = _without_titles(words)
    nobody = np.full(rows, ABSENT, np.int32)
    codes = {kind: words.codes[i * rows : (i + 1) * rows] for i, kind in enumerate(kinds)}
    given, family, middle = (codes.get(kind, nobody) for kind in ("given", "family", "middle"))
    values, given, family, certain = _split_singles(words.values, given, family)
    return Names(
        book_of(values),
        Words(given, values),
        Words(family, values),
        Words(middle, values) if "middle" in columns else None,
        generations.reshape(len(kinds), rows).max(axis=0),
        certain,
    )


def _without_titles(words: Words) -> tuple[Words, NDArray[np.int8]]:
    """Take titles and generations off every value; return each row's generation too."""
    generations = np.zeros(len(words.values), np.int8)
    bare: dict[int, str | None] = {}
    for place in _telling(words.values):
        text = words.values[place].as_py()
        kept, generations[place] = bare_words(text)
        if kept != text:
            bare[place] = kept or None
    said = words.of(generations)
    if not bare:
        return words, said
    mask = np.zeros(len(words.values), np.bool_)
    mask[list(bare)] = True
    values = pc.replace_with_mask(words.values, mask, pa.array(list(bare.values()), pa.string()))
    return recoded(words, values), said


def _telling(values: pa.Array) -> list[int]:
    """Return the places of the values that hold a title or a generation."""
    found = pc.match_substring_regex(values, pattern=TELLING).fill_null(False)
    return np.flatnonzero(found.to_numpy(zero_copy_only=False)).tolist()


def _split_singles(
    values: pa.Array, given: Codes, family: Codes
) -> tuple[pa.Array, Codes, Codes, Flags]:
    """Tell given from family name where one column holds both; say where that is a guess."""
    single = (given >= 0) != (family >= 0)
    certain = ~single
    if not single.any():
        return values, given, family, certain
    held = np.where(given >= 0, given, family)
    numbers = np.unique(held[single])
    alone = np.isin(numbers, family[single])
    split = [
        in_parts(text, family_only=only)
        for text, only in zip(values.take(pa.array(numbers)).to_pylist(), alone, strict=True)
    ]
    known = np.array([parts is not None for parts in split])
    if not known.any():
        return values, given, family, certain
    parts = [part for part in split if part is not None]
    firsts, lasts = (pa.array([part[side] for part in parts], pa.string()) for side in (0, 1))
    merged = coded(pa.concat_arrays([values, firsts, lasts]))
    base, half = len(values), len(parts)
    place = np.full(base + 1, ABSENT)
    place[numbers[known]] = np.arange(half)
    renamed = np.append(merged.codes[:base], np.int32(ABSENT))
    given, family, at = renamed[given], renamed[family], place[np.where(single, held, base)]
    halves = np.append(merged.codes[base:], np.int32(ABSENT))
    given = np.where(at >= 0, halves[at], given)
    family = np.where(at >= 0, halves[np.where(at >= 0, at + half, -1)], family)
    return merged.values, given, family, certain
