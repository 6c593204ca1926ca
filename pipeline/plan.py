"""PLAN: what a match would do, with these thresholds or that model; nothing is written.

It is done, looked at, and taken back: a plan can't differ from what would come of it.
"""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from golden.identity import assign_ids
from hub.config import Settings
from hub.errors import ConfigError
from hub.model import Key, Verdict
from pipeline.cluster import cluster_scope
from pipeline.match import match_due
from pipeline.models import OURS, find, judge_for, put_in_use
from pipeline.report import MatchReport
from pipeline.scope import Scope, gather
from store.database import Store, Unit
from store.records import Due

_SHOWN = 20
"""Merges, splits and contradictions that a plan names."""


class Contradiction(NamedTuple):
    """A decision of a steward that the match would decide otherwise; the decision holds."""

    left: Key
    right: Key
    verdict: str
    weight: float | None
    """In bits; None: too little for a steward to be asked."""


class Plan(NamedTuple):
    """What would change."""

    match: MatchReport
    customers: int
    """Golden customers of what was looked at, after it."""
    kept: int
    """Golden ids that stay."""
    new: int
    retired: int
    merges: tuple[tuple[str, ...], ...]
    """Golden ids that would become one customer."""
    splits: tuple[str, ...]
    """Golden ids whose records would be several customers."""
    merged: int
    """How many of each there are in all."""
    split: int
    contradicted: tuple[Contradiction, ...]


class _TakenBack(Exception):  # noqa: N818 - no error: it ends the transaction
    """All that was done for the plan is undone."""


def plan(
    settings: Settings,
    store: Store,
    *,
    model: str | None = None,
    merge: float | None = None,
    review: float | None = None,
) -> Plan:
    """Plan a match: of what is due, or, with another model or other thresholds, of everything.

    Raises ConfigError for a model that there is not, or thresholds that make no sense.
    """
    chosen = with_thresholds(settings, merge, review)
    found: list[Plan] = []
    with suppress(_TakenBack), store.begin() as unit:
        if model is not None:
            put_in_use(unit, find(unit, model))
        elif chosen is not settings:
            unit.records.rematch()
        report = match_due(chosen, unit)
        unit.records.take_back()
        scope = gather(unit, unit.records.ids_due(Due.MERGE))
        found.append(_compared(unit, chosen, scope, report))
        raise _TakenBack
    return found[0]


def with_thresholds(settings: Settings, merge: float | None, review: float | None) -> Settings:
    """Return the settings with other thresholds. Raises ConfigError for ones that make no sense."""
    given = {"merge": merge, "review": review}
    wanted = {name: value for name, value in given.items() if value is not None}
    if not wanted:
        return settings
    both = settings.matching.model_dump() | wanted
    if not (0.5 < both["merge"] < 1 and 0 < both["review"] <= both["merge"]):  # noqa: PLR2004
        raise ConfigError("thresholds: 0.5 < merge < 1, and 0 < review <= merge")
    return settings.model_copy(update={"matching": settings.matching.model_copy(update=wanted)})


def _compared(unit: Unit, settings: Settings, scope: Scope, report: MatchReport) -> Plan:
    previous = {key: r.golden_id for key, r in scope.records.items() if r.golden_id is not None}
    clusters = cluster_scope(unit, settings, scope).clusters
    numbers = iter(range(len(clusters)))
    born = unit.golden.born(set(previous.values()))
    assigned = assign_ids(clusters, previous, born, lambda: f"new {next(numbers)}")
    former = set(previous.values())
    merges, homes = [], defaultdict(set)
    for members, id_ in sorted(assigned.ids.items(), key=lambda one: min(one[0])):
        before = sorted({previous[key] for key in members if key in previous})
        merges += [tuple(before)] if len(before) > 1 else []
        for old in before:
            homes[old].add(id_)
    splits = sorted(old for old, ids in homes.items() if len(ids) > 1)
    kept = len(former & set(assigned.ids.values()))
    return Plan(
        report, len(clusters), kept, len(clusters) - kept, len(former) - kept,
        tuple(merges[:_SHOWN]), tuple(splits[:_SHOWN]), len(merges), len(splits),
        _contradicted(unit, settings, {one.id: key for key, one in scope.records.items()}),
    )  # fmt: skip


def _contradicted(
    unit: Unit, settings: Settings, keys: Mapping[int, Key]
) -> tuple[Contradiction, ...]:
    """Return the decisions that the weights alone would decide otherwise, the clearest first."""
    version = judge_for(unit, settings).version
    stored = {(one.left_id, one.right_id): one for one in unit.pairs.links(list(keys))}
    found = []
    for row in unit.decisions.standing():
        pair = stored.get((row.left_id, row.right_id))
        if row.left_id not in keys or row.right_id not in keys or row.author == OURS:
            continue
        ends = keys[row.left_id], keys[row.right_id]
        if row.verdict == Verdict.DIFFERENT.value:
            if pair is not None and pair.model == version and pair.outcome == "merge":
                found.append(Contradiction(*ends, row.verdict, round(pair.weight, 2)))
        elif pair is None:  # not even worth a steward's look
            found.append(Contradiction(*ends, row.verdict, None))
    return tuple(sorted(found, key=_clearest)[:_SHOWN])


def _clearest(one: Contradiction) -> tuple[float, Key, Key]:
    return -abs(one.weight or 0), one.left, one.right
