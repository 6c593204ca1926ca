"""Why a pair weighs what it weighs: evidence line by line, which sums to the weight."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.comparisons.levels import levels_of
from matching.weights.model import KindModel
from matching.weights.trained import Trained
from matching.weights.weigh import Weighed, rivals_feel

_PRIOR_LABEL = "two customers picked at random are seldom one"


class Evidence(NamedTuple):
    """What one field says of a pair; ``weight`` in bits, above 0 for "one customer"."""

    field: str
    level: str
    label: str
    weight: float


def explain(pairs: Weighed, trained: Trained, place: int) -> list[Evidence]:
    """Return the lines of one pair's sum: the prior, every field that speaks, the rivals' share."""
    weights = trained.weights
    lines = [Evidence("prior", "", _PRIOR_LABEL, weights.prior_bits)]
    against = np.array(weights.rival_bits)
    for field, levels in pairs.compared.items():
        if number := int(levels[place]):
            bits = float(pairs.rarity[field][place]) if field in pairs.rarity else 0.0
            told, rivals = weights.arrays(field)
            level = levels_of(field)[-number]
            label = weights.of(field)[level].label + _note(bits)
            lines.append(Evidence(field, level.value, label, float(told[number]) + bits))
            against = against + rivals[:, number]
            if bits:
                against = against + bits * rivals_feel(weights, field)
    lines.extend(_rivals(sum(line.weight for line in lines), against, weights))
    return lines


def _note(bits: float) -> str:
    """Say what the frequency of the shared value did."""
    if abs(bits) < 0.5:  # noqa: PLR2004 - less than a reader would notice
        return ""
    return ", a rare one" if bits > 0 else ", a common one"


def _rivals(weight: float, against: np.ndarray, weights: KindModel) -> Iterator[Evidence]:
    """Yield what the rivals take back: the odds are against all other explanations together."""
    if len(against):
        others = -np.logaddexp2.reduce(np.concatenate([[-weight], -against]))
        name = list(weights.rivals)[int(np.argmin(against))]
        yield Evidence(name, "", weights.rivals[name].label, float(others) - weight)
