"""Golden ids for life: a cluster keeps the id that most of its records had before.

In: the clusters as they are now, which id each record had, and which ids were retired into those.
Out: an id for every cluster, and for every retired id where its records are now. The order of
clusters makes no difference.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from hub.model import Key

_NEVER = datetime.max.replace(tzinfo=UTC)
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_NOBODY: Mapping[str, "Retired"] = {}


class Retired(NamedTuple):
    """An id that was merged away: when, and the records that it had last."""

    at: datetime
    members: frozenset[Key]


class Assignment(NamedTuple):
    """Who is who after a re-clustering."""

    ids: Mapping[frozenset[Key], str]
    """Every cluster's golden id."""
    forwards: Mapping[str, tuple[str, ...]]
    """Every newly retired id's successors, by how many of its records they took; empty if all
    left."""
    led: Mapping[str, tuple[str, ...]]
    """The same for the ids that were retired before and stay so, if a cluster has their records."""


def assign_ids(
    clusters: Collection[frozenset[Key]],
    previous: Mapping[Key, str],
    born: Mapping[str, datetime],
    mint: Callable[[], str],
    *,
    verified: Collection[Key] = (),
    retired: Mapping[str, Retired] = _NOBODY,
) -> Assignment:
    """Give every cluster an id: by overlap, then verified records, then the oldest, then the least.

    Of two ids with equal overlap, one with all its records here goes before one that has others
    elsewhere.
    ``previous`` must name the id of every record that a former golden customer had, also of those
    that are in no cluster any more; else an id might be retired that lives on elsewhere.
    ``verified`` are the records that a steward confirmed. Parts that are even in all that quarrel
    about one id: it stays with the records that had it before others were merged in. A cluster
    that gets no living id takes back the retired one that most of its records had, so that what is
    taken apart is who it was; else it gets a new one.
    """
    ordered = sorted(clusters, key=min)
    overlaps = {cluster: _overlap(cluster, previous) for cluster in ordered}
    ids = _keep(previous, overlaps, born, frozenset(verified), _came(retired))
    _revive(ids, [cluster for cluster in ordered if cluster not in ids], retired, born)
    for cluster in ordered:
        if cluster not in ids:
            ids[cluster] = mint()
    homes = {key: ids[cluster] for cluster in ordered for key in cluster}
    living = set(ids.values())
    return Assignment(
        ids,
        _forward(previous, ids, overlaps),
        {
            old: _holders(gone.members, homes)
            for old, gone in sorted(retired.items())
            if old not in living and not homes.keys().isdisjoint(gone.members)
        },
    )


def _overlap(cluster: Iterable[Key], previous: Mapping[Key, str]) -> Counter[str]:
    return Counter(previous[key] for key in cluster if key in previous)


def _came(retired: Mapping[str, Retired]) -> dict[Key, datetime]:
    """Return when each record last came under its id because another was merged away."""
    came: dict[Key, datetime] = {}
    for gone in retired.values():
        for key in gone.members:
            came[key] = max(gone.at, came.get(key, _ALWAYS))
    return came


def _keep(
    previous: Mapping[Key, str],
    overlaps: Mapping[frozenset[Key], Counter[str]],
    born: Mapping[str, datetime],
    verified: frozenset[Key],
    came: Mapping[Key, datetime],
) -> dict[frozenset[Key], str]:
    """Give old ids to clusters, the best claim first; each id once, each cluster one."""
    sizes = Counter(previous.values())
    offers = sorted(
        (
            -count,
            -count / sizes[old],
            -sum(previous.get(key) == old for key in cluster & verified),
            born.get(old, _NEVER),
            old,
            max(came.get(key, _ALWAYS) for key in cluster if previous.get(key) == old),
            min(cluster),
            cluster,
        )
        for cluster, counts in overlaps.items()
        for old, count in counts.items()
    )
    return _settle((cluster, old) for *_, old, _came, _least, cluster in offers)


def _settle(offers: Iterable[tuple[frozenset[Key], str]]) -> dict[frozenset[Key], str]:
    ids: dict[frozenset[Key], str] = {}
    taken: set[str] = set()
    for cluster, old in offers:
        if cluster not in ids and old not in taken:
            ids[cluster] = old
            taken.add(old)
    return ids


def _revive(
    ids: dict[frozenset[Key], str],
    clusters: Collection[frozenset[Key]],
    retired: Mapping[str, Retired],
    born: Mapping[str, datetime],
) -> None:
    """Give retired ids back to the clusters that have most of their last records."""
    left: defaultdict[Key, list[str]] = defaultdict(list)
    for old, gone in retired.items():
        for key in gone.members:
            left[key].append(old)
    offers = sorted(
        (-count, born.get(old, _NEVER), old, min(cluster), cluster)
        for cluster in clusters
        for old, count in Counter(old for key in cluster for old in left.get(key, ())).items()
    )
    ids.update(_settle((cluster, old) for *_, old, _least, cluster in offers))


def _forward(
    previous: Mapping[Key, str],
    ids: Mapping[frozenset[Key], str],
    overlaps: Mapping[frozenset[Key], Counter[str]],
) -> dict[str, tuple[str, ...]]:
    retired = set(previous.values()) - set(ids.values())
    if not retired:
        return {}
    shares: dict[str, Counter[str]] = {old: Counter() for old in sorted(retired)}
    for cluster, counts in overlaps.items():
        for old in counts.keys() & retired:
            shares[old][ids[cluster]] = counts[old]
    return {old: _most_first(counts) for old, counts in shares.items()}


def _holders(members: Iterable[Key], homes: Mapping[Key, str]) -> tuple[str, ...]:
    return _most_first(Counter(homes[key] for key in members if key in homes))


def _most_first(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(counts, key=lambda id_: (-counts[id_], id_)))
