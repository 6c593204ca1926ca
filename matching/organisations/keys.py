"""What company names are found by: hashes that two records of one organisation likely share.

Rare words find most; pairs of words find names of common ones; the bag finds turned names, initials
find acronyms, bones find other vowels and other scripts, the stem finds what goes on differently.
In: a ``CompanyBook``. Out: hashes for each core, equal in any run and on any machine; 0 is none.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.organisations.book import ABSENT, CompanyBook, Floats, Ints

Hashes = NDArray[np.uint64]

_RAREST = 3
"""Words of a name that are paired: what names share, they share among these."""
_STEM = 6
_BONES = 3
"""Fewest consonants that tell anything."""
_ODD = np.uint64(0x9E3779B97F4A7C15)


class ManyKeys(NamedTuple):
    """Several keys a core: ``hashes[starts[c]:starts[c + 1]]``."""

    starts: Ints
    hashes: Hashes


class CompanyKeys(NamedTuple):
    """The keys of each core."""

    words: ManyKeys
    pairs: ManyKeys
    """Of its rarest words, any two."""
    bag: Hashes
    initials: Hashes
    bones: Hashes
    stem: Hashes
    rarest: Hashes
    """Its rarest word: to be joined with a town or a street."""


def company_keys(book: CompanyBook, rarity: Floats) -> CompanyKeys:
    """Make the keys of every core; ``rarity`` is that of the book's words (see ``words``)."""
    known = _hashed(book.vocabulary)
    words = known[book.words]
    places = _by_rarity(book, rarity, words)
    pairs, rarest = _rarest(book, words, places)
    return CompanyKeys(
        ManyKeys(book.starts, words),
        pairs,
        _sums(book, words),
        _initials(book),
        _hashed(bones if len(bones) >= _BONES else "" for bones in book.bones),
        _hashed(joined[:_STEM] for joined in book.joined),
        rarest,
    )


def _hashed(texts: Iterable[str]) -> Hashes:
    numbers = [
        int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little") if text else 0
        for text in texts
    ]
    return np.array(numbers, np.uint64)


def _by_rarity(book: CompanyBook, rarity: Floats, words: Hashes) -> Ints:
    """Return the places of the words, core by core, in each the rarest first."""
    core = np.repeat(np.arange(book.size), book.lengths)
    return np.lexsort((words, -rarity[book.words], core))


def _rarest(book: CompanyBook, words: Hashes, places: Ints) -> tuple[ManyKeys, Hashes]:
    """Return any two of each core's rarest words as one key, in either order, and the rarest."""
    heads = book.starts[:-1]
    found, owners = [], []
    with np.errstate(over="ignore"):
        for one in range(_RAREST):
            for other in range(one + 1, _RAREST):
                core = np.flatnonzero(book.lengths > other)
                pair = words[places[heads[core] + one]] + words[places[heads[core] + other]]
                found.append(pair * _ODD)
                owners.append(core)
    owner = np.concatenate(owners)
    order = np.argsort(owner, kind="stable")
    starts = np.searchsorted(owner[order], np.arange(book.size + 1))
    return ManyKeys(starts, np.concatenate(found)[order]), words[places[heads]]


def _sums(book: CompanyBook, words: Hashes) -> Hashes:
    """Return one hash for each core's words in any order."""
    with np.errstate(over="ignore"):
        return np.add.reduceat(words * _ODD, book.starts[:-1]) if book.size else words


def _initials(book: CompanyBook) -> Hashes:
    """Return one hash for an acronym and for the names it may abbreviate, 0 for other names."""
    letters = [
        "".join(sorted(joined if solo != ABSENT else (word[0] for word in book.words_of(core))))
        if solo != ABSENT or initials != ABSENT
        else ""
        for core, (joined, solo, initials) in enumerate(
            zip(book.joined, book.solo, book.initials, strict=True)
        )
    ]
    return _hashed(letters)
