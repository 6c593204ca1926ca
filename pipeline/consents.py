"""The consent ledger beside the merge: what channels now say becomes acts, and acts become words.

An opt-out follows its contact point: whoever else has it is merged anew, too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from golden.consent import Act, ConsentAct, Word, fold, following, speaking, spoken
from hub.config import Settings
from hub.model import Key
from pipeline.beside import beside, consent_streams
from pipeline.scope import Said, Scope, read
from store.consents import StoredAct
from store.contacts import child_of
from store.database import Store, Unit
from store.record import Member


class Heard(NamedTuple):
    """What some records say anew, and where they can be reached."""

    records: set[int]
    gone: list[tuple[int, int]]
    points: list[tuple[int, int]]
    """Contact points that these records have no more, and new ones."""
    acts: list[StoredAct]
    shifted: set[str]
    """Contact points whose consents may be others now, whoever has them."""


def listen(store: Store, settings: Settings, ids: Collection[int]) -> Heard:
    """Read what these records say on consent, and what the channels' streams say of them."""
    with store.read() as unit:
        records = {record.id: record for record in unit.records.members(ids)}
        said = {n: read(one.customer) for n, one in records.items() if one.customer is not None}
        gone, points = unit.contacts.changes({number: _points(one) for number, one in said.items()})
        known = unit.consents.of_records(records)
        spoken_now = [
            *_spoken(records, said),
            *beside(unit, consent_streams(settings), records, said),
        ]
    # Each record of a stream has its own last word, beside the one of the customer's fields.
    last = {(act.record_id, *act[2:5], act.source, act.proof): act for act in known}
    known_points = {(act.record_id, *act[2:5]) for act in known}
    new: list[StoredAct] = []
    shifted: set[str] = set()
    for number, act in spoken_now:
        place = (number, *act.point)
        before = last.get((*place, act.source, act.proof))
        if before and (before.act, before.at) == (act.act, act.at):
            continue
        new.append(StoredAct(number, *act))
        if act.act is not Act.GRANT or place in known_points:
            shifted.add(act.contact)
    return Heard({*records}, gone, points, new, shifted)


def hear(unit: Unit, heard: Heard) -> None:
    """Add to the ledger what records say anew; whom it concerns is due to merge, too."""
    unit.contacts.change(heard.gone, heard.points)
    unit.consents.add(heard.acts)
    unit.records.mark_for_merge(concerned(unit, heard.shifted) - heard.records)


def _points(said: Said) -> Iterable[str]:
    """Return what a record is found by: where it can be reached, and whom it belongs to."""
    return said.contacts if said.parent is None else said.contacts | {child_of(said.parent)}


def _spoken(records: dict[int, Member], said: dict[int, Said]) -> Iterator[tuple[int, ConsentAct]]:
    for number, one in said.items():
        record = records[number]
        for act in spoken(record.key, one.word.consents, record.landed_at):
            yield number, act


def concerned(unit: Unit, contacts: Collection[str]) -> set[int]:
    """Return the records that have one of these contact points, or an act on it."""
    if not contacts:
        return set()
    return unit.contacts.holders(contacts) | {act.record_id for act in unit.consents.at(contacts)}


def let_lapse(unit: Unit, moment: datetime) -> None:
    """Write down which grants have ended by now; their customers are merged anew."""
    ended = unit.consents.lapsed(moment)
    unit.consents.add(
        act._replace(act=Act.EXPIRE, at=act.until, heard_at=moment, until=None, proof="")
        for act in ended
    )
    unit.records.mark_for_merge(concerned(unit, {act.contact for act in ended}))


class Ledger:
    """The acts that concern the customers of a scope, read once."""

    def __init__(self, unit: Unit, scope: Scope) -> None:
        own = unit.consents.of_records([record.id for record in scope.records.values()])
        self._own: defaultdict[Key, list[ConsentAct]] = defaultdict(list)
        for act in own:
            self._own[act.key].append(_act(act))
        self._said = scope.said
        contacts = {one for said in scope.said.values() for one in said.contacts}
        contacts |= {act.contact for act in own}
        self._at: defaultdict[str, list[ConsentAct]] = defaultdict(list)
        for act in unit.consents.at(contacts):
            self._at[act.contact].append(_act(act))

    def words(self, members: Collection[Key]) -> list[Word]:
        """Return the words on consent that the customer with these members shows."""
        acts = [act for key in sorted(members) for act in self._own.get(key, ())]
        said = [self._said[key] for key in members]
        live = [one for one in said if not one.closed] or said
        held = {contact for one in live for contact in one.contacts}
        at = [
            act
            for contact in held | {act.contact for act in acts}
            for act in self._at.get(contact, ())
            if act.key not in members
        ]
        if not acts and not at:  # as of most customers
            return []
        closed = {key for key in members if self._said[key].closed}
        loud = [act for act in acts if act.key not in closed or act.act is not Act.GRANT]
        return speaking(fold([*loud, *following(at)]), held)


def _act(stored: StoredAct) -> ConsentAct:
    return ConsentAct(
        stored.key,
        stored.contact,
        stored.medium,
        stored.purpose,
        Act(stored.act),
        stored.at,
        stored.heard_at,
        stored.source,
        stored.proof,
        stored.until,
    )
