"""Patterns: pairs that compare alike in every field are one, and learning costs their number."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.comparisons.levels import levels_of
from matching.table.columns import Ints, Levels


class Patterns(NamedTuple):
    """The distinct patterns of levels, in a fixed order, and which pair has which."""

    levels: Mapping[str, Ints]
    """By field: the level of each pattern."""
    counts: NDArray[np.float64]
    """How many pairs have each pattern."""
    pairs: Ints
    """The pattern of each pair."""


def patterns_of(compared: Mapping[str, Levels]) -> Patterns:
    """Count the patterns among compared pairs."""
    sizes = {field: len(levels_of(field)) + 1 for field in compared}
    codes = np.zeros(len(next(iter(compared.values()))), np.int64)
    for field, levels in compared.items():
        codes = codes * sizes[field] + levels
    encoded = pa.array(codes).dictionary_encode()
    distinct = encoded.dictionary.to_numpy()
    order = np.argsort(distinct)  # first seen depends on the rows' order, and sums on the patterns'
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rest = distinct[order]
    found: dict[str, Ints] = {}
    for field in reversed(list(compared)):
        found[field], rest = rest % sizes[field], rest // sizes[field]
    pairs = place[encoded.indices.to_numpy()]
    return Patterns(found, np.bincount(pairs, minlength=len(order)).astype(float), pairs)
