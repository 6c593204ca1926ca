"""The words that two companies' names share: rare ones tell much, common ones next to nothing.

The level of agreement says how much of the names is shared; this says how seldom chance does it.
Strangers share words of rarity S about 2^-S times as often as names have them, so a pair is worth
S bits more, less what its level is worth already (see ``learn_wording``).
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level
from matching.organisations.names import compare_names
from matching.organisations.words import WordCounts, count_words
from matching.table.columns import Ints
from matching.table.companies import Companies
from matching.weights.frequencies import Bits

_LEAST, _MOST = -5.8, 2.9
"""Bounds of one adjustment, in bits: words of one name are not independent of each other."""
_CODES = CODES[Field.COMPANY]
_SHARING = (
    Level.SAME, Level.VARIANT, Level.CLOSE, Level.LONGER, Level.PART, Level.MOST, Level.SOME,
)  # fmt: skip
"""The levels at which words are shared."""


class Wording(NamedTuple):
    """What a table teaches of its companies' words."""

    counts: WordCounts
    usual: Mapping[int, float]
    """By level: the bits that shared words are worth on average there."""


def shared_bits(companies: Companies, left: Ints, right: Ints) -> Bits:
    """Return how rare the words are that the names of each pair share, in bits."""
    codes = companies.words.codes
    found = compare_names(companies.book, companies.rarity, codes[left], codes[right])
    bits: Bits = found.shared / np.log(2)
    return bits


def learn_wording(companies: Companies, compared: Compared, shared: Bits, chances: Bits) -> Wording:
    """Learn what shared words are usually worth, from pairs and their chances of being one."""
    levels, usual = compared[Field.COMPANY], {}
    for code in map(_CODES.__getitem__, _SHARING):
        at = np.flatnonzero(levels == code)
        if len(at):
            weights = chances[at] + 1e-9
            usual[code] = float(-np.log2((weights * np.exp2(-shared[at])).sum() / weights.sum()))
    return Wording(companies.counts or count_words(companies.book), usual)


def wording_bits(known: Wording, compared: Compared, shared: Bits) -> Bits:
    """Return what the rarity of each pair's shared words adds or takes."""
    found = np.zeros(len(shared))
    for code, usual in known.usual.items():
        at = np.flatnonzero(compared[Field.COMPANY] == code)
        found[at] = np.clip(shared[at] - usual, _LEAST, _MOST)
    return found
