"""ACTS: a person merges, unmerges, splits or moves; each act is an event with an inverse.

An act is nothing but decisions on pairs of source records, so it outlives every new clustering.
It takes effect at once; while a run resolves, it waits for it, and nothing is lost.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hub.clock import now
from hub.config import Settings
from hub.errors import ConflictError, RecordError, TransientError
from hub.model import Key, Verdict
from pipeline.merge import merge
from pipeline.party import (
    Party,
    by_key,
    find_party,
    must_not_contradict,
    one_customer,
    two_customers,
)
from pipeline.undo import take_back
from store.acts import REDO, Inverse, StoredAct
from store.database import Store, Unit
from store.records import StoredRecord


class Done(NamedTuple):
    """An act that was done: its number, for ``undo``, and the living customers it concerns."""

    act: int
    customers: tuple[str, ...]


class _Who(NamedTuple):
    """Who acts, and why."""

    author: str
    reason: str
    at: datetime


def merge_customers(
    settings: Settings, store: Store, first: str, second: str, *, author: str, reason: str = ""
) -> Done:
    """Make one customer of two, each named by golden id or key.

    Raises RecordError for a name nobody has, ConflictError if they are one already or a
    "different" stands between them.
    """
    with store.begin() as unit:
        ours, theirs = find_party(unit, first), find_party(unit, second)
        if ours.golden_id == theirs.golden_id:
            raise ConflictError(f"{first} and {second} are one customer already")
        must_not_contradict(unit, ours.numbers, theirs.numbers)
        together = by_key((*ours.records, *theirs.records))
        who = _Who(author, reason, now())
        subject = {"customers": [ours.golden_id, theirs.golden_id]}
        act = _decide(unit, "merge", subject, one_customer(together), together, who)
    return take_effect(settings, store, act)


def split(
    settings: Settings,
    store: Store,
    customer: str,
    keys: Collection[Key],
    *,
    author: str,
    reason: str = "",
) -> Done:
    """Make a customer of its own of these records of ``customer``; both parts stay apart.

    Raises RecordError for a record that is not the customer's, ConflictError for none or all.
    """
    with store.begin() as unit:
        party = find_party(unit, customer)
        act = _split(unit, party, keys, "split", _Who(author, reason, now()))
    return take_effect(settings, store, act)


def move(
    settings: Settings,
    store: Store,
    keys: Collection[Key],
    to: str,
    *,
    author: str,
    reason: str = "",
) -> Done:
    """Move these records of one customer to another one; they stay apart from the rest.

    Raises RecordError for a name nobody has, ConflictError for records of several customers, for
    all records of one (that is a merge), and where a "different" stands in the way.
    """
    with store.begin() as unit:
        target = find_party(unit, to)
        found = [find_party(unit, str(key)) for key in keys]
        homes = {party.golden_id: party for party in found}
        if len(homes) != 1 or target.golden_id in homes:
            raise ConflictError("name records of one customer, which is not the target")
        (home,) = homes.values()
        moved, rest = _parts(home, keys)
        must_not_contradict(unit, [one.id for one in moved], target.numbers)
        joined = by_key((*target.records, *moved))
        verdicts = two_customers(moved, rest) | one_customer(joined)
        who = _Who(author, reason, now())
        subject = {
            "customers": [home.golden_id, target.golden_id],
            "records": [str(one.key) for one in moved],
        }
        act = _decide(unit, "move", subject, verdicts, (*joined, *rest), who)
    return take_effect(settings, store, act)


def unmerge(
    settings: Settings, store: Store, customer: str, *, author: str, reason: str = ""
) -> Done:
    """Take the last merge into ``customer`` back, whoever did it.

    A person's merge is undone, and all is as it was. What the hub merged by itself is split again,
    and kept apart. A retired id names the merge to take back. Raises ConflictError if nothing was
    merged in, or somebody acted later on these records.
    """
    who = _Who(author, reason, now())
    with store.begin() as unit:
        party = find_party(unit, customer)
        asked = customer if customer != party.golden_id and ":" not in customer else None
        by_hand = _merge_by_hand(unit, party, asked)
        if by_hand is not None:
            act = take_back(unit, by_hand, author, who.at, "unmerge")
        else:
            keys = _last_records(unit, party, asked)
            act = _split(unit, party, keys, "unmerge", who)
    return take_effect(settings, store, act)


def undo(
    settings: Settings, store: Store, *, author: str, number: int | None = None
) -> Done | None:
    """Take back an act: the one with this number, else the author's last that stands; None: none.

    Raises RecordError for a number that no act has, ConflictError if somebody acted later on the
    same records, or the act can't be taken back.
    """
    with store.begin() as unit:
        act = unit.acts.last(author) if number is None else unit.acts.get(number)
        if act is None and number is None:
            return None
        if act is None:
            raise RecordError(str(number), "no act has this number")
        done = take_back(unit, act, author, now())
    return take_effect(settings, store, done)


def take_effect(settings: Settings, store: Store, act: int) -> Done:
    """Merge what an act made due, unless a run is at it, and tell who it concerns now."""
    try:
        with store.exclusive("resolve"):
            merge(settings, store)
    except TransientError:
        pass  # a run is resolving: it, or the next one, finds the records marked as due
    with store.read() as unit:
        records = unit.records.get(unit.acts.records(act))
        return Done(act, tuple(sorted({one.golden_id for one in records if one.golden_id})))


def _merge_by_hand(unit: Unit, party: Party, retired: str | None) -> StoredAct | None:
    """Return the last merge by a person of these records that stands."""
    touching: list[StoredAct] = unit.acts.touching(party.numbers)
    merges = (act for act in reversed(touching) if act.stands and _is_merge(act))
    return next((act for act in merges if retired in {None, *act.subject["customers"]}), None)


def _is_merge(act: StoredAct) -> bool:
    return act.act == "merge" or (act.act == REDO and act.subject["of"] == "merge")


def _last_records(unit: Unit, party: Party, retired: str | None) -> list[Key]:
    """Return the records that came with the customer that was merged in last."""
    gone = unit.golden.retired_into([party.golden_id])
    latest = sorted(
        ((at, old, members) for old, (at, members) in gone.items() if retired in {None, old}),
        reverse=True,
    )
    own = {record.key for record in party.records}
    for _at, _old, members in latest:
        if keys := sorted(members & own):
            return keys
    raise ConflictError(f"nothing was merged into {party.golden_id}")


def _split(unit: Unit, party: Party, keys: Collection[Key], act: str, who: _Who) -> int:
    parted, rest = _parts(party, keys)
    subject = {"customers": [party.golden_id], "records": [str(one.key) for one in parted]}
    return _decide(unit, act, subject, two_customers(parted, rest), party.records, who)


def _parts(
    party: Party, keys: Collection[Key]
) -> tuple[tuple[StoredRecord, ...], tuple[StoredRecord, ...]]:
    """Return these records of a customer, and the rest; both must be some."""
    own = {record.key for record in party.records}
    for key in keys:
        if key not in own:
            raise RecordError(str(key), f"no record of {party.golden_id}")
    parted = tuple(record for record in party.records if record.key in keys)
    rest = tuple(record for record in party.records if record.key not in keys)
    if not parted or not rest:
        raise ConflictError("name some of the customer's records, but not all of them")
    return parted, rest


def _decide(  # noqa: PLR0917 - what was done, to whom, by whom
    unit: Unit,
    act: str,
    subject: Mapping[str, Any],
    verdicts: Mapping[tuple[int, int], Verdict],
    records: Collection[StoredRecord],
    who: _Who,
) -> int:
    numbers = [record.id for record in records]
    opened, closed = unit.decisions.overrule(verdicts, who.author, who.at, who.reason or act)
    told = dict(subject) | ({"reason": who.reason} if who.reason else {})
    inverse = Inverse(opened=opened, closed=closed)
    unit.records.mark_for_merge(numbers)
    return unit.acts.record(who.author, act, told, who.at, numbers, inverse)
