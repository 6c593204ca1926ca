"""Names across scripts in bulk: Latin spellings against each other, by the rules of ``names``.

In: places in a ``NameBook``. Out: levels as numbers. Names of initials go to ``names`` one by one;
both give the same answer, which a test holds.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from matching.comparisons.levels import Level
from matching.comparisons.names import BONES, CLOSE, UNLIKE
from matching.comparisons.texts import likeness, reaches, take
from matching.table.columns import Flags, Ints, Levels
from matching.table.names import NameBook
from matching.text.romanise import skeleton


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
    places, which = np.unique(np.concatenate([left, right]), return_inverse=True)
    bones = pa.array(map(skeleton, take(book.roman, places).to_pylist()), pa.string())
    code = bones.dictionary_encode().indices.to_numpy()[which]
    lengths = pc.binary_length(bones).to_numpy()[which[: len(left)]]
    return code[: len(left)] == code[len(left) :], lengths >= BONES
