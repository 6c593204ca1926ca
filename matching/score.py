"""The weight of a pair: evidence in bits, summed. The explanation *is* the score.

In: the features of two customers and a model. Out: a ``Match`` whose evidence lines, the prior and
the rival's share among them, sum to its weight.
"""

from collections.abc import Mapping
from enum import StrEnum
from math import log2
from typing import NamedTuple

from matching.compare import compare, kind_of_pair
from matching.comparisons.levels import Field, Level
from matching.features import Features
from matching.model import KindModel, Model
from matching.vetoes import OTHER_KIND, veto

_PRIOR = "prior"
_PRIOR_LABEL = "two customers picked at random are seldom one"


class Proposal(StrEnum):
    """What the match proposes to do with a pair."""

    MERGE = "merge"
    REVIEW = "review"
    APART = "apart"


class Evidence(NamedTuple):
    """What one field says of a pair; ``weight`` in bits, above 0 for "one customer"."""

    field: str
    level: str
    label: str
    weight: float


class Match(NamedTuple):
    """A scored pair: ``weight`` is log2 of the odds that it is one customer."""

    weight: float
    probability: float
    outcome: Proposal
    evidence: tuple[Evidence, ...]
    veto: str | None = None
    """Why the pair must not be merged without a steward, whatever its weight."""


def score(left: Features, right: Features, model: Model) -> Match:
    """Weigh the evidence that two customers are one; which is left makes no difference."""
    if right.key < left.key:  # likeness of texts is not symmetric to the last bit
        left, right = right, left
    kind = kind_of_pair(left, right)
    levels = compare(left, right)
    evidence = _evidence(levels, model.of(kind))
    weight = sum(line.weight for line in evidence)
    probability = 1 / (1 + 2.0**-weight)
    reason = veto(left, right, levels)
    outcome = _outcome(probability, model, vetoed=reason is not None)
    if reason == OTHER_KIND and Field.COMPANY not in levels:
        outcome = Proposal.APART  # a person who works there is not the company
    return Match(weight, probability, outcome, evidence, reason)


def _evidence(levels: Mapping[Field, Level], weights: KindModel) -> tuple[Evidence, ...]:
    """Return the lines of the sum: the prior, every field that speaks, the rival's share."""
    lines = [Evidence(_PRIOR, "", _PRIOR_LABEL, weights.prior_bits)]
    against = list(weights.rival_bits)
    for field, level in levels.items():
        bits = weights.bits[field, level]
        lines.append(Evidence(field.value, level.value, bits.label, bits.weight))
        for place, rival in enumerate(bits.against):
            against[place] += rival
    lines.append(_rival_line(sum(line.weight for line in lines), against, weights))
    return tuple(lines)


def _rival_line(weight: float, against: list[float], weights: KindModel) -> Evidence:
    """Return what the rivals take back: the odds are against all other explanations together."""
    others = 2.0**-weight + sum(2.0**-bits for bits in against)
    name = min(zip(against, weights.rivals, strict=True))[1]
    return Evidence(name, "", weights.rivals[name].label, -log2(others) - weight)


def _outcome(probability: float, model: Model, *, vetoed: bool) -> Proposal:
    if probability < model.review:
        return Proposal.APART
    return Proposal.REVIEW if vetoed or probability < model.merge else Proposal.MERGE
