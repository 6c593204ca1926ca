"""Golden ids for life: a cluster keeps the id that most of its records had before.

In: the clusters as they are now, and which id each record had. Out: an id for every cluster, and
for every retired id where its records went. The order of clusters makes no difference.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from hub.model import Key

_NEVER = datetime.max.replace(tzinfo=UTC)


class Assignment(NamedTuple):
    """Who is who after a re-clustering."""

    ids: Mapping[frozenset[Key], str]
    """Every cluster's golden id."""
    forwards: Mapping[str, tuple[str, ...]]
    """Every retired id's successors, by how many of its records they took; empty if all left."""


def assign_ids(
    clusters: Collection[frozenset[Key]],
    previous: Mapping[Key, str],
    born: Mapping[str, datetime],
    mint: Callable[[], str],
) -> Assignment:
    """Give every cluster an id: by overlap, then the oldest, then the least id; else a new one.

    ``previous`` must name the id of every record that a former golden customer had, also of those
    that are in no cluster any more; else an id might be retired that lives on elsewhere.
    """
    ordered = sorted(clusters, key=min)
    overlaps = {cluster: _overlap(cluster, previous) for cluster in ordered}
    ids = _keep(overlaps, born)
    for cluster in ordered:
        if cluster not in ids:
            ids[cluster] = mint()
    return Assignment(ids, _forward(previous, ids, overlaps))


def _overlap(cluster: Iterable[Key], previous: Mapping[Key, str]) -> Counter[str]:
    return Counter(previous[key] for key in cluster if key in previous)


def _keep(
    overlaps: Mapping[frozenset[Key], Counter[str]], born: Mapping[str, datetime]
) -> dict[frozenset[Key], str]:
    """Give old ids to clusters, largest overlap first; each id once, each cluster one."""
    offers = sorted(
        (-count, born.get(old, _NEVER), old, min(cluster), cluster)
        for cluster, counts in overlaps.items()
        for old, count in counts.items()
    )
    ids: dict[frozenset[Key], str] = {}
    taken: set[str] = set()
    for _count, _born, old, _least, cluster in offers:
        if cluster not in ids and old not in taken:
            ids[cluster] = old
            taken.add(old)
    return ids


def _forward(
    previous: Mapping[Key, str],
    ids: Mapping[frozenset[Key], str],
    overlaps: Mapping[frozenset[Key], Counter[str]],
) -> dict[str, tuple[str, ...]]:
    retired = set(previous.values()) - set(ids.values())
    return {old: _successors(old, ids, overlaps) for old in sorted(retired)}


def _successors(
    old: str,
    ids: Mapping[frozenset[Key], str],
    overlaps: Mapping[frozenset[Key], Counter[str]],
) -> tuple[str, ...]:
    shares = sorted((-counts[old], ids[cluster]) for cluster, counts in overlaps.items())
    return tuple(successor for share, successor in shares if share)
