"""The score as a sum: every line of evidence is a bar that begins where the last one ended."""

from collections.abc import Mapping, Sequence
from math import log2
from typing import Any, NamedTuple

from hub.config import Matching
from stewardship.panels.text import label

_MARGIN = 1.0
"""Bits of air at both ends of the scale."""
_NOTHING = 0.05
"""Bits that the screen shows as 0.0."""


class Bar(NamedTuple):
    """One line of evidence; ``start`` and ``width`` in per cent of the scale."""

    kind: str
    """``start`` for what is known before any evidence, or proves nothing; ``for``, ``against``."""
    field: str
    words: str
    bits: float
    start: float
    width: float


class Line(NamedTuple):
    """A threshold: where it stands in bits, and in per cent of the scale."""

    name: str
    bits: float
    place: float


class Waterfall(NamedTuple):
    """The bars, where they end, and the two thresholds."""

    bars: tuple[Bar, ...]
    total: float
    end: float
    review: Line
    merge: Line


def waterfall(evidence: Sequence[Mapping[str, Any]], thresholds: Matching) -> Waterfall:
    """Draw the evidence of a pair (field, level, label, weight in bits) on one scale."""
    totals = [0.0]
    for line in evidence:
        totals.append(totals[-1] + line["weight"])
    review, merge = _odds(thresholds.review), _odds(thresholds.merge)
    lowest = min(*totals, review, merge) - _MARGIN
    span = max(*totals, review, merge) + _MARGIN - lowest

    def place(bits: float) -> float:
        return round(100 * (bits - lowest) / span, 2)

    bars = []
    for line, before, after in zip(evidence, totals, totals[1:], strict=False):
        low, high = sorted((place(before), place(after)))
        words = line.get("label") or str(line.get("level", "")).replace("_", " ")
        name, bits = line["field"], line["weight"]
        bars.append(Bar(_kind(name, bits), label(name), words, bits, low, round(high - low, 2)))
    return Waterfall(
        tuple(bars),
        totals[-1],
        place(totals[-1]),
        Line("review", review, place(review)),
        Line("merge", merge, place(merge)),
    )


def _kind(field: str, bits: float) -> str:
    if field == "prior" or abs(bits) < _NOTHING:
        return "start"
    return "for" if bits > 0 else "against"


def _odds(probability: float) -> float:
    """Return a probability as the weight that stands for it: log2 of the odds."""
    return log2(probability / (1 - probability))
