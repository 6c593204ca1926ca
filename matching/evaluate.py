"""How right a match is, where the truth is known: pairs found, pairs missed, pairs made up."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple, TypeVar

H = TypeVar("H", bound=Hashable)


class Scores(NamedTuple):
    """Counts of pairs: ``found`` by us, ``true`` in the truth, ``right`` in both."""

    found: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        """Share of the found pairs that are true; 1 if none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of the true pairs that were found; 1 if there is none."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(clusters: Iterable[Collection[H]], truth: Mapping[H, Hashable]) -> Scores:
    """Score clusters against the truth (member -> who it is), as the pairs that they imply.

    Members that the truth does not know are left out. Costs no more than the members: pairs are
    counted, never listed.
    """
    found = right = 0
    for group in clusters:
        who = Counter(truth[member] for member in group if member in truth)
        found += _pairs(who.total())
        right += sum(map(_pairs, who.values()))
    return Scores(found, _true_pairs(truth), right)


def pairs_found(pairs: Iterable[tuple[H, H]], truth: Mapping[H, Hashable]) -> Scores:
    """Score pairs, in either order and each counted once, against the truth."""
    known = {frozenset(pair) for pair in pairs if truth.keys() >= set(pair)}
    right = sum(len({truth[member] for member in pair}) == 1 for pair in known)
    return Scores(len(known), _true_pairs(truth), right)


def b_cubed(clusters: Iterable[Collection[H]], truth: Mapping[H, Hashable]) -> tuple[float, float]:
    """Return precision and recall averaged over the members (Bagga and Baldwin 1998).

    Each member counts the same, so no giant cluster outweighs all others. Members that the truth
    does not know are left out; 1 and 1 if it knows none.
    """
    sizes = Counter(truth.values())
    precision = recall = 0.0
    known = 0
    for group in clusters:
        who = Counter(truth[member] for member in group if member in truth)
        for entity, shared in who.items():
            precision += shared * shared / who.total()
            recall += shared * shared / sizes[entity]
        known += who.total()
    return (precision / known, recall / known) if known else (1.0, 1.0)


def implied_pairs(clusters: Iterable[Collection[H]]) -> Iterator[tuple[H, H]]:
    """Yield every pair inside every cluster, to be scored together with pairs for review."""
    for group in clusters:
        yield from combinations(group, 2)


def _true_pairs(truth: Mapping[H, Hashable]) -> int:
    return sum(map(_pairs, Counter(truth.values()).values()))


def _pairs(size: int) -> int:
    return size * (size - 1) // 2
