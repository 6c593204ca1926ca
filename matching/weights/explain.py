"""Why a pair weighs what it weighs: evidence line by line, which sums to the weight."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from matching.comparisons.levels import levels_of
from matching.weights.frequencies import Bits
from matching.weights.model import KindModel
from matching.weights.modesty import modest
from matching.weights.trained import Trained
from matching.weights.weigh import Weighed, rivals_feel

_PRIOR_LABEL = "two customers picked at random are seldom one"
_LOOKALIKE_LABEL = "so few columns can't tell who only looks the same"


class Evidence(NamedTuple):
    """What one field says of a pair; ``weight`` in bits, above 0 for "one customer"."""

    field: str
    level: str
    label: str
    weight: float


def explain(pairs: Weighed, trained: Trained, place: int) -> list[Evidence]:
    """Return the lines of one pair's sum: the prior, every field that speaks, the rivals' share."""
    return explain_all(pairs.at(np.array([place])), trained)[0]


def explain_all(pairs: Weighed, trained: Trained) -> list[list[Evidence]]:
    """Return the lines of each pair's sum."""
    weights, many = trained.weights, len(pairs.bits)
    lines = [[Evidence("prior", "", _PRIOR_LABEL, weights.prior_bits)] for _ in range(many)]
    total = np.full(many, weights.prior_bits)
    against = np.tile(np.array(weights.rival_bits)[:, None], many)
    for field, levels in pairs.compared.items():
        speak = np.flatnonzero(levels)
        numbers = levels[speak]
        bits = pairs.rarity.get(field, np.zeros(many))[speak].astype(np.float64)
        told, rivals = weights.arrays(field)
        total[speak] += told[numbers] + bits
        against[:, speak] += rivals[:, numbers]
        against[:, speak] += bits * rivals_feel(weights, field)[:, None]
        known = [(level.value, weights.of(field)[level].label) for level in levels_of(field)]
        each = zip(
            speak.tolist(), numbers.tolist(), bits.tolist(), (told[numbers] + bits).tolist(),
            strict=True,
        )  # fmt: skip
        for place, number, rarity, weight in each:
            level, label = known[-number]
            lines[place].append(Evidence(field, level, label + _note(rarity), weight))
    sums = total
    if len(against):
        sums = -np.logaddexp2.reduce(np.concatenate([[-total], -against]))
        for place, line in enumerate(_rivals(sums - total, against, weights)):
            lines[place].append(line)
    taken = modest(sums, weights.lookalikes) - sums
    for place in np.flatnonzero(taken).tolist():
        lines[place].append(Evidence("lookalike", "", _LOOKALIKE_LABEL, float(taken[place])))
    return lines


def _note(bits: float) -> str:
    """Say what the frequency of the shared value did."""
    if abs(bits) < 0.5:  # noqa: PLR2004 - less than a reader would notice
        return ""
    return ", a rare one" if bits > 0 else ", a common one"


def _rivals(taken: Bits, against: Bits, weights: KindModel) -> Iterator[Evidence]:
    """Yield what the rivals take back: the odds are against all other explanations together."""
    rivals = list(weights.rivals.items())
    nearest = np.argmin(against, axis=0).tolist()
    for place, weight in zip(nearest, taken.tolist(), strict=True):
        name, rival = rivals[place]
        yield Evidence(name, "", rival.label, weight)
