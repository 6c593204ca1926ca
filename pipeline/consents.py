"""The consent ledger beside the merge: what channels now say becomes acts, and acts become words.

An opt-out follows its contact point: whoever else has it is merged anew, too.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from golden.consent import Act, ConsentAct, Word, fold, following, speaking, spoken
from hub.model import Customer, Key, Status
from pipeline.scope import Scope
from store.consents import StoredAct
from store.database import Unit
from store.records import StoredRecord


def hear(unit: Unit, due: Iterable[StoredRecord]) -> bool:
    """Add to the ledger what these records say anew; tell if it made others due to merge."""
    records = {record.id: record for record in due}
    said = {n: one.customer for n, one in records.items() if one.customer is not None}
    unit.contacts.replace({number: _contacts(one) for number, one in said.items()})
    known = unit.consents.of_records(records)
    last = {(act.record_id, *act[2:5]): act for act in known if act.source == act.key.channel}
    points = {(act.record_id, *act[2:5]) for act in known}
    new: list[StoredAct] = []
    shifted: set[str] = set()
    for number, one in said.items():
        for act in spoken(one.key, one.consents, records[number].landed_at):
            place = (number, *act.point)
            if (before := last.get(place)) and (before.act, before.at) == (act.act, act.at):
                continue
            new.append(StoredAct(number, *act))
            if act.act is not Act.GRANT or place in points:
                shifted.add(act.contact)
    unit.consents.add(new)
    others = concerned(unit, shifted) - records.keys()
    unit.records.mark_for_merge(others)
    return bool(others)


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
        contacts = {one for said in scope.customers.values() for one in _contacts(said)}
        contacts |= {act.contact for act in own}
        self._at: defaultdict[str, list[ConsentAct]] = defaultdict(list)
        for act in unit.consents.at(contacts):
            self._at[act.contact].append(_act(act))

    def words(self, members: Mapping[Key, Customer]) -> list[Word]:
        """Return the words on consent that the customer with these members shows."""
        acts = [act for key in sorted(members) for act in self._own.get(key, ())]
        live = [one for one in members.values() if one.status is not Status.CLOSED]
        held = {contact for one in live or members.values() for contact in _contacts(one)}
        at = [
            act
            for contact in held | {act.contact for act in acts}
            for act in self._at.get(contact, ())
            if act.key not in members
        ]
        closed = {key for key, one in members.items() if one.status is Status.CLOSED}
        loud = [act for act in acts if act.key not in closed or act.act is not Act.GRANT]
        return speaking(fold([*loud, *following(at)]), held)


def _contacts(said: Customer) -> set[str]:
    """Return a record's contact points, casefolded."""
    return {contact.casefold() for contact in (*said.emails, *said.phones)} | {
        one.contact.casefold() for one in said.consents
    }


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
