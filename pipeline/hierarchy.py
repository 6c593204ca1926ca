"""HIERARCHY: which organisation belongs to which; a parent is a record, so it outlives merges."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hub.errors import ConflictError, RecordError
from hub.model import GoldenCustomer, Key
from pipeline.party import find_party
from store.contacts import child_of
from store.database import Store, Unit


class Relative(NamedTuple):
    """One golden customer in its family."""

    depth: int
    """0: the top."""
    golden_id: str
    name: str
    roles: tuple[str, ...]
    asked: bool
    """The one that was asked for."""


def family(store: Store, name: str) -> Sequence[Relative]:
    """Return the organisations above who is called ``name``, the top first, it, and all below it.

    Raises RecordError for a name nobody has.
    """
    with store.read() as unit:
        own = find_party(unit, name).golden_id
        above = [*reversed(list(_above(unit, own)))]
        lines = [*enumerate(above), *_below(unit, own, len(above), {*above})]
        known = unit.golden.get({golden_id for _, golden_id in lines})
        return [_relative(depth, known[golden_id], own) for depth, golden_id in lines]


def must_not_circle(unit: Unit, golden_id: str, parent: Key) -> None:
    """Raise RecordError for a parent nobody knows, ConflictError for one below its child."""
    above = find_party(unit, str(parent)).golden_id
    if golden_id in {above, *_above(unit, above)}:
        raise ConflictError(f"{parent} belongs to {golden_id} itself")


def _above(unit: Unit, golden_id: str) -> Iterator[str]:
    """Yield the parents, nearest first; a circle that a merge made ends where it begins."""
    seen = {golden_id}
    while (parent := unit.golden.get([golden_id])[golden_id].attributes.parent) is not None:
        try:
            golden_id = find_party(unit, str(parent)).golden_id
        except RecordError:  # the record is gone
            return
        if golden_id in seen:
            return
        seen.add(golden_id)
        yield golden_id


def _below(unit: Unit, golden_id: str, depth: int, seen: set[str]) -> Iterator[tuple[int, str]]:
    """Yield a customer and all that belong to it, each after its parent."""
    if golden_id in seen:
        return
    seen.add(golden_id)
    yield depth, golden_id
    members = unit.golden.get([golden_id])[golden_id].members
    pins = unit.pins.saying("parent", [list(key) for key in members])
    said = unit.contacts.holders([child_of(key) for key in members])
    records = unit.records.get(said | {pin.record_id for pin in pins})
    homes = sorted({record.golden_id for record in records if record.golden_id is not None})
    for child in homes:
        if unit.golden.get([child])[child].attributes.parent in members:
            yield from _below(unit, child, depth + 1, seen)


def _relative(depth: int, golden: GoldenCustomer, own: str) -> Relative:
    said = golden.attributes
    return Relative(depth, golden.id, said.display_name, said.roles, asked=golden.id == own)
