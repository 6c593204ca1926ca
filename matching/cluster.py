"""Pairs -> clusters: strongest evidence first, and a "different" holds whatever the weights say.

Pure and deterministic: the order of members, matches and decisions makes no difference.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from itertools import product
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from hub.model import Verdict
from matching.score import Match, Proposal

LARGEST = 50
"""Records of one customer. A cluster that would grow beyond is a chain through a hub value."""
_FLOOR, _CAP = -2.2, 8.7
"""Bounds of one pair's weight in an average: a single strong doubt costs little, since one record
of three may be wrong; a single strong proof can't drag in a crowd."""


class Orderable(Hashable, Protocol):
    """What names a member: hashable, and with an order that never changes."""

    def __lt__(self, other: Any, /) -> bool: ...


H = TypeVar("H", bound=Orderable)


class Refused(NamedTuple, Generic[H]):
    """A pair that looked like one customer and was kept apart, for a steward to see."""

    left: H
    right: H
    reason: str


class Clustering(NamedTuple, Generic[H]):
    """Every member in exactly one cluster, by least member; and what was refused."""

    clusters: tuple[frozenset[H], ...]
    refused: tuple[Refused[H], ...]


def cluster(
    members: Collection[H],
    matches: Mapping[tuple[H, H], Match],
    decisions: Mapping[tuple[H, H], Verdict],
    rescore: Callable[[H, H], Match],
) -> Clustering[H]:
    """Group members into customers.

    ``matches`` are the scored candidate pairs and ``decisions`` the stewards' verdicts, by pair in
    either order; pairs of non-members are ignored. ``rescore`` scores a pair that no key brought
    together, which is needed before its two clusters may join.
    """
    grouping = _Grouping(members, matches, decisions, rescore)
    for pair in grouping.decided(Verdict.SAME):
        grouping.join(pair, grouping.contradiction)
    for pair in grouping.proposed():
        grouping.join(pair, grouping.objection)
    return grouping.result()


class _Grouping(Generic[H]):
    """The clusters while they grow."""

    def __init__(
        self,
        members: Collection[H],
        matches: Mapping[tuple[H, H], Match],
        decisions: Mapping[tuple[H, H], Verdict],
        rescore: Callable[[H, H], Match],
    ) -> None:
        self._of: dict[H, set[H]] = {member: {member} for member in members}
        self._matches = {_ordered(*pair): match for pair, match in matches.items()}
        self._decisions = {_ordered(*pair): verdict for pair, verdict in decisions.items()}
        self._rescore = rescore
        self._refused: dict[tuple[H, H], str] = {}

    def decided(self, verdict: Verdict) -> list[tuple[H, H]]:
        """Return the members' pairs with this verdict, sorted."""
        return sorted(
            pair
            for pair, said in self._decisions.items()
            if said is verdict and self._of.keys() >= set(pair)
        )

    def proposed(self) -> list[tuple[H, H]]:
        """Return the pairs to merge that nobody has decided, strongest evidence first."""
        pairs = sorted(
            pair
            for pair, match in self._matches.items()
            if match.outcome is Proposal.MERGE
            and pair not in self._decisions
            and self._of.keys() >= set(pair)
        )
        return sorted(pairs, key=lambda pair: -self._matches[pair].weight)

    def join(self, pair: tuple[H, H], objection: Callable[[set[H], set[H]], str | None]) -> None:
        """Join the clusters of a pair unless something speaks against it."""
        ours, theirs = self._of[pair[0]], self._of[pair[1]]
        if ours is theirs:
            return
        if reason := objection(ours, theirs):
            self._refused[pair] = reason
            return
        ours |= theirs
        self._of.update(dict.fromkeys(theirs, ours))

    def contradiction(self, ours: set[H], theirs: set[H]) -> str | None:
        """Return what a steward's "different" says against joining two clusters."""
        pairs = (_ordered(*pair) for pair in product(ours, theirs))
        if any(self._decisions.get(pair) is Verdict.DIFFERENT for pair in pairs):
            return "decided different"
        return None

    def objection(self, ours: set[H], theirs: set[H]) -> str | None:
        """Return what speaks against joining two clusters: a decision, size, a veto, the mean."""
        if reason := self.contradiction(ours, theirs):
            return reason
        if len(ours) + len(theirs) > LARGEST:
            return "size"
        pairs = sorted(_ordered(*pair) for pair in product(ours, theirs))
        matches = [self._match(pair) for pair in pairs if not self._is_same(pair)]
        if reason := next((match.veto for match in matches if match.veto), None):
            return f"veto: {reason}"
        mean_is_low = sum(_bounded(match.weight) for match in matches) <= 0
        return "weak bridge" if mean_is_low else None

    def result(self) -> Clustering[H]:
        """Return the clusters as they stand, and the refusals that still hold."""
        clusters = {id(group): frozenset(group) for group in self._of.values()}
        refused = (
            Refused(left, right, reason)
            for (left, right), reason in sorted(self._refused.items())
            if self._of[left] is not self._of[right]
        )
        return Clustering(tuple(sorted(clusters.values(), key=_least)), tuple(refused))

    def _is_same(self, pair: tuple[H, H]) -> bool:
        return self._decisions.get(pair) is Verdict.SAME

    def _match(self, pair: tuple[H, H]) -> Match:
        if pair not in self._matches:
            self._matches[pair] = self._rescore(*pair)
        return self._matches[pair]


def _ordered(left: H, right: H) -> tuple[H, H]:
    return (left, right) if left < right else (right, left)


def _least(group: Iterable[H]) -> H:
    return min(group)


def _bounded(weight: float) -> float:
    return max(_FLOOR, min(weight, _CAP))
