"""The facts of a match, as plain data: what a program reads, and a page is drawn from."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from hub.model import Kind
from matching.comparisons.levels import levels_of
from matching.engine import Matched
from matching.table.columns import Ints
from matching.table.frame import Frame
from matching.verdicts import bits_of
from matching.weights.explain import explain
from matching.weights.frequencies import Bits

_FEW = 1000
"""Records below which a table is too small to teach its weights well."""
_UNTOLD = 0.05
"""Look-alikes for each pair of one customer from which a reader is told of them."""
_BARS = 40
_EXAMPLES = 4
_THRESHOLDS = (0.5, 0.9)


def facts(
    frame: Frame, matched: Matched, roles: Mapping[str, str], kind: Kind, remarks: tuple[str, ...]
) -> dict[str, Any]:
    """Return everything that is worth telling of a match."""
    sizes = np.bincount(matched.labels, minlength=max(frame.size, 1))
    sizes = sizes[sizes > 0]
    return {
        "records": frame.size,
        "kind": kind.value,
        "roles": dict(roles),
        "remarks": [*remarks, *_limits(frame, matched, roles)],
        "clusters": len(sizes),
        "merged": int((sizes > 1).sum()),
        "sizes": {str(size): int((sizes == size).sum()) for size in np.unique(sizes)},
        "pairs": len(matched.pairs.bits),
        "weights": _weights(matched),
        "scores": _histogram(matched.pairs.bits),
        "keys": _keys(matched),
        "examples": _examples(frame, matched),
    }


def _limits(frame: Frame, matched: Matched, roles: Mapping[str, str]) -> list[str]:
    """Say what limits the match of this table."""
    found = []
    if frame.size < _FEW:
        found.append(
            f"Only {frame.size} records: too few to teach how their duplicates look, so the weights"
            " lean on what is usual elsewhere."
        )
    if len(roles.keys() - {"id", "source"}) == 1:
        found.append("One column alone describes a customer: namesakes can't be told apart.")
    elif matched.trained.weights.lookalikes > _UNTOLD:
        found.append(
            "No birth date or identifier, and few other columns: nothing tells father and son of"
            " one name or namesakes nearby apart, so no pair is very sure."
        )
    return found


def _weights(matched: Matched) -> list[dict[str, Any]]:
    """Return each field's levels, strongest first, with their bits."""
    weights = matched.trained.weights
    found = []
    for field in matched.pairs.compared:
        told, _ = weights.arrays(field)
        for number, level in enumerate(reversed(levels_of(field)), 1):
            label = weights.of(field)[level].label
            found.append(
                {"field": field, "level": level.value, "label": label, "bits": float(told[number])}
            )
    return found


def _histogram(bits: Bits) -> list[dict[str, float]]:
    if not len(bits):
        return []
    counts, edges = np.histogram(np.clip(bits, -30, 40), _BARS)
    return [
        {"from": float(low), "to": float(high), "pairs": int(count)}
        for low, high, count in zip(edges, edges[1:], counts, strict=False)
    ]


def _keys(matched: Matched) -> list[dict[str, Any]]:
    """Return what each kind of key found, and the record that shows what crowded it."""
    return [
        {
            "key": key.name,
            "pairs": key.pairs,
            "cap": key.cap,
            "skipped_blocks": key.skipped.blocks if key.skipped else 0,
            "skipped_records": key.skipped.records if key.skipped else 0,
            "largest_block": key.skipped.largest if key.skipped else 0,
            "crowded_by": key.skipped.value if key.skipped else "",
        }
        for key in matched.keys
    ]


def _examples(frame: Frame, matched: Matched) -> list[dict[str, Any]]:
    """Return the pairs closest to each threshold, with their evidence."""
    found = []
    for threshold in _THRESHOLDS:
        distance = np.abs(matched.pairs.bits - bits_of(threshold))
        for place in _least(distance, _EXAMPLES).tolist():
            lines = explain(matched.pairs, matched.trained, place)
            found.append(
                {
                    "threshold": threshold,
                    "left": frame.ids[int(matched.pairs.left[place])].as_py(),
                    "right": frame.ids[int(matched.pairs.right[place])].as_py(),
                    "weight": float(matched.pairs.bits[place]),
                    "evidence": [line._asdict() for line in lines],
                }
            )
    return found


def _least(values: Bits, many: int) -> Ints:
    """Return the places of the least values, the first of equal ones, without sorting them all."""
    if len(values) > many:
        places = np.flatnonzero(values <= np.partition(values, many - 1)[many - 1])
    else:
        places = np.arange(len(values))
    return places[np.argsort(values[places], kind="stable")][:many]
