"""Which words two names have in common, for many pairs at once; no word counts twice."""

from typing import NamedTuple

import numpy as np

from matching.organisations.book import CompanyBook, Flags, Floats, Ints
from matching.organisations.words import alike


class Overlap(NamedTuple):
    """What the names of each pair have in common, in weights of words (see ``words``)."""

    shared: Floats
    left_mass: Floats
    right_mass: Floats
    left_share: Floats
    """Of the left name's weight, how much has a counterpart."""
    right_share: Floats
    left_over: Ints
    """Words of the left name that have none."""
    right_over: Ints

    @property
    def cosine(self) -> Floats:
        """One number for both shares."""
        cosine: Floats = np.sqrt(self.left_share * self.right_share)
        return cosine


class _Crossing(NamedTuple):
    """Every word of the left name against every word of the right one, for all pairs."""

    pair: Ints
    one: Ints
    """The place of the left word in ``book.words``."""
    other: Ints
    left: Ints
    """The place of the left word among all left words of all pairs."""
    right: Ints


def overlap(book: CompanyBook, rarity: Floats, left: Ints, right: Ints) -> Overlap:
    """Match the words of the names of each pair: equal ones, then the most alike of the rest."""
    crossing = _cross(book, left, right)
    equal = book.words[crossing.one] == book.words[crossing.other]
    factor = equal.astype(np.float64)
    _match_rest(book, crossing, equal, factor)
    matched = np.flatnonzero(factor)
    weigh = rarity[book.words]
    lighter = np.minimum(weigh[crossing.one[matched]], weigh[crossing.other[matched]])
    pair = crossing.pair[matched]
    own = _sums(np.repeat(np.arange(book.size), book.lengths), weigh, book.size)
    sides: list[tuple[Floats, Floats, Ints]] = []
    for names, places in ((left, crossing.one), (right, crossing.other)):
        agreed = _sums(pair, factor[matched] * weigh[places[matched]], len(left))
        over = book.lengths[names] - np.bincount(pair, minlength=len(left))
        sides.append((own[names], agreed / np.maximum(own[names], 1e-9), over))
    (left_mass, left_share, left_over), (right_mass, right_share, right_over) = sides
    return Overlap(
        _sums(pair, factor[matched] * lighter, len(left)),
        left_mass,
        right_mass,
        left_share,
        right_share,
        left_over,
        right_over,
    )


def _sums(places: Ints, weights: Floats, size: int) -> Floats:
    """Sum the weights that fall on each place."""
    return np.bincount(places, weights, size).astype(np.float64, copy=False)


def _cross(book: CompanyBook, left: Ints, right: Ints) -> _Crossing:
    wide, many = book.lengths[right], book.lengths[left]
    cells = wide * many
    pair = np.repeat(np.arange(len(left)), cells)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(cells) - cells, cells)
    row, column = place // wide[pair], place % wide[pair]
    return _Crossing(
        pair,
        book.starts[left][pair] + row,
        book.starts[right][pair] + column,
        (np.cumsum(many) - many)[pair] + row,
        (np.cumsum(wide) - wide)[pair] + column,
    )


def _match_rest(book: CompanyBook, crossing: _Crossing, equal: Flags, factor: Floats) -> None:
    """Match words that have no equal: two words that are each other's most alike."""
    lonely = _lonely(crossing.left, equal) & _lonely(crossing.right, equal)
    rest = np.flatnonzero(lonely)
    found = alike(book, book.words[crossing.one[rest]], book.words[crossing.other[rest]])
    rest, found = rest[found > 0], found[found > 0]
    best = _best(crossing.left[rest], found) & _best(crossing.right[rest], found)
    factor[rest[best]] = found[best]


def _lonely(words: Ints, equal: Flags) -> Flags:
    """Tell which cells are of a word without an equal."""
    taken = np.zeros(int(words.max(initial=-1)) + 1, np.bool_)
    taken[words[equal]] = True
    return ~taken[words]


def _best(words: Ints, found: Floats) -> Flags:
    """Mark for each word the one cell that is most alike; the first of equals."""
    order = np.lexsort((np.arange(len(words)), -found, words))
    first = np.ones(len(words), np.bool_)
    first[1:] = words[order][1:] != words[order][:-1]
    best = np.zeros(len(words), np.bool_)
    best[order[first]] = True
    return best
