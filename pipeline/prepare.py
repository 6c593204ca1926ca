"""PREPARE: what the merge of some records comes to; it reads and thinks, and writes nothing.

In: records that nothing links to any other. Out: all that is to be written of them. A worker does
it with a connection of its own.
"""

from collections.abc import Sequence
from typing import NamedTuple

from golden.identity import Assignment, Retired, assign_ids
from hub.clock import new_id
from hub.config import Settings
from hub.model import Key
from pipeline.cluster import cluster_scope
from pipeline.compose import composing
from pipeline.ingredients import Ingredients, verified
from pipeline.notices import notices
from pipeline.scope import Scope, scope_of
from store.database import Store, Unit
from store.golden_text import GoldenText
from store.outbox import Notice


class Prepared(NamedTuple):
    """What is to be written of records that were merged together."""

    records: list[int]
    changed: list[GoldenText]
    """Golden customers that are new or say something else than before."""
    created: int
    """How many of them are new."""
    joined: list[tuple[int, str]]
    """Records that become members, and of which golden customer."""
    left: list[tuple[int, str]]
    """Which of them were members of another one."""
    notices: list[Notice]
    refused: list[tuple[int, int, str]]
    """Pairs that are kept apart, and why."""
    forwards: dict[str, tuple[str, ...]]
    """Golden ids that retire, and their successors."""
    led: dict[str, tuple[str, ...]]
    """The same for ids that retired before."""
    former: set[str]
    """The golden customers that these records had."""


def prepare(store: Store, settings: Settings, ids: Sequence[int]) -> Prepared:
    """Cluster these records, give every cluster its golden id, compose the golden customers."""
    with store.read() as unit:
        scope = scope_of(unit, ids)
        clustering = cluster_scope(unit, settings, scope)
        former = {one.golden_id for one in scope.records.values() if one.golden_id is not None}
        retired = {old: Retired(*gone) for old, gone in unit.golden.retired_into(former).items()}
        assignment = _identify(unit, scope, clustering.clusters, retired)
        before = unit.golden.texts(former)
        versions = unit.golden.versions(former | retired.keys())
        tasks = list(Ingredients(unit, scope).tasks(assignment.ids, before, versions))
    # Not while something is being read: what SQLite wrote meanwhile could not leave its log.
    composed = composing(settings)(tasks)
    goldens = [one.golden for one in composed]
    changed = [one.golden for one in composed if one.changed]
    joined, left = _moves(scope, goldens)
    number = {key: record.id for key, record in scope.records.items()}
    return Prepared(
        [*number.values()],
        changed,
        sum(golden.id not in before for golden in changed),
        joined,
        left,
        notices(settings, scope, goldens, {golden.id for golden in changed}),
        [(number[one.left], number[one.right], one.reason) for one in clustering.refused],
        dict(assignment.forwards),
        dict(assignment.led),
        former,
    )


def _identify(
    unit: Unit, scope: Scope, clusters: Sequence[frozenset[Key]], retired: dict[str, Retired]
) -> Assignment:
    """Give every cluster its golden id."""
    previous = {key: r.golden_id for key, r in scope.records.items() if r.golden_id is not None}
    return assign_ids(
        clusters,
        previous,
        unit.golden.born({*previous.values(), *retired}),
        lambda: new_id("cus"),
        verified=verified(unit, [record.id for record in scope.records.values()]),
        retired=retired,
    )


def _moves(
    scope: Scope, goldens: Sequence[GoldenText]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return which records join which golden customer, and which one each of them leaves."""
    moving = [
        (record, golden.id)
        for golden in goldens
        for record in (scope.records[key] for key in golden.members)
        if record.golden_id != golden.id
    ]
    joined = [(record.id, golden_id) for record, golden_id in moving]
    left = [(record.id, record.golden_id) for record, _ in moving if record.golden_id is not None]
    return joined, left
