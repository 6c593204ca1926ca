"""Names across scripts in bulk: Latin spellings against each other, by the rules of ``names``.

In: places in a ``NameBook``. Out: levels as numbers. Names of initials go to ``names`` one by one;
both give the same answer, which a test holds.
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.comparisons.levels import Level
from matching.comparisons.names import BONES, CLOSE, ROUNDED, UNLIKE
from matching.comparisons.texts import likeness, reaches, take
from matching.table.columns import Flags, Ints, Levels
from matching.table.namebook import NameBook
from matching.text.romanise import breathed, skeleton, unrounded


def in_bulk(book: NameBook, left: Ints, right: Ints) -> Flags:
    """Tell which pairs are of two scripts, and long enough to be compared here."""
    apart = book.scripts[left] != book.scripts[right]
    return apart & book.spelt[left] & book.spelt[right]


def across_levels(book: NameBook, left: Ints, right: Ints, codes: dict[Level, int]) -> Levels:
    """Compare names of different scripts by their Latin spelling and its consonants."""
    one, other = (pc.replace_substring(take(book.roman, side), " ", "") for side in (left, right))
    alike = likeness(one, other, UNLIKE - 0.01)
    same, several = _bones(book, left, right)
    found = np.full(len(left), codes[Level.SIMILAR], np.int8)
    readable = ~book.ideographic[left] & ~book.ideographic[right]
    found[readable & ~same & ~reaches(alike, UNLIKE)] = codes[Level.DIFFERENT]
    found[(same & several) | reaches(alike, CLOSE)] = codes[Level.TRANSLITERATED]
    return found


def _bones(book: NameBook, left: Ints, right: Ints) -> tuple[Flags, Flags]:
    """Tell which pairs have the same consonants, and where these are enough to say something."""
    same, several = np.zeros(len(left), np.bool_), np.zeros(len(left), np.bool_)
    vowelless = book.abjad[left] | book.abjad[right]
    for rows, agree in ((~vowelless, _agree), (vowelless, _agree_without_vowels)):
        places, which = np.unique(np.concatenate([left[rows], right[rows]]), return_inverse=True)
        half = len(which) // 2
        same[rows], several[rows] = agree(book, places, which[:half], which[half:])
    return same, several


def _agree(book: NameBook, places: Ints, left: Ints, right: Ints) -> tuple[Flags, Flags]:
    bones = _read(skeleton, book, places)
    codes, enough = _coded(bones), _enough(bones)
    return codes[left] == codes[right], enough[left]


def _agree_without_vowels(
    book: NameBook, places: Ints, left: Ints, right: Ints
) -> tuple[Flags, Flags]:
    """Compare with what an abjad writes, and where vowels are rounded, without its w for them."""
    written = book.abjad[places]
    full, loose = _read(breathed, book, places), _read(unrounded, book, places[written])
    codes, enough = _coded(pa.concat_arrays([full, loose])), _enough(full)
    unvoiced = np.full(len(places), -1, np.int64)
    unvoiced[written] = codes[len(places) :]
    rounded = pc.match_substring_regex(take(book.roman, places), ROUNDED.pattern)
    vowels = rounded.to_numpy(zero_copy_only=False)
    same, several = codes[left] == codes[right], enough[left]
    for one, other in ((left, right), (right, left)):
        spoken = ~same & vowels[other] & (unvoiced[one] == codes[other])
        same[spoken], several[spoken] = True, enough[other[spoken]]
    return same, several


def _read(way: Callable[[str], str], book: NameBook, names: Ints) -> pa.Array:
    return pa.array(map(way, take(book.roman, names).to_pylist()), pa.string())


def _coded(bones: pa.Array) -> NDArray[np.int32]:
    return bones.dictionary_encode().indices.to_numpy()


def _enough(bones: pa.Array) -> Flags:
    return pc.binary_length(bones).to_numpy() >= BONES
