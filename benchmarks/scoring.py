"""How right a clustering is, at any size: whole tables at once, in numpy.

`matching.evaluate` says the same of a few clusters held in memory as sets; a test holds the two
against each other. Here a truth is one number for each record, and so is a clustering.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matching.evaluate import Scores

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

TOO_BIG = 2000  # members of one cluster whose pairs are still listed one by one


class Pairs(NamedTuple):
    """Scored pairs of records, by row number, each once."""

    left: Ints
    right: Ints
    logit: Floats


def codes(values: Any) -> Ints:
    """Give each distinct value of an Arrow column a number, from 0."""
    column = pa.chunked_array(values) if isinstance(values, list) else values
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    numbers: Ints = column.dictionary_encode().indices.to_numpy().astype(np.int64)
    return numbers


def both(left: Ints, right: Ints) -> Ints:
    """Give each combination of two numberings a number."""
    combined: Ints = left * (int(right.max(initial=0)) + 1) + right
    return combined


def pair_count(groups: Ints, source: Ints | None = None) -> int:
    """Count the pairs of records that share a group; with a source, only pairs across sources."""
    _, sizes = np.unique(groups, return_counts=True)
    count = int((sizes * (sizes - 1) // 2).sum())
    return count if source is None else count - pair_count(both(groups, source))


def clustered(truth: Ints, found: Ints, source: Ints | None = None) -> Scores:
    """Score a clustering as the pairs that it implies; with a source, only pairs across sources."""
    return Scores(
        pair_count(found, source), pair_count(truth, source), pair_count(both(truth, found), source)
    )


def b_cubed(truth: Ints, found: Ints) -> tuple[float, float, float]:
    """Precision, recall and F1 averaged over records (Bagga and Baldwin 1998).

    Every record counts the same, so that no giant cluster outweighs all others.
    """
    cells, where, shared = np.unique(both(truth, found), return_inverse=True, return_counts=True)
    del cells
    mine = shared[where]
    precision = float((mine / np.bincount(found)[found]).mean())
    recall = float((mine / np.bincount(truth)[truth]).mean())
    return precision, recall, 2 * precision * recall / (precision + recall)


def scored(pairs: Pairs, truth: Ints, true: int, cut: float) -> Scores:
    """Score the pairs at or above a cut (in logits), before any clustering."""
    said = pairs.logit >= cut
    right = truth[pairs.left] == truth[pairs.right]
    return Scores(int(said.sum()), true, int((said & right).sum()))


def best_cut(pairs: Pairs, truth: Ints, true: int) -> tuple[float, float]:
    """Find the cut with the highest pairwise F1, and that F1. It needs the truth: optimistic."""
    order = np.argsort(-pairs.logit, kind="stable")
    right = np.cumsum((truth[pairs.left] == truth[pairs.right])[order])
    logit = pairs.logit[order]
    last = np.flatnonzero(np.append(logit[1:] != logit[:-1], True))
    if not len(last) or not true:
        return 0.0, 0.0
    f1 = 2 * right[last] / (last + 1 + true)
    best = int(np.argmax(f1))
    above = logit[last[best] + 1] if last[best] + 1 < len(logit) else logit[last[best]]
    return float((logit[last[best]] + above) / 2), float(f1[best])


def pairs_within(groups: Ints) -> Iterator[tuple[Ints, Ints]]:
    """List the pairs of records that share a group, one array for each size of group.

    Groups beyond ``TOO_BIG`` are left out: their pairs would fill the memory.
    """
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    for size in np.unique(sizes):
        if 1 < size <= TOO_BIG:
            rows = order[starts[sizes == size][:, None] + np.arange(size)]
            one, other = np.triu_indices(size, 1)
            yield rows[:, one].ravel(), rows[:, other].ravel()


def by_tag(truth: Ints, found: Ints, tags: Any) -> dict[str, Scores]:
    """Score the pairs in which at least one record has the tag, for each kind of dirt.

    ``tags`` is an Arrow column of texts like ``typo,moved``; no dirt counts as ``clean``.
    """
    dictionary = tags.combine_chunks().fill_null("").dictionary_encode()
    sets = [frozenset((text or "clean").split(",")) for text in dictionary.dictionary.to_pylist()]
    which = dictionary.indices.to_numpy()
    names = sorted(frozenset().union(*sets))
    has = np.array([[name in tagged for name in names] for tagged in sets])
    counts = {name: [0, 0, 0] for name in names}
    for kind, groups in enumerate((found, truth)):
        for left, right in pairs_within(groups):
            same = (truth[left] == truth[right]) & (found[left] == found[right])
            for place, name in enumerate(names):
                column = has[:, place]
                hit = column[which[left]] | column[which[right]]
                counts[name][kind] += int(hit.sum())
                if kind == 0:
                    counts[name][2] += int((hit & same).sum())
    return {name: Scores(*count) for name, count in counts.items()}


def errors(
    truth: Ints, found: Ints, limit: int
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """List pairs that were merged but are strangers, and pairs that were missed."""
    return _differing(found, truth, limit), _differing(truth, found, limit)


def _differing(groups: Ints, other: Ints, limit: int) -> list[tuple[int, int]]:
    """List pairs that one numbering joins and the other does not, spread over all sizes."""
    pairs: list[tuple[int, int]] = []
    for left, right in pairs_within(groups):
        wrong = np.flatnonzero(other[left] != other[right])
        some = wrong[:: max(1, len(wrong) // limit)]
        pairs.extend(zip(left[some].tolist(), right[some].tolist(), strict=True))
    return pairs[:: max(1, len(pairs) // limit)][:limit]
