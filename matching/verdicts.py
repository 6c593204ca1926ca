"""Pairs of the hub's customers, persons and organisations together: weight, veto, outcome.

In: a frame, pairs of its records, and the model in force. Out: ``Scored``, from which the pairs
worth keeping are picked and explained.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.model import Kind
from matching.comparisons.compare import Compared, compare
from matching.comparisons.levels import Field
from matching.organisations.words import WordCounts
from matching.table.columns import Flags, Ints
from matching.table.frame import Frame
from matching.weights.calibrate import AS_LEARNED, Calibration
from matching.weights.explain import Evidence, explain_all
from matching.weights.frequencies import Bits
from matching.weights.model import DEFAULT
from matching.weights.trained import Trained
from matching.weights.vetoes import OTHER_KIND, RULES, reason, vetoes
from matching.weights.weigh import Weighed, weigh

STEWARDS = "stewards"
"""The line of evidence that decisions add."""
_STEWARDS_LABEL = "how sure the stewards' decisions show the model to be"
_OTHER_KIND = list(RULES).index(OTHER_KIND) + 1


class Proposal(StrEnum):
    """What the match proposes to do with a pair."""

    MERGE = "merge"
    REVIEW = "review"
    APART = "apart"


PROPOSALS = (Proposal.APART, Proposal.REVIEW, Proposal.MERGE)
_APART, _REVIEW, _MERGE = range(3)


@dataclass(frozen=True)
class Judge:
    """The model in force: what pairs of each kind are weighed by, and the two thresholds."""

    version: str
    """Stored with every pair, so that a score can be explained later."""
    kinds: Mapping[Kind, Trained]
    merge: float
    """From this probability on two records are joined without asking."""
    review: float
    """From this probability on a steward is asked."""
    caps: Mapping[int, int] = field(default_factory=dict)
    """By the number of a recipe: the records that one of its blocks may have."""
    calibrations: Mapping[Kind, Calibration] = field(default_factory=dict)
    """What stewards' decisions make of the weights."""

    @property
    def counts(self) -> WordCounts:
        """How common words of company names are, the same for whatever is matched."""
        wording = self.kinds[Kind.ORGANISATION].wording
        return wording.counts if wording else WordCounts(0, {})

    def calibration(self, kind: Kind) -> Calibration:
        """Return what decisions make of the weights of one kind's pairs."""
        return self.calibrations.get(kind, AS_LEARNED)

    def proposes(self, bits: Bits, barred: Flags) -> NDArray[np.int8]:
        """Return the outcomes of pairs with these weights, as places in ``PROPOSALS``.

        Barred ones are never merged.
        """
        chance = chances(bits)
        found = np.full(len(bits), _APART, np.int8)
        found[chance >= self.review] = _REVIEW
        found[(chance >= self.merge) & ~barred] = _MERGE
        return found


def house(kind: Kind) -> Trained:
    """Return what one kind's pairs are weighed by until a model is trained."""
    return Trained(kind, DEFAULT.of(kind), {}, {}, 1.0)


def house_judge(merge: float, review: float) -> Judge:
    """Return the house's model, which serves until one is trained."""
    return Judge(DEFAULT.version, {kind: house(kind) for kind in Kind}, merge, review)


class Scored(NamedTuple):
    """Scored pairs, in the order they were given."""

    left: Ints
    right: Ints
    bits: Bits
    vetoes: NDArray[np.int8]
    outcomes: NDArray[np.int8]
    """As places in ``PROPOSALS``."""
    kinds: Flags
    """Which pairs were weighed as organisations."""
    places: Ints
    """Where each pair is among those of its kind."""
    weighed: Mapping[Kind, Weighed]
    judge: Judge

    @property
    def kept(self) -> Ints:
        """The places of the pairs that are to be merged or reviewed."""
        return np.flatnonzero(self.outcomes != _APART)

    def outcome(self, place: int) -> Proposal:
        """Return what the match proposes to do with a pair."""
        return PROPOSALS[int(self.outcomes[place])]

    def evidence(self, places: Ints) -> list[list[Evidence]]:
        """Return, for each of these pairs, the lines that sum to its weight."""
        told: list[list[Evidence]] = [[] for _ in places]
        for kind, weighed in self.weighed.items():
            own = np.flatnonzero(self.kinds[places] == (kind is Kind.ORGANISATION))
            found = explain_all(weighed.at(self.places[places[own]]), self.judge.kinds[kind])
            corrected = bool(self.judge.calibration(kind).decisions)
            for at, lines in zip(own.tolist(), found, strict=True):
                told[at] = lines
                if corrected:
                    further = float(self.bits[places[at]]) - sum(line.weight for line in lines)
                    lines.append(Evidence(STEWARDS, "", _STEWARDS_LABEL, further))
        return told

    def veto(self, place: int) -> str | None:
        """Return why a pair must not be merged without a steward."""
        return reason(int(self.vetoes[place]))


class Judged(NamedTuple):
    """What the model says of compared pairs of one kind."""

    weighed: Weighed
    bits: Bits
    """The weights, as the stewards' decisions make them."""
    vetoes: NDArray[np.int8]
    outcomes: NDArray[np.int8]


def judge_compared(
    frame: Frame, kind: Kind, ends: tuple[Ints, Ints], compared: Compared, judge: Judge
) -> Judged:
    """Weigh compared pairs of one kind, and say what to do with them."""
    weighed = weigh(frame, judge.kinds[kind], *ends, compared)
    bits = judge.calibration(kind).of(weighed.bits)
    barred = vetoes(frame, *ends, compared)
    outcomes = judge.proposes(bits, barred > 0)
    if kind is Kind.ORGANISATION:  # a person who works there is not the company
        unnamed = compared.get(Field.COMPANY, np.zeros(len(bits))) == 0
        outcomes[(barred == _OTHER_KIND) & unnamed] = _APART
    return Judged(weighed, bits, barred, outcomes)


def score(frame: Frame, left: Ints, right: Ints, judge: Judge) -> Scored:
    """Weigh the evidence that the records of each pair are one customer."""
    turned = frame.ranks[left] > frame.ranks[right]  # likeness is not symmetric to the last bit
    left, right = np.where(turned, right, left), np.where(turned, left, right)
    companies = are_companies(frame, left, right)
    bits, barred = np.zeros(len(left)), np.zeros(len(left), np.int8)
    outcomes = np.zeros(len(left), np.int8)
    places, weighed = np.zeros(len(left), np.int64), {}
    for kind in Kind:
        rows = np.flatnonzero(companies == (kind is Kind.ORGANISATION))
        places[rows] = np.arange(len(rows))
        ends = left[rows], right[rows]
        found = judge_compared(frame, kind, ends, compare(frame, *ends, kind), judge)
        weighed[kind] = found.weighed
        bits[rows], barred[rows], outcomes[rows] = found.bits, found.vetoes, found.outcomes
    return Scored(left, right, bits, barred, outcomes, companies, places, weighed, judge)


def are_companies(frame: Frame, left: Ints, right: Ints) -> Flags:
    """Tell which pairs are weighed as organisations: those of which one half is one."""
    kinds = frame.kinds if frame.kinds is not None else np.zeros(frame.size, np.int8)
    return (kinds[left] != 0) | (kinds[right] != 0)


def bits_of(chance: float) -> float:
    """Return the weight that goes with a probability."""
    return float(np.log2(chance / (1 - chance))) if chance < 1 else float("inf")


def chances(bits: Bits) -> Bits:
    """Return the probability that goes with a weight."""
    return 1 / (1 + np.exp2(-np.clip(bits, -1000, 1000)))
