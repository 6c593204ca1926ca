"""WISHES: what a steward claims of a customer, and what a customer said about being contacted.

A pin is a claim ranked before every channel's, with author, reason and, if it is to end, a time;
it can be taken back. An act on consent is a line of a ledger: it is never taken back, but followed
by the next one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from golden.consent import Act, natural_medium
from golden.pins import PINNABLE, plain, value_of
from hub.clock import now
from hub.config import Settings
from hub.errors import RecordError
from hub.model import Key, Medium
from pipeline.acts import Done, take_effect
from pipeline.consents import concerned
from pipeline.hierarchy import must_not_circle
from pipeline.party import Party, find_party, first_speaking
from store.acts import Inverse
from store.consents import StoredAct
from store.database import Store
from store.records import StoredRecord


class Said(NamedTuple):
    """What a customer said about being contacted at one contact point."""

    contact: str
    purpose: str
    act: Act
    at: datetime | None = None
    """When; None: nobody knows."""
    medium: Medium | None = None
    """None: e-mail to a mailbox, a call to a number."""
    proof: str = ""
    until: datetime | None = None
    """Of a grant: when it ends by itself."""


def pin(
    settings: Settings,
    store: Store,
    customer: str,
    attribute: str,
    value: object,
    *,
    author: str,
    reason: str = "",
    until: datetime | None = None,
) -> Done:
    """Let an attribute of ``customer`` show this value, whatever the channels say.

    ``value`` is plain JSON: one value, or of a set the elements that go first. A key names the
    record that the pin hangs on; a golden id, its first. Raises RecordError for a name nobody has
    and for a value that is none of the attribute, ConflictError for a parent below its child.
    """
    try:
        said = plain(attribute, value_of(attribute, value))
    except ValueError as error:
        raise RecordError(attribute, str(error).splitlines()[0]) from error
    at = now()
    with store.begin() as unit:
        party = find_party(unit, customer)
        anchor = _anchor(party, customer)
        if attribute == "parent":
            must_not_circle(unit, party.golden_id, Key(*said))
        number = unit.pins.add(anchor.id, attribute, said, author, reason, at, until)
        unit.records.mark_for_merge([anchor.id])
        subject = {
            "customers": [party.golden_id],
            "record": str(anchor.key),
            "attribute": attribute,
        }
        told = subject | ({"reason": reason} if reason else {})
        inverse = Inverse(pinned=(number,))
        act = unit.acts.record(author, "pin", told, at, [anchor.id], inverse)
    return take_effect(settings, store, act)


def unpin(settings: Settings, store: Store, customer: str, attribute: str, *, author: str) -> Done:
    """Let the channels speak again on an attribute of ``customer``.

    Raises RecordError for a name nobody has, and where nothing is pinned.
    """
    at = now()
    with store.begin() as unit:
        party = find_party(unit, customer)
        pins = [one for one in unit.pins.live(party.numbers) if one.attribute == attribute]
        if not pins:
            known = ", ".join(PINNABLE)
            raise RecordError(attribute, f"nothing is pinned here; what can be: {known}")
        numbers = tuple(one.id for one in pins)
        unit.pins.close(numbers, author, at)
        records = {one.record_id for one in pins}
        unit.records.mark_for_merge(records)
        subject = {"customers": [party.golden_id], "attribute": attribute}
        act = unit.acts.record(author, "unpin", subject, at, records, Inverse(unpinned=numbers))
    return take_effect(settings, store, act)


def note_consent(
    settings: Settings, store: Store, customer: str, said: Said, *, author: str
) -> Done:
    """Add to the ledger what ``customer`` said; an opt-out reaches all who have the contact point.

    Raises RecordError for a name nobody has, or a contact that can't be one.
    """
    contact = said.contact.strip().casefold()
    if not contact:
        raise RecordError("contact", "name an e-mail address or a phone number")
    at = now()
    with store.begin() as unit:
        party = find_party(unit, customer)
        anchor = _anchor(party, customer)
        source = f"steward:{author}"
        medium = said.medium or natural_medium(contact)
        line = StoredAct(
            anchor.id, anchor.key, contact, medium, said.purpose, said.act, said.at, at, source,
            said.proof, said.until,
        )  # fmt: skip
        unit.consents.add([line])
        unit.records.mark_for_merge(concerned(unit, [contact]))
        subject = {"customers": [party.golden_id], "record": str(anchor.key)}
        told = subject | {"act": said.act.value, "medium": medium.value, "purpose": said.purpose}
        act = unit.acts.record(author, "consent", told, at, [anchor.id])
    return take_effect(settings, store, act)


def _anchor(party: Party, named: str) -> StoredRecord:
    """Return the record that was named, or the customer's first that has a word of its own."""
    keys: Sequence[Key] = [Key.parse(named)] if ":" in named else []
    return next((one for one in party.records if one.key in keys), first_speaking(party.records))
