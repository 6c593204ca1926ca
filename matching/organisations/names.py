"""Two companies' names: which words they share, how rare those are, and what each has alone.

A word that only one of two names has speaks against a match the more, the rarer it is; if each
has one ("Acme Foods", "Acme Motors") they are likely two. In: cores of a ``CompanyBook``. Out: an
ordered level a pair, and how much rarity the shared words carry.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matching.organisations.book import ABSENT, CompanyBook, Flags, Floats, Ints, distinct
from matching.organisations.overlap import Overlap, overlap

Levels = NDArray[np.int8]

_CELLS = 4_000_000
"""Words of one name against words of the other that are held in memory at once."""
_LITTLE, _SOME, _MOST = 0.2, 0.4, 0.6
"""Shares of the names' weight that agree."""
_HALF = 0.5
_RATIO = 80
"""Likeness of the letters, in percent, that counts as a little in common."""
_GLUED, _MAYBE_GLUED = 86, 75
_GLUED_WORDS, _GLUED_LETTERS, _GLUED_SHARE = 2, 6, 0.3
_BONES = 3


class NameLevel(IntEnum):
    """How far two names of companies agree, weakest first; 0 says nothing."""

    DIFFERENT = 1
    LITTLE = 2
    """Something common in both."""
    SOME = 3
    """A good part is common, and each has words of its own."""
    MOST = 4
    """Most is common, and each has a word of its own, or their numbers differ."""
    TRANSLITERATED = 5
    ACRONYM = 6
    PART = 7
    """One is a small part of the other."""
    LONGER = 8
    """One has a word more."""
    CLOSE = 9
    """Every word has a counterpart, some mistyped or abbreviated."""
    OTHER_FORM = 10
    """The same but for the legal form."""
    SAME = 11


class NameEvidence(NamedTuple):
    """What two names say, a pair an entry."""

    levels: Levels
    shared: Floats
    """How rare the words are that they share, in nats."""


def compare_names(book: CompanyBook, rarity: Floats, left: Ints, right: Ints) -> NameEvidence:
    """Compare names by their place among the texts of the book; ``ABSENT`` is no name."""
    core = np.append(book.core, np.int32(ABSENT))
    one, other = core[left], core[right]
    known = np.flatnonzero((one != ABSENT) & (other != ABSENT))
    levels, shared = np.zeros(len(left), np.int8), np.zeros(len(left))
    low, high, which = distinct(one[known], other[known])
    found = [_compare(book, rarity, a, b) for a, b in _parts(book, low, high)]
    if found:
        levels[known] = np.concatenate([part.levels for part in found])[which]
        shared[known] = np.concatenate([part.shared for part in found])[which]
    form = np.append(book.form, np.int32(0))
    apart = (form[left] != form[right]) & (form[left] > 0) & (form[right] > 0)
    levels[(levels == NameLevel.SAME) & apart] = NameLevel.OTHER_FORM
    return NameEvidence(levels, shared)


def _parts(book: CompanyBook, low: Ints, high: Ints) -> Iterator[tuple[Ints, Ints]]:
    """Cut the pairs into parts that fit into memory."""
    cells = np.cumsum(book.lengths[low] * book.lengths[high])
    cuts = np.searchsorted(cells, np.arange(_CELLS, int(cells[-1:].sum()), _CELLS))
    for part in np.split(np.arange(len(low)), cuts):
        if len(part):
            yield low[part], high[part]


def _compare(book: CompanyBook, rarity: Floats, left: Ints, right: Ints) -> NameEvidence:
    common = overlap(book, rarity, left, right)
    levels = _by_words(common)
    apart = np.flatnonzero((common.left_over > 0) & (common.right_over > 0))
    ratios = _ratios(book, left[apart], right[apart])
    levels[apart[(ratios >= _RATIO) & (levels[apart] == NameLevel.DIFFERENT)]] = NameLevel.LITTLE
    few = np.minimum(common.left_over, common.right_over)[apart] <= _GLUED_WORDS
    maybe = apart[
        (ratios >= _GLUED) | (few & (ratios > 0) & (common.cosine[apart] >= _GLUED_SHARE))
    ]
    levels[maybe[_glued(book, left[maybe], right[maybe])]] = NameLevel.CLOSE
    _raise(levels, _abbreviate(book, left, right), NameLevel.ACRONYM)
    across = np.flatnonzero(book.script[left] != book.script[right])
    across = across[_sound_alike(book, left[across], right[across])]
    levels[across] = np.maximum(levels[across], NameLevel.TRANSLITERATED)
    numbers = book.numbers[left], book.numbers[right]
    other = (numbers[0] != numbers[1]) & (numbers[0] != ABSENT) & (numbers[1] != ABSENT)
    levels[other & (levels > NameLevel.MOST)] = NameLevel.MOST
    same = (book.bag[left] == book.bag[right]) | (book.spelt[left] == book.spelt[right])
    levels[same] = NameLevel.SAME
    whole = np.minimum(common.left_mass, common.right_mass)
    return NameEvidence(levels, np.where(same, whole, common.shared))


def _raise(levels: Levels, where: Flags, level: NameLevel) -> None:
    levels[where & (levels < level)] = level


def _by_words(common: Overlap) -> Levels:
    """Grade by the share of weight that agrees, and by who has words of its own."""
    levels = np.full(len(common.shared), NameLevel.DIFFERENT, np.int8)
    least = np.minimum(common.left_share, common.right_share)
    levels[common.cosine >= _LITTLE] = NameLevel.LITTLE
    levels[common.cosine >= _SOME] = NameLevel.SOME
    levels[least >= _MOST] = NameLevel.MOST
    contained = (common.left_over == 0) | (common.right_over == 0)
    levels[contained] = NameLevel.PART
    levels[contained & (least >= _HALF)] = NameLevel.LONGER
    levels[(common.left_over == 0) & (common.right_over == 0)] = NameLevel.CLOSE
    return levels


def _ratios(book: CompanyBook, left: Ints, right: Ints) -> Floats:
    """Return how alike the letters are, in percent; 0 if hardly."""
    found: Floats = process.cpdist(
        book.joined[left], book.joined[right],
        scorer=fuzz.ratio, score_cutoff=_MAYBE_GLUED, dtype=np.float64,
    )  # fmt: skip
    return found


def _glued(book: CompanyBook, left: Ints, right: Ints) -> Flags:
    """Tell whose own words agree once spaces are gone: PauloFreire, Printin gCompany."""
    return np.fromiter(
        (_glued_pair(book, a, b) for a, b in zip(left.tolist(), right.tolist(), strict=True)),
        np.bool_,
        len(left),
    )


def _glued_pair(book: CompanyBook, left: int, right: int) -> bool:
    mine, yours = book.words_of(left), book.words_of(right)
    one = "".join(word for word in mine if word not in yours)
    other = "".join(word for word in yours if word not in mine)
    if min(len(one), len(other)) < _GLUED_LETTERS or _digits(one) != _digits(other):
        return False
    return fuzz.ratio(one, other) >= _GLUED


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _abbreviate(book: CompanyBook, left: Ints, right: Ints) -> Flags:
    """IBM and International Business Machines."""
    solo, initials = book.solo, book.initials
    found: Flags = ((solo[left] == initials[right]) & (solo[left] != ABSENT)) | (
        (solo[right] == initials[left]) & (solo[right] != ABSENT)
    )
    return found


def _sound_alike(book: CompanyBook, left: Ints, right: Ints) -> Flags:
    one, other = book.bones[left], book.bones[right]
    return np.fromiter(
        (a == b and len(a) >= _BONES for a, b in zip(one, other, strict=True)), np.bool_, len(one)
    )
