"""Clusters under decisions: a "same" joins, a "different" keeps apart, and every refusal is told.

Records are numbers, given in an order of their own (sorted keys): ties fall to it, so what landed
first makes no difference.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from matching.clusters.components import components, pairs_within
from matching.clusters.linkage import Edges, linkage
from matching.table.columns import Ints
from matching.weights.frequencies import Bits
from matching.weights.vetoes import bars

LARGEST = 100
"""Records that hang together up to which every inner pair is scored. More are a chain through a hub
value: what no key brought together then counts against it."""

Pair = tuple[int, int]


class Evidenced(NamedTuple):
    """Pairs of records, the smaller number on the left, with what they weigh."""

    left: Ints
    right: Ints
    bits: Bits
    vetoes: Ints
    """The number of the rule against joining them without a steward; 0 for none."""


class Refusal(NamedTuple):
    """Two records that look like one customer and were kept apart, for a steward to see."""

    left: int
    right: int
    reason: str
    veto: int = 0


class Groups(NamedTuple):
    """The cluster of each record, named by its least member; and what was refused."""

    labels: Ints
    refused: tuple[Refusal, ...]


def group(
    size: int,
    pairs: Evidenced,
    same: Sequence[Pair],
    different: Sequence[Pair],
    score: Callable[[Ints, Ints], Evidenced],
    *,
    merge: float,
) -> Groups:
    """Group ``size`` records into customers.

    ``same`` and ``different`` are the stewards' verdicts; ``score`` weighs pairs that no key
    brought together. A pair of at least ``merge`` bits and no veto proposes to join.
    """
    start = _decided(size, same, different)
    proposed = (pairs.bits >= merge) & (pairs.vetoes == 0)
    hanging = components(
        size,
        np.concatenate([pairs.left[proposed], np.arange(size)]),
        np.concatenate([pairs.right[proposed], start]),
    )
    known = _completed(pairs, hanging, score)
    apart = np.array([*different], np.int64).reshape(-1, 2)
    edges = Edges(
        np.concatenate([known.left, apart[:, 0]]),
        np.concatenate([known.right, apart[:, 1]]),
        np.concatenate([known.bits, np.zeros(len(apart))]),
        barred=np.concatenate([bars(known.vetoes), np.ones(len(apart), np.bool_)]),
        unproven=np.concatenate([known.vetoes > 0, np.zeros(len(apart), np.bool_)]),
    )
    labels = linkage(edges, start, merge=merge)
    asked = proposed & (labels[pairs.left] != labels[pairs.right])
    looked_at = [*zip(pairs.left[asked].tolist(), pairs.right[asked].tolist(), strict=True), *same]
    reasons = _Reasons(labels, known, different, hanging)
    refused = {
        (min(pair), max(pair)): reasons.of(*pair)
        for pair in looked_at
        if labels[pair[0]] != labels[pair[1]]
    }
    return Groups(labels, tuple(Refusal(*pair, *why) for pair, why in sorted(refused.items())))


def _decided(size: int, same: Sequence[Pair], different: Sequence[Pair]) -> Ints:
    """Join what stewards called the same, in a fixed order, unless a "different" forbids it."""
    labels = np.arange(size, dtype=np.int64)
    for one, other in sorted((min(pair), max(pair)) for pair in same):
        keeper, goer = sorted((int(labels[one]), int(labels[other])))
        joined = np.where(labels == goer, keeper, labels)
        if not any(joined[a] == joined[b] == keeper for a, b in different):
            labels = joined
    return labels


def _completed(
    pairs: Evidenced, hanging: Ints, score: Callable[[Ints, Ints], Evidenced]
) -> Evidenced:
    """Add the pairs inside each component that no key brought together."""
    left, right = pairs_within(hanging, 3, LARGEST)
    left, right = np.minimum(left, right), np.maximum(left, right)
    missing = ~np.isin(left << 32 | right, pairs.left << 32 | pairs.right)
    if not missing.any():
        return pairs
    further = score(left[missing], right[missing])
    return Evidenced(*(np.concatenate(both) for both in zip(pairs, further, strict=True)))


class _Reasons:
    """Why two clusters were not joined."""

    def __init__(
        self, labels: Ints, known: Evidenced, different: Sequence[Pair], hanging: Ints
    ) -> None:
        self._labels = labels
        self._different = {self._ends(*pair) for pair in different}
        barred = bars(known.vetoes)
        self._vetoes = {
            self._ends(int(a), int(b)): int(veto)
            for a, b, veto in zip(
                known.left[barred], known.right[barred], known.vetoes[barred], strict=True
            )
        }
        self._crowd = np.bincount(hanging, minlength=len(hanging))[hanging] > LARGEST

    def of(self, one: int, other: int) -> tuple[str, int]:
        """Return the reason, and the number of the veto where it is one."""
        ends = self._ends(one, other)
        if ends in self._different:
            return "decided different", 0
        if ends in self._vetoes:
            return "veto", self._vetoes[ends]
        return ("size" if self._crowd[one] else "weak bridge"), 0

    def _ends(self, one: int, other: int) -> Pair:
        ends = int(self._labels[one]), int(self._labels[other])
        return min(ends), max(ends)
