"""Namesakes: two people who share a whole name are more than chance would make.

Given and family names go together: a Greek family name makes a Greek given name likely, and there
are more people called 李伟 than the frequencies of 李 and of 伟 would give. In: a frame and what
pairs weigh. Out: bits to take from a shared whole name, as counted and by how rare it is.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Flags, Hashes, Ints, Words
from matching.table.frame import Frame
from matching.table.names import Names
from matching.text.script import Script
from matching.weights.frequencies import HEARD, RARE, Bits, Frequencies, Told, columns

WHOLE = "whole name"
_BINS = 64
"""Rarity of a whole name, in bits by which chance would make it."""
_IMAGINED = 5.0
"""Pairs of namesakes that chance is credited with at every rarity."""
_MOST = 8.7
_SAME_GIVEN = CODES[Field.GIVEN][Level.SAME]
_SAME_FAMILY = CODES[Field.FAMILY][Level.SAME]
_HEARD = CODES[Field.GIVEN][Level.TRANSLITERATED], CODES[Field.FAMILY][Level.TRANSLITERATED]
_SWAPPED = CODES[Field.GIVEN][Level.REORDERED], CODES[Field.FAMILY][Level.REORDERED]


class Heard(NamedTuple):
    """How common names are by how they sound, whatever script they are written in."""

    given: Frequencies
    family: Frequencies
    whole: Frequencies


class Namesakes(NamedTuple):
    """What a table teaches of people who share a whole name."""

    given: Frequencies
    family: Frequencies
    whole: Frequencies
    copies: float
    excess: Bits
    """By script and rarity: how many times more such pairs of strangers there are than chance
    makes, in bits."""
    heard: Heard | None = None
    """The same of names by how they sound, where several scripts meet."""


def same_names(compared: Compared) -> Ints:
    """Return the pairs whose given and family names are the same."""
    same = (compared[Field.GIVEN] == _SAME_GIVEN) & (compared[Field.FAMILY] == _SAME_FAMILY)
    return np.flatnonzero(same)


class Sharing:
    """How telling whole names are in one table, by what is known of namesakes."""

    def __init__(self, known: Namesakes, frame: Frame, names: Names) -> None:
        self._known, self._names = known, names
        table = columns(frame)
        self._told = [
            Told(table[field], partial(_seldom, frequencies, known.copies))
            for field, frequencies in ((Field.GIVEN, known.given), (Field.FAMILY, known.family))
        ]
        self._heard: list[Told] = []
        if known.heard is not None and HEARD[Field.GIVEN] in table:
            self._heard = [
                Told(table[name], partial(_seldom, frequencies, known.copies))
                for name, frequencies in zip(HEARD.values(), known.heard[:2], strict=True)
            ]

    def taken(self, left: Ints, compared: Compared) -> Bits:
        """Return what each pair's shared whole name takes, at most 0; 0 where it is not shared."""
        found = np.zeros(len(left))
        pairs = same_names(compared)
        found[pairs] = -self._excess(left[pairs], self.rarity(left[pairs]))
        return found

    def taken_swapped(self, pairs: tuple[Ints, Ints, Compared], told: float) -> Bits:
        """Return what each pair's names take that are the same but for their columns, at most 0.

        ``told`` is what swapped names tell on average. They tell no more than the name in its usual
        order would: half of those who are called Li Wei stand somewhere as Wei Li.
        """
        left, right, compared = pairs
        found = np.zeros(len(left))
        given, family = self._names.given.codes, self._names.family.codes
        crossed = (compared[Field.GIVEN] == _SWAPPED[0]) & (compared[Field.FAMILY] == _SWAPPED[1])
        same = (given[left] == family[right]) & (family[left] == given[right])
        swapped = np.flatnonzero(crossed & same)
        # A family name is rare among given names: who has the columns right has the commoner ones.
        usual = [
            rarity - self._excess(side[swapped], rarity)
            for side in (left, right)
            for rarity in (self.rarity(side[swapped]),)
        ]
        found[swapped] = np.minimum(np.minimum(*usual) - told, 0)
        return found

    def taken_heard(self, left: Ints, compared: Compared) -> Bits:
        """Return what each pair's names take that are alike in Latin letters only, at most 0.

        As with names that are the same: those who are called 李伟 also stand somewhere as Wei Li.
        """
        found = np.zeros(len(left))
        given, family = compared[Field.GIVEN], compared[Field.FAMILY]
        pairs = np.flatnonzero((given == _HEARD[0]) & (family == _HEARD[1]))
        if self._known.heard is not None and self._heard and len(pairs):
            records = left[pairs]
            rarity = self._heard[0](records) + self._heard[1](records)
            many = self._names.heard_whole(records)
            found[pairs] = -np.clip(self._counted(rarity, self._known.heard.whole, many), 0, _MOST)
        return found

    def rarity(self, records: Ints) -> Bits:
        """Return how rare chance would make the names of these records, in bits."""
        given, family = (told(records) for told in self._told)
        return given + family

    def _excess(self, records: Ints, rarity: Bits) -> Bits:
        """Return how many times commoner whole names are than chance makes them, in bits."""
        known = self._known
        excess = known.excess[_script(self._names, records), _bin(rarity)]
        counted = self._counted(rarity, known.whole, self._names.whole(records))
        return np.clip(np.maximum(excess, counted), 0, _MOST)

    def _counted(self, rarity: Bits, whole: Frequencies, hashes: Hashes) -> Bits:
        """Return how many times commoner the table shows whole names to be, in bits."""
        many = whole.of(hashes).astype(float)
        sure = np.maximum(_surely(many, self._known.copies), 0) / max(whole.known, 1)
        return rarity + np.log2(np.maximum(sure, 2.0**-_BINS))


def crowds(whole: Frequencies, copies: float) -> Frequencies:
    """Keep the whole names that are sure to be those of more than one customer."""
    kept = _surely(whole.counts.astype(float), copies) > 0
    return Frequencies(whole.known, whole.hashes[kept], whole.counts[kept])


def _surely(many: Bits, copies: float) -> Bits:
    """Return how many records of a name are sure to be more than one customer's own copies."""
    return many - copies - 2 * np.sqrt(many)


def learn_excess(
    known: Namesakes, frame: Frame, names: Names, weighed: tuple[Ints, Bits], pairs: float
) -> Namesakes:
    """Learn by how much chance falls short, from how many pairs weigh as strangers.

    ``weighed`` are the left records of the pairs whose whole names are the same, and the pairs'
    weights; ``pairs`` is how many pairs the table's records can form.
    """
    left, bits = weighed
    rarity = _bin(Sharing(known, frame, names).rarity(left))
    strangers = 1 / (1 + np.exp2(np.clip(bits, -60, 60)))
    scripts = _script(names, left)
    excess = np.zeros((len(Script), _BINS))
    for script in np.unique(names.book.scripts):
        of = scripts == script
        seen = np.bincount(rarity[of], strangers[of], _BINS)
        one, other = (
            _chances(words, names.book.scripts == script, known.copies)
            for words in (names.given, names.family)
        )
        chance = pairs * np.convolve(one, other)[:_BINS]
        found = np.log2((seen + _IMAGINED) / (chance + _IMAGINED))
        # Who has a given name in Greek letters has a Greek family name: chance counts that twice.
        excess[script] = np.maximum(found, _once(names, script))
    return known._replace(excess=excess)


def _bin(rarity: Bits) -> Ints:
    return np.minimum(rarity, _BINS - 1).astype(np.int64)


def _script(names: Names, records: Ints) -> Ints:
    return names.book.scripts[names.given.codes[records]].astype(np.int64)


def _once(names: Names, script: int) -> float:
    """Return the bits by which a script is rare among those who have a given name; at least 0."""
    counts = names.given.counts
    share = counts[names.book.scripts == script].sum() / max(counts.sum(), 1)
    return float(-np.log2(max(share, 2.0**-_BINS)))


def _seldom(known: Frequencies, copies: float, hashes: Hashes) -> Bits:
    """Return how seldom chance gives somebody each name, in bits."""
    many = np.maximum(known.of(hashes) - copies, RARE)
    return -np.log2(many / max(known.known, 1))


def _chances(words: Words, chosen: Flags, copies: float) -> Bits:
    """Return, by rarity, how often two strangers share one of the chosen values."""
    known = max(int(words.counts.sum()), 1)
    counts = words.counts[chosen & (words.counts > 0)]
    many = np.maximum(counts - copies, RARE) / known
    return np.bincount(_bin(-np.log2(many)), counts / known * many, _BINS)
