"""Stewards' decisions put the weights right: how sure the model may be, as people found it to be.

A logistic curve (Platt 1999) from a pair's weight to the chance that a steward says "same". It is
held near the model's own word, so a few decisions move it a little and a thousand decide it.
"""

from typing import NamedTuple

import numpy as np

from matching.table.columns import Flags
from matching.weights.frequencies import Bits

_SLOPE_SPREAD, _SHIFT_SPREAD = 0.15, 2.0
"""How far from 1 and from 0 slope and shift are thought to lie before anybody decided."""
_SLOPES = (0.5, 1.5)
_SHIFTS = (-6.0, 6.0)
"""What decisions may do to a weight at the most."""
_ROUNDS = 50
_LN2 = float(np.log(2))
_FURTHEST = 60.0
"""Bits beyond which a weight says nothing new of the curve."""


class Calibration(NamedTuple):
    """What decisions made of the weights: ``slope`` times the weight, and ``shift`` bits more."""

    slope: float = 1.0
    shift: float = 0.0
    decisions: int = 0
    """How many it was learned from."""

    def of(self, bits: Bits) -> Bits:
        """Return the weights as the stewards' decisions make them."""
        return bits if self.decisions == 0 else self.slope * bits + self.shift


AS_LEARNED = Calibration()
"""Nobody has decided anything yet."""


def calibrate(bits: Bits, same: Flags) -> Calibration:
    """Fit slope and shift to decided pairs: what each weighs, and whether it was the same.

    Newton's steps to the most likely pair of numbers under normal priors; a handful suffices.
    """
    if not len(bits):
        return AS_LEARNED
    weights = np.clip(bits, -_FURTHEST, _FURTHEST)
    design = np.stack([weights, np.ones(len(weights))], axis=1) * _LN2
    centre = np.array([1.0, 0.0])
    trust = np.diag([_SLOPE_SPREAD**-2, _SHIFT_SPREAD**-2])
    found = centre.copy()
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(design @ found, -500, 500)))
        slope = design.T @ (same - chance) - trust @ (found - centre)
        bend = design.T @ (design * (chance * (1 - chance))[:, None]) + trust
        step = np.linalg.solve(bend, slope)
        found = np.clip(found + step, *np.array([_SLOPES, _SHIFTS]).T)
        if abs(step).max() < 1e-9:  # noqa: PLR2004 - still
            break
    return Calibration(float(found[0]), float(found[1]), len(bits))
