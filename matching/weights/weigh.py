"""The weight of many pairs: evidence in bits, summed. The explanation *is* the score."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from matching.comparisons.compare import Compared
from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.table.slices import side_by_side, slices
from matching.weights.frequencies import Adjustment, Bits, adjustments, columns
from matching.weights.model import KindModel
from matching.weights.modesty import modest
from matching.weights.namesakes import Sharing
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


class Summed(NamedTuple):
    """The evidence of pairs as far as no names or words of companies are looked up."""

    own: Bits
    """Against strangers."""
    against: Bits
    """Against each rival: a row a rival."""
    rarity: Mapping[str, Bits]
    shared: Bits | None = None
    """How rare the words are that companies' names share, where that is known."""

    def at(self, chosen: slice | Ints) -> "Summed":
        """Return some of the pairs."""
        return Summed(
            self.own[chosen],
            self.against[:, chosen],
            {field: bits[chosen] for field, bits in self.rarity.items()},
            None if self.shared is None else self.shared[chosen],
        )


def summed(frame: Frame, trained: Trained, left: Ints, right: Ints, compared: Compared) -> Summed:
    """Sum what levels and frequencies tell: all that is sure once a model has its numbers."""
    adjusted = adjustments(columns(frame), trained.frequencies, trained.expected, trained.copies)
    parts = side_by_side(
        [
            partial(_summed, trained.weights, adjusted, left[cut], right[cut], _cut(compared, cut))
            for cut in slices(len(left))
        ],
        len(left),
    )
    return Summed(
        np.concatenate([part.own for part in parts]),
        np.concatenate([part.against for part in parts], axis=1),
        _joined([part.rarity for part in parts]),
    )


def _summed(
    weights: KindModel,
    adjusted: Sequence[Adjustment],
    left: Ints,
    right: Ints,
    compared: Compared,
) -> Summed:
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
    for adjustment in adjusted:
        field = adjustment.field
        if field not in compared:
            continue
        bits = adjustment.adjust(compared[field], left, right)
        _note(rarity, field, bits)
        total += bits
        for place in np.flatnonzero(rivals_feel(weights, field)):
            other[place] += bits
    return Summed(total, other, rarity)


def weigh(
    frame: Frame,
    trained: Trained,
    left: Ints,
    right: Ints,
    compared: Compared,
    *,
    known: Summed | None = None,
) -> Weighed:
    """Sum the evidence of compared pairs under a model; ``known`` is what was summed before."""
    known = known or summed(frame, trained, left, right, compared)
    if trained.wording and frame.companies and Field.COMPANY in compared and known.shared is None:
        known = known._replace(shared=shared_bits(frame.companies, left, right))
    sharing = None
    if trained.namesakes is not None and frame.names is not None:
        sharing = Sharing(trained.namesakes, frame, frame.names)
    parts = side_by_side(
        [
            partial(
                _weigh,
                trained,
                sharing,
                (left[cut], right[cut], _cut(compared, cut)),
                known.at(cut),
            )
            for cut in slices(len(left))
        ],
        len(left),
    )
    bits = np.concatenate([bits for bits, _ in parts])
    return Weighed(left, right, bits, compared, _joined([rarity for _, rarity in parts]))


def _weigh(
    trained: Trained, sharing: Sharing | None, pairs: tuple[Ints, Ints, Compared], known: Summed
) -> tuple[Bits, dict[str, Bits]]:
    """Weigh a slice of pairs; return the bits, and what the values' frequencies told."""
    weights, compared = trained.weights, pairs[2]
    rarity, further = dict(known.rarity), []
    if sharing is not None:
        usual = sum(weights.arrays(field)[0][_SWAPPED[field]] for field in _SWAPPED)
        taken = sharing.taken(pairs[0], compared) + sharing.taken_swapped(pairs, usual)
        taken += sharing.taken_heard(pairs[0], compared)
        _note(rarity, Field.GIVEN, taken)
        further.append((rivals_feel(weights, Field.GIVEN), taken))
    if trained.wording and known.shared is not None:
        told = wording_bits(trained.wording, compared, known.shared)
        _note(rarity, Field.COMPANY, told)
        further.append((rivals_feel(weights, Field.COMPANY), told))
    others = -sum((bits for _, bits in further), known.own)
    for place, against in enumerate(known.against):
        felt = sum((bits for feel, bits in further if feel[place]), against)
        others = np.logaddexp2(others, -felt)
    return modest(-others, weights.lookalikes), rarity


def _cut(compared: Compared, cut: slice) -> Compared:
    return {field: levels[cut] for field, levels in compared.items()}


def _joined(parts: Sequence[Mapping[str, Bits]]) -> dict[str, Bits]:
    return {field: np.concatenate([part[field] for part in parts]) for field in parts[0]}


def _note(rarity: dict[str, Bits], field: str, bits: Bits) -> None:
    """Note what a value's frequency told, for explanations: half its digits will do."""
    noted = bits.astype(np.float32)
    rarity[field] = rarity[field] + noted if field in rarity else noted
