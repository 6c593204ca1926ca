"""Scored pairs become clusters, at a cost that follows what hangs together, not the table."""

from typing import NamedTuple

import numpy as np

from matching.clusters.components import components, in_larger, pairs_within
from matching.clusters.linkage import FLOOR, JOIN, Edges, linkage
from matching.comparisons.compare import compare
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.weights.frequencies import Bits
from matching.weights.modesty import frank
from matching.weights.trained import Trained
from matching.weights.weigh import Weighed, weigh

_LINK = -1.44
"""Bits from which two records hang together: about one to three."""
_LARGEST = 100
"""Members up to which every inner pair of a component is scored."""
_STEP = 2.9
"""Bits by which links must be stronger, time and again, in a component that is larger."""
_STRONGEST = 20.0


class Clustered(NamedTuple):
    """The clusters, and all pairs that were scored on the way."""

    labels: Ints
    """By record: its cluster, named by a member."""
    scored: Weighed
    """Further pairs, of records that hang together, weighed to cluster them."""


class _Links(NamedTuple):
    """Scored pairs, without what they were scored by."""

    left: Ints
    right: Ints
    bits: Bits


def cluster_frame(
    frame: Frame, trained: Trained, pairs: Weighed, *, merge: float = 0.0
) -> Clustered:
    """Cluster a table from its scored candidate pairs."""
    lookalikes = trained.weights.lookalikes
    pairs = pairs._replace(bits=frank(pairs.bits, lookalikes))
    links = pairs.bits >= _LINK
    hanging = components(frame.size, pairs.left[links], pairs.right[links])
    larger = in_larger(hanging, 3)
    sure = (pairs.bits > JOIN) & (pairs.bits >= merge) & ~larger[pairs.left]
    labels = components(frame.size, pairs.left[sure], pairs.right[sure])
    records = np.flatnonzero(larger)
    if not len(records):
        return Clustered(labels, pairs.at(records))
    records = records[np.argsort(frame.ranks[records], kind="stable")]
    within = np.flatnonzero(larger[pairs.left] & (hanging[pairs.left] == hanging[pairs.right]))
    inner = _Links(pairs.left[within], pairs.right[within], pairs.bits[within])
    further = _unscored(frame, hanging, inner, records)
    scored = weigh(frame, trained, *further, compare(frame, *further, trained.kind))
    local = np.full(frame.size, -1, np.int64)
    local[records] = np.arange(len(records))
    left = np.concatenate([inner.left, scored.left])
    right = np.concatenate([inner.right, scored.right])
    bits = np.concatenate([inner.bits, frank(scored.bits, lookalikes)])
    never = np.zeros(len(left), np.bool_)
    edges = Edges(local[left], local[right], bits, barred=never, unproven=never)
    absent = 0.0 if frame.sources is not None else FLOOR
    found = linkage(edges, np.arange(len(records)), merge=merge, absent=absent)
    labels[records] = records[found]
    return Clustered(labels, scored)


def _unscored(frame: Frame, hanging: Ints, inner: _Links, records: Ints) -> tuple[Ints, Ints]:
    """Return the pairs inside each component that no key brought together.

    A component that is too large is looked at by its stronger links only.
    """
    labels, least = hanging.copy(), _LINK
    while (large := in_larger(labels, _LARGEST + 1)).any() and least < _STRONGEST:
        least += _STEP
        strong = (inner.bits >= least) & large[inner.left]
        split = components(frame.size, inner.left[strong], inner.right[strong])
        labels = np.where(large, split, labels)
    left, right = pairs_within(labels[records], 3, _LARGEST)
    left, right = records[left], records[right]
    if frame.sources is not None:
        apart = frame.sources.codes[left] != frame.sources.codes[right]
        left, right = left[apart], right[apart]
    known = np.sort(_packed(inner.left, inner.right))
    asked = _packed(left, right)
    place = np.minimum(np.searchsorted(known, asked), max(len(known) - 1, 0))
    new = known[place] != asked if len(known) else np.ones(len(asked), np.bool_)
    left, right = left[new], right[new]
    turned = frame.ranks[left] > frame.ranks[right]
    return np.where(turned, right, left), np.where(turned, left, right)


def _packed(left: Ints, right: Ints) -> Ints:
    return np.minimum(left, right) << 32 | np.maximum(left, right)
