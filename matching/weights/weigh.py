"""The weight of many pairs: evidence in bits, summed. The explanation *is* the score."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.weights.frequencies import Bits, adjust, adjustments, columns
from matching.weights.model import KindModel
from matching.weights.namesakes import namesake_bits, swapped_bits
from matching.weights.patterns import patterns_of
from matching.weights.trained import Trained
from matching.weights.wording import shared_bits, wording_bits

_SWAPPED = {field: CODES[field][Level.REORDERED] for field in (Field.GIVEN, Field.FAMILY)}


class Weighed(NamedTuple):
    """Pairs with their weights: log2 of the odds that each is one customer."""

    left: Ints
    right: Ints
    bits: Bits
    compared: Compared
    rarity: Mapping[str, Bits]
    """By field: what the shared value's frequency added or took."""

    def at(self, chosen: NDArray[np.bool_] | Ints) -> "Weighed":
        """Return some of the pairs."""
        return Weighed(
            self.left[chosen],
            self.right[chosen],
            self.bits[chosen],
            {field: levels[chosen] for field, levels in self.compared.items()},
            {field: bits[chosen] for field, bits in self.rarity.items()},
        )


def joined(one: Weighed, other: Weighed) -> Weighed:
    """Put pairs together that were weighed apart."""
    return Weighed(
        np.concatenate([one.left, other.left]),
        np.concatenate([one.right, other.right]),
        np.concatenate([one.bits, other.bits]),
        {
            field: np.concatenate([one.compared[field], other.compared[field]])
            for field in one.compared
        },
        {field: np.concatenate([one.rarity[field], other.rarity[field]]) for field in one.rarity},
    )


def rivals_feel(weights: KindModel, field: str) -> NDArray[np.float64]:
    """Return 1 for each rival whose pairs agree in a field as strangers do, else 0.

    For these a rare value is as telling against the rival as against strangers. So it is for a
    company's name, which is one name for all but namesakes, even where it is partly shared.
    """
    base = field.partition(":")[0]
    rivals = weights.rivals.values()
    if base == Field.COMPANY:
        return np.array([float(not rival.namesakes) for rival in rivals])
    return np.array([float(base not in rival.shares) for rival in rivals])


def weigh(frame: Frame, trained: Trained, left: Ints, right: Ints, compared: Compared) -> Weighed:
    """Sum the evidence of compared pairs under a model."""
    weights = trained.weights
    patterns = patterns_of(compared)
    own = np.full(len(patterns.counts), weights.prior_bits)
    against = np.repeat(np.array(weights.rival_bits)[:, None], len(patterns.counts), axis=1)
    against = against.reshape(len(weights.rivals), len(patterns.counts))
    for field, levels in patterns.levels.items():
        told, rivals = weights.arrays(field)
        own += told[levels]
        against += rivals[:, levels]
    total, other = own[patterns.pairs], against[:, patterns.pairs]
    rarity: dict[str, Bits] = {}
    table = adjustments(columns(frame), trained.frequencies, trained.expected)
    for adjustment in table:
        if adjustment.field not in compared:
            continue
        bits = adjust(adjustment, trained.copies, compared[adjustment.field], left, right)
        rarity[adjustment.field] = rarity.get(adjustment.field, 0) + bits
        total = total + bits
        other += np.outer(rivals_feel(weights, adjustment.field), bits)
    if trained.namesakes is not None and frame.names is not None:
        known, names = trained.namesakes, frame.names
        taken = namesake_bits(known, frame, names, left, compared)
        told = sum(weights.arrays(field)[0][_SWAPPED[field]] for field in _SWAPPED)
        taken += swapped_bits(known, frame, names, (left, right, compared), told)
        rarity[Field.GIVEN] = rarity.get(Field.GIVEN, 0) + taken
        total = total + taken
        other += np.outer(rivals_feel(weights, Field.GIVEN), taken)
    if trained.wording and frame.companies and Field.COMPANY in compared:
        told = wording_bits(trained.wording, compared, shared_bits(frame.companies, left, right))
        rarity[Field.COMPANY] = told
        total = total + told
        other += np.outer(rivals_feel(weights, Field.COMPANY), told)
    others = np.logaddexp2.reduce(np.concatenate([-total[None], -other]), axis=0)
    return Weighed(left, right, -others, compared, rarity)
