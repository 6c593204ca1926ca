"""Likeness of many pairs of texts at once: DuckDB where a bound is enough, rapidfuzz for edits."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.table.columns import Flags, Ints
from matching.table.duck import numbers_of

_EDGE = 1e-6
"""Likenesses are fractions; a threshold is never compared with one to its last bit."""


def take(texts: pa.Array, places: NDArray[np.integer]) -> pa.Array:
    """Return the texts at these places."""
    return texts.take(pa.array(places))


def likeness(left: pa.Array, right: pa.Array, at_least: float) -> NDArray[np.float32]:
    """Return the Jaro-Winkler likeness of each pair, 0 below ``at_least``.

    For texts of Latin letters: DuckDB compares bytes.
    """
    call = f"coalesce(jaro_winkler_similarity(one, other, {at_least})::FLOAT, 0)"
    return numbers_of(call, {"one": left, "other": right}).astype(np.float32, copy=False)


def reaches(found: NDArray[np.float32], threshold: float) -> Flags:
    """Tell which likenesses reach a threshold."""
    return found >= threshold - _EDGE


def mistyped(left: pa.Array, right: pa.Array, edits: int = 1) -> Flags:
    """Tell which pairs are at most so many edits apart (insert, delete, replace, swap)."""
    near = np.flatnonzero(
        numbers_of(
            f"coalesce(abs(length(one) - length(other)) <= {edits}"
            f" AND jaro_similarity(one, other, {0.8 if edits == 1 else 0.7}) > 0, false)",
            {"one": left, "other": right},
        )
    )
    found = np.zeros(len(left), np.bool_)
    if len(near):
        one, other = (pc.take(side, pa.array(near)).to_pylist() for side in (left, right))
        found[near] = (
            process.cpdist(one, other, scorer=OSA.distance, score_cutoff=edits, dtype=np.int32)
            <= edits
        )
    return found


def distinct_pairs(left: Ints, right: Ints) -> tuple[Ints, Ints, Ints]:
    """Return each unordered pair of codes once, and which of them every given pair is."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    pairs = pa.array(low.astype(np.int64) << 32 | high).dictionary_encode()
    codes = pairs.dictionary.to_numpy()
    return codes >> 32, codes & 0xFFFFFFFF, pairs.indices.to_numpy()
