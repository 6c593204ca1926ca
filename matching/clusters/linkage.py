"""Average linkage: those clusters join first whose pairs, on average, speak most for it.

Weights are whole numbers of a millionth of a bit, so a sum does not depend on its order, and ties
fall to the records' numbers: the same input in any order gives the same clusters.
"""

from typing import NamedTuple

import numpy as np

from matching.table.columns import Flags, Ints
from matching.weights.frequencies import Bits

FLOOR, CAP = -2.2, 8.7
"""Bounds of one pair's weight in an average, in bits: a single strong doubt costs little, since
one record of three may be wrong; a single strong proof can't drag in a crowd."""
_UNIT = 1_000_000
JOIN = 1.35
"""Bits that all pairs across two clusters must sum to: five to two that they are one customer. A
wrong merge is worse than a missed one."""


class Bridges(NamedTuple):
    """Pairs of clusters that have a scored pair of records across, sorted by ``ends``."""

    ends: Ints
    """``less << 32 | greater``."""
    total: Ints
    """Summed weights of the scored pairs."""
    scored: Ints
    """How many pairs are scored."""
    strongest: Ints
    barred: Ints
    """How many pairs forbid the clusters to join."""


class Edges(NamedTuple):
    """Scored pairs of records."""

    left: Ints
    right: Ints
    bits: Bits
    barred: Flags
    """Which pairs forbid their clusters to join."""
    unproven: Flags
    """Which pairs are no reason of their own to join."""


def linkage(edges: Edges, start: Ints, *, merge: float, absent: float = FLOOR) -> Ints:
    """Return the cluster of each record, named by its least member.

    Clusters begin as ``start``. Two join if the pairs across sum to ``JOIN`` (one that was not
    scored counts ``absent``), the strongest pair reaches ``merge`` bits, and none is barred.
    """
    labels, size = start.copy(), len(start)
    sizes = np.bincount(labels, minlength=size)
    weights = np.round(np.clip(edges.bits, FLOOR, CAP) * _UNIT).astype(np.int64)
    raw = np.round(np.clip(edges.bits, -1000, 1000) * _UNIT).astype(np.int64)
    raw[edges.unproven] = -1000 * _UNIT
    measures = (weights, np.ones(len(raw), np.int64), raw, edges.barred.astype(np.int64))
    bridges = _gathered(labels[edges.left], labels[edges.right], measures)
    needed, missing = round(merge * _UNIT), round(absent * _UNIT)
    while True:  # every round joins clusters, so it ends
        one, other = bridges.ends >> 32, bridges.ends & 0xFFFFFFFF
        crossing = sizes[one] * sizes[other]
        total = bridges.total + (crossing - bridges.scored) * missing
        mean = total / crossing
        able = (total > JOIN * _UNIT) & (bridges.strongest >= needed) & (bridges.barred == 0)
        joined = _mutually_best(size, one[able], other[able], mean[able])
        if not len(joined[0]):
            return labels
        keeper, goer = joined
        moved = np.arange(size, dtype=np.int64)
        moved[goer] = keeper
        sizes[keeper] += sizes[goer]
        labels = moved[labels]
        bridges = _gathered(moved[one], moved[other], bridges[1:])


def _mutually_best(size: int, one: Ints, other: Ints, mean: Bits) -> tuple[Ints, Ints]:
    """Return the pairs of clusters that are each other's best; ties fall to the lower numbers.

    The pairs come sorted by their numbers.
    """
    order = np.argsort(-mean, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    first = np.full(size, len(order), np.int64)
    np.minimum.at(first, one, place)
    np.minimum.at(first, other, place)
    best = (first[one] == place) & (first[other] == place)
    return np.minimum(one, other)[best], np.maximum(one, other)[best]


def _gathered(one: Ints, other: Ints, measures: tuple[Ints, ...]) -> Bridges:
    """Sum up what lies between the same two clusters; what became inner is dropped."""
    outer = one != other
    one, other = one[outer], other[outer]
    ends = np.minimum(one, other) << 32 | np.maximum(one, other)
    order = np.argsort(ends, kind="stable")
    ends = ends[order]
    if not len(ends):
        return Bridges(ends, *(np.zeros(0, np.int64) for _ in measures))
    heads = np.flatnonzero(np.concatenate(([True], ends[1:] != ends[:-1])))
    total, scored, strongest, barred = (measure[outer][order] for measure in measures)
    return Bridges(
        ends[heads],
        np.add.reduceat(total, heads),
        np.add.reduceat(scored, heads),
        np.maximum.reduceat(strongest, heads),
        np.add.reduceat(barred, heads),
    )
