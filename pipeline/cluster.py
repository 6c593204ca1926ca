"""CLUSTER: which records of a scope are one customer, by pairs, decisions and the model.

It tells which merges it refused; of golden customers it knows nothing, and it writes nothing.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from hub.config import Settings
from hub.model import Decision, Key, Verdict
from matching.clusters.groups import Evidenced, group
from matching.verdicts import Judge, bits_of, score
from matching.weights.vetoes import number_of, reason
from pipeline.models import frame_of, judge_for
from pipeline.scope import Scope
from store.database import Unit
from store.pairs import Link
from store.records import Word

Ints = NDArray[np.int64]


class Refused(NamedTuple):
    """A pair that looked like one customer and was kept apart, for a steward to see."""

    left: Key
    right: Key
    reason: str


class Clustering(NamedTuple):
    """Every record in exactly one cluster; and what was refused."""

    clusters: tuple[frozenset[Key], ...]
    refused: tuple[Refused, ...]


def cluster_scope(unit: Unit, settings: Settings, scope: Scope) -> Clustering:
    """Put every record of the scope that has a word into exactly one cluster."""
    said = unit.decisions.live([record.id for record in scope.records.values()])
    silent = {key for key, word in scope.said.items() if word.silent}
    # In the order of their keys: what landed first must not matter.
    keys = sorted(scope.said.keys() - silent)
    clustering = _grouped(unit, judge_for(unit, settings), scope, keys, said)
    return clustering._replace(clusters=_with_silent(clustering.clusters, silent, said))


def _grouped(
    unit: Unit, judge: Judge, scope: Scope, keys: Sequence[Key], said: Sequence[Decision]
) -> Clustering:
    place = {key: number for number, key in enumerate(keys)}
    decided = {
        (place[one.left], place[one.right]): one.verdict
        for one in said
        if one.left in place and one.right in place
    }

    def weigh(left: Ints, right: Ints) -> Evidenced:
        return _weighed(scope, keys, judge, left, right)

    found = group(
        len(keys),
        _open_pairs(unit, {scope.records[key].id: place[key] for key in keys}, decided),
        [pair for pair, verdict in decided.items() if verdict is Verdict.SAME],
        [pair for pair, verdict in decided.items() if verdict is Verdict.DIFFERENT],
        weigh,
        merge=bits_of(judge.merge),
    )
    members: dict[int, list[Key]] = {}
    for key, label in zip(keys, found.labels.tolist(), strict=True):
        members.setdefault(label, []).append(key)
    refused = (
        Refused(keys[one.left], keys[one.right], _words(one.reason, one.veto))
        for one in found.refused
    )
    return Clustering(tuple(map(frozenset, members.values())), tuple(refused))


def _words(why: str, veto: int) -> str:
    return f"{why}: {reason(veto)}" if veto else why


def _open_pairs(
    unit: Unit, places: dict[int, int], decided: Collection[tuple[int, int]]
) -> Evidenced:
    """Return the stored pairs among these records (id -> number) that nobody has decided."""
    closed = {tuple(sorted(pair)) for pair in decided}
    pairs: dict[tuple[int, int], Link] = {}
    for pair in unit.pairs.links(list(places)):
        one, other = sorted((places[pair.left_id], places[pair.right_id]))
        if (one, other) not in closed:
            pairs[one, other] = pair
    ordered = sorted(pairs)
    ends = np.array(ordered, np.int64).reshape(-1, 2)
    return Evidenced(
        ends[:, 0],
        ends[:, 1],
        np.array([pairs[one].weight for one in ordered], np.float64),
        np.array([number_of(_veto(pairs[one])) for one in ordered], np.int64),
    )


def _veto(pair: Link) -> str | None:
    """Return the veto of a pair; the reason of one that it would merge is a former refusal."""
    return pair.reason if pair.outcome == "review" else None


def _weighed(scope: Scope, keys: Sequence[Key], judge: Judge, left: Ints, right: Ints) -> Evidenced:
    """Weigh pairs that no key brought together."""
    used = np.unique(np.concatenate([left, right]))
    words = [
        Word(scope.records[keys[n]].id, keys[n], str(scope.records[keys[n]].customer))
        for n in used.tolist()
    ]
    one, other = np.searchsorted(used, left), np.searchsorted(used, right)
    found = score(frame_of(words, judge), one, other, judge)
    return Evidenced(left, right, found.bits, found.vetoes.astype(np.int64))


def _with_silent(
    clusters: Sequence[frozenset[Key]], silent: Collection[Key], said: Sequence[Decision]
) -> tuple[frozenset[Key], ...]:
    """Add the records that we created: they go with the record that they were created for."""
    home = {key: members for members in clusters for key in members}
    joining: dict[frozenset[Key], set[Key]] = {members: set(members) for members in clusters}
    left = set(silent)
    for one in said:
        for here, there in ((one.left, one.right), (one.right, one.left)):
            if one.verdict is Verdict.SAME and here in left and there in home:
                joining[home[there]].add(here)
                left.remove(here)
    return (*map(frozenset, joining.values()), *(frozenset({key}) for key in sorted(left)))
