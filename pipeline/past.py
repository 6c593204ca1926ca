"""PAST: a golden customer as it was, and what changed, when, why, by which run or person."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, NamedTuple

from hub.model import Attributes, GoldenCustomer, Key, Origin
from store.acts import StoredAct
from store.customers import GoldenVersion
from store.database import Store, Unit

_BEGINNING = datetime.min.replace(tzinfo=UTC)


class Difference(NamedTuple):
    """What changed of one attribute."""

    attribute: str
    before: Any
    after: Any
    origin: Origin | None
    """Who says the first of the new values; None: nobody says anything any more."""


class Step(NamedTuple):
    """One step in the life of a golden customer."""

    version: int
    at: datetime
    run_id: str | None
    acts: tuple[StoredAct, ...]
    """What persons did to its records since the step before: why it changed."""
    joined: tuple[Key, ...]
    left: tuple[Key, ...]
    differences: tuple[Difference, ...]
    retired: bool
    """Merged away; it may live again later."""


class Life(NamedTuple):
    """One golden id, living or retired, and all its steps, oldest first."""

    golden_id: str
    successors: tuple[str, ...]
    """Who it means now: itself, if it lives."""
    steps: tuple[Step, ...]


def lives(store: Store, name: str) -> list[Life]:
    """Return the lives of who is called ``name``: a golden id, also a retired one, or a key."""
    with store.read() as unit:
        known = unit.golden.born([name])
        ids = list(known) or [golden.id for golden in unit.golden.find(name, limit=1)]
        return [_life(unit, golden_id) for golden_id in ids]


def as_of(store: Store, name: str, at: datetime) -> list[GoldenCustomer]:
    """Return who was called ``name`` at that moment, as it was then.

    A golden id that was retired by then leads to where its records were. Empty if nobody was.
    """
    with store.read() as unit:
        version = unit.timeline.version_at(name, at)
        if version is not None and version.members:
            return [_as_golden(name, version)]
        numbers = unit.timeline.ever_in([name]) if version else _records(unit, name)
        homes = sorted(set(unit.timeline.homes_at(numbers, at).values()))
        found = {home: unit.timeline.version_at(home, at) for home in homes}
        keys = {record.key for record in unit.records.get(numbers)}
        return [
            _as_golden(home, then)
            for home, then in found.items()
            if then is not None and not keys.isdisjoint(then.members)
        ]


def _records(unit: Unit, name: str) -> list[int]:
    """Return the record of this key; none, if it is no key."""
    if ":" not in name:
        return []
    return [record.id for record in unit.records.by_key([Key.parse(name)]).values()]


def _as_golden(golden_id: str, then: GoldenVersion) -> GoldenCustomer:
    return GoldenCustomer(
        id=golden_id,
        version=then.version,
        attributes=then.attributes,
        provenance=then.provenance,
        members=then.members,
    )


def _life(unit: Unit, golden_id: str) -> Life:
    versions = unit.golden.history(golden_id)
    numbers = unit.timeline.ever_in([golden_id])
    keys = {record.id: record.key for record in unit.records.get(numbers)}
    acts = [
        (act, {keys[n] for n in unit.acts.records(act.id) if n in keys})
        for act in unit.acts.touching(numbers)
    ]
    nothing = GoldenVersion(0, _BEGINNING, None, Attributes(), {}, ())
    steps = tuple(_step(before, after, acts) for before, after in pairwise([nothing, *versions]))
    return Life(golden_id, unit.golden.resolve(golden_id), steps)


def _step(
    before: GoldenVersion,
    after: GoldenVersion,
    acts: Sequence[tuple[StoredAct, Collection[Key]]],
) -> Step:
    concerned = {*before.members, *after.members}
    why = (
        act
        for act, keys in acts
        if before.at < act.at <= after.at and not concerned.isdisjoint(keys)
    )
    retired = not after.members
    return Step(
        after.version,
        after.at,
        after.run_id,
        tuple(why),
        tuple(key for key in after.members if key not in before.members),
        tuple(key for key in before.members if key not in after.members),
        () if retired else tuple(_differences(before, after)),
        retired,
    )


def _differences(before: GoldenVersion, after: GoldenVersion) -> Iterator[Difference]:
    for name in Attributes.model_fields:
        was, now = getattr(before.attributes, name), getattr(after.attributes, name)
        if was != now:
            origin = next(iter(after.provenance.get(name, ())), None)
            yield Difference(name, was, now, origin)
