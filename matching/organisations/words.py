"""Words of company names: how rare each is, and which two are one word written differently.

A shared "Featherstonehaugh" tells much, a shared "services" next to nothing: a word weighs
log(names / names that hold it), in nats (the inverse document frequency of Spärck Jones 1972).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.organisations.book import Codes, CompanyBook, Flags, Floats, Ints, Texts, distinct

MISTYPED, SHORTENED = 0.92, 0.85
"""How much of a word's weight counts if its counterpart is a slip away, or abbreviates it."""
_IMAGINED, _USUAL = 100, 0.002
"""Names imagined beside those seen, and the part of them that holds any one word: in a table of two
names a word is not common because both hold it."""
_COMMON = 2
"""A word that more names hold is worth remembering; all others count as rare."""
_SLIP, _TWO_SLIPS = 5, 8
"""Letters of the longer word from which a slip counts, or two: Acme and Acne are two companies."""
_SLIPS = 2
_STEM = 3
"""Shortest abbreviation."""
_BONY = 5
"""Longest abbreviation that leaves letters out inside: pkg, mfg, instr."""
_VOWELS = frozenset("aeiou")


class WordCounts(NamedTuple):
    """How common words are among a table's names; kept with the model."""

    names: int
    common: Mapping[str, int]

    def rarity(self, words: Texts) -> Floats:
        """Return what each word weighs."""
        counts = np.fromiter((self.common.get(word, 1) for word in words), np.float64, len(words))
        return np.log((self.names + _IMAGINED) / (counts + _IMAGINED * _USUAL))


def count_words(book: CompanyBook) -> WordCounts:
    """Count in how many distinct cores each word is; copies of one name count once."""
    often = np.flatnonzero(book.counts >= _COMMON)
    common = zip(book.vocabulary[often].tolist(), book.counts[often].tolist(), strict=True)
    return WordCounts(book.size, dict(common))


def alike(book: CompanyBook, one: Codes, other: Codes) -> Floats:
    """Return for pairs of different words how much of their weight counts; 0 for two words."""
    left, right, which = distinct(one, other)
    glance = book.glance
    same_first = glance.first[left] == glance.first[right]
    plain = glance.plain[left] & glance.plain[right]
    short = np.minimum(glance.length[left], glance.length[right])
    gap = np.abs(glance.length[left] - glance.length[right])
    found = np.zeros(len(left))
    cut = np.flatnonzero(plain & same_first & (short >= _STEM) & (gap > 0))
    found[cut[_shortened(book, left[cut], right[cut])]] = SHORTENED
    long = plain & (short + gap >= _SLIP) & (short >= _SLIP - 1)
    near = np.flatnonzero(long & (gap <= np.where(same_first, _SLIPS, 1)))
    slips = _slips(book, left[near], right[near])
    found[near[(slips <= 1) | ((slips <= _SLIPS) & (short[near] >= _TWO_SLIPS))]] = MISTYPED
    return found[which]


def _slips(book: CompanyBook, one: Ints, other: Ints) -> NDArray[np.int32]:
    words = book.vocabulary
    return process.cpdist(
        words[one], words[other], scorer=OSA.distance, score_cutoff=_SLIPS, dtype=np.int32
    )


def _shortened(book: CompanyBook, one: Ints, other: Ints) -> Flags:
    """Tell which pairs are a word and its beginning, or a word and what is left without vowels."""
    turned = book.glance.length[one] > book.glance.length[other]
    short = book.vocabulary[np.where(turned, other, one)]
    long = book.vocabulary[np.where(turned, one, other)]
    return np.fromiter(
        (b.startswith(a) or _bones_of(a, b) for a, b in zip(short, long, strict=True)),
        np.bool_,
        len(short),
    )


def _bones_of(short: str, long: str) -> bool:
    if len(short) > _BONY or not _VOWELS.isdisjoint(short[1:]):
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)
