"""Connected components: records that hang together by links, however long the chain."""

import numpy as np

from matching.table.columns import Flags, Ints


def components(size: int, left: Ints, right: Ints) -> Ints:
    """Return the component of each of ``size`` records, named by its least member."""
    roots = np.arange(size, dtype=np.int64)
    while len(left):
        one, other = roots[left], roots[right]
        apart = one != other
        left, right, one, other = left[apart], right[apart], one[apart], other[apart]
        np.minimum.at(roots, np.maximum(one, other), np.minimum(one, other))
        roots = _shortened(roots)
    return roots


def _shortened(roots: Ints) -> Ints:
    """Let every record point at the end of its chain."""
    while True:
        further = roots[roots]
        if np.array_equal(further, roots):
            return roots
        roots = further


def in_larger(labels: Ints, members: int) -> Flags:
    """Tell which records are in a component of at least so many members."""
    return np.bincount(labels, minlength=len(labels))[labels] >= members


def pairs_within(labels: Ints, smallest: int, largest: int) -> tuple[Ints, Ints]:
    """Return every pair of records within components of ``smallest`` to ``largest`` members."""
    order = np.argsort(labels, kind="stable")
    ordered = labels[order]
    heads = np.flatnonzero(
        np.concatenate((np.ones(min(1, len(ordered)), np.bool_), ordered[1:] != ordered[:-1]))
    )
    sizes = np.diff(np.append(heads, len(ordered)))
    lefts, rights = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for members in np.unique(sizes):
        if smallest <= members <= largest:
            blocks = order[heads[sizes == members][:, None] + np.arange(members)]
            one, other = np.triu_indices(members, 1)
            lefts.append(blocks[:, one].ravel())
            rights.append(blocks[:, other].ravel())
    return np.concatenate(lefts), np.concatenate(rights)
