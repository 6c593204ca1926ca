"""Thresholds and what they cost: how many pairs a steward sees, how right the merges will be.

In: the weights of pairs worth keeping, which are barred from merging, what stewards decided of
some. Out: a row for each threshold, and the least one that keeps a wanted precision.
"""

from collections.abc import Sequence
from typing import NamedTuple

from matching.table.columns import Flags
from matching.verdicts import chances
from matching.weights.calibrate import Calibration
from matching.weights.frequencies import Bits

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)


class Weighed(NamedTuple):
    """The pairs that are merged or reviewed today."""

    bits: Bits
    barred: Flags
    """Which are never merged without a steward."""


class Cost(NamedTuple):
    """What a threshold comes to."""

    merge: float
    merged: int
    review: int
    """Pairs that a steward must decide."""
    precision: float
    """The part of the merged pairs that are one customer, as the weights expect it."""
    missed: float
    """Pairs of one customer that only a steward will find, as the weights expect it."""
    wrong: int
    """Merged pairs that a steward decided to be different."""
    confirmed: int
    """Merged pairs that a steward decided to be the same."""


def costs(
    pairs: Weighed, decided: tuple[Bits, Flags], calibration: Calibration, review: float
) -> list[Cost]:
    """Return what each threshold comes to; ``decided`` are the weights and verdicts of decisions.

    ``calibration`` is what these decisions make of the weights: expectations follow them.
    """
    expected = chances(calibration.of(pairs.bits))
    said = chances(pairs.bits)
    told, same = chances(decided[0]), decided[1]
    found = []
    for merge in THRESHOLDS:
        if merge < review:
            continue
        merged = (said >= merge) & ~pairs.barred
        asked = ~merged & (said >= review)
        over = told >= merge
        found.append(
            Cost(
                merge,
                int(merged.sum()),
                int(asked.sum()),
                float(expected[merged].mean()) if merged.any() else 1.0,
                float(expected[asked].sum()),
                int((over & ~same).sum()),
                int((over & same).sum()),
            )
        )
    return found


def advised(found: Sequence[Cost], precision: float) -> Cost | None:
    """Return the least threshold from which all merges are expected to be this precise."""
    right = None
    for cost in sorted(found, key=lambda one: -one.merge):
        if cost.precision < precision:
            break
        right = cost
    return right
