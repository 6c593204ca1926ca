"""The nouns of the hub, in the order of the flow.

Key -> SourceRecord -> Customer -> Claim -> GoldenCustomer -> Change -> Receipt

Borders between folders are frozen pydantic models (``extra="forbid"``); what only travels inside
one process is a NamedTuple. No dict crosses a folder except a payload.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict

Payload = Mapping[str, Any]
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class Key(NamedTuple):
    """Names a source record for ever: the channel, and the id there (always text)."""

    channel: str
    id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``channel:id`` back; the id may hold further colons."""
        channel, colon, remote_id = text.partition(":")
        if not (channel and colon and remote_id):
            message = f"{text!r} is not a key: expected channel:id"
            raise ValueError(message)
        return cls(channel, remote_id)


class SourceRecord(NamedTuple):
    """A customer as the channel showed it, unchanged; ``payload`` is plain JSON."""

    key: Key
    payload: Payload
    changed_at: datetime | None = None
    deleted: bool = False
    reference: str | None = None
    """The golden id that our own write left in the channel, where the channel has room for it."""
    owner: str | None = None
    """Of an order and the like: the id of its customer in the channel."""

    def fingerprint(self) -> str:
        """Digest of the payload and the tombstone; the same fingerprint means nothing to do."""
        body = _canonical(self.payload)
        digest = blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16)
        digest.update(b"deleted" if self.deleted else b"")
        return digest.hexdigest()


class Kind(StrEnum):
    """What a customer is."""

    PERSON = "person"
    ORGANISATION = "organisation"


class Status(StrEnum):
    """Whether business is done with this customer."""

    ACTIVE = "active"
    BLOCKED = "blocked"
    CLOSED = "closed"


class Value(BaseModel):
    """A frozen border model: unknown fields are refused, equal values are equal."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonName(Value):
    """A person's name: one unit, so that a merge never crosses one Anna with another's surname."""

    prefix: str | None = None
    given: str | None = None
    middle: str | None = None
    family: str | None = None
    suffix: str | None = None

    def __str__(self) -> str:
        parts = (self.prefix, self.given, self.middle, self.family, self.suffix)
        return " ".join(part for part in parts if part)


class Address(Value):
    """A postal address: one unit; the street line keeps its house number."""

    street: str | None = None
    extra: str | None = None
    postcode: str | None = None
    locality: str | None = None
    region: str | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2."""

    def __str__(self) -> str:
        town = " ".join(part for part in (self.postcode, self.locality) if part)
        parts = (self.street, self.extra, town, self.region, self.country)
        return ", ".join(part for part in parts if part)


class Identifier(Value):
    """A number that somebody issued: ``kind`` is ``vat``, ``tax``, ``lei`` and so on."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class ConsentState(StrEnum):
    """What the customer last said about one purpose."""

    GRANTED = "granted"
    DENIED = "denied"
    EXPIRED = "expired"
    """Granted once, and ended by itself: no consent, but no word against it either."""


class Medium(StrEnum):
    """How a contact point is used."""

    EMAIL = "email"
    PHONE = "phone"
    SMS = "sms"
    POST = "post"


class Consent(Value):
    """The customer's word on being contacted at one contact point for one purpose."""

    contact: str
    """The e-mail address (lower case) or phone number that the word is about."""
    purpose: str
    state: ConsentState
    at: datetime | None = None
    medium: Medium | None = None
    """None: e-mail to a mailbox, a call to a number."""

    def __str__(self) -> str:
        return f"{self.purpose} {self.state.value}: {self.contact}"


class Attributes(Value):
    """What can be said of a customer. Each field is one unit of survivorship (an *attribute*)."""

    kind: Kind = Kind.PERSON
    name: PersonName | None = None
    organisation: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    """E.164 where the number could be read, else the digits as given."""
    addresses: tuple[Address, ...] = ()
    """The first one is the one to write to."""
    identifiers: tuple[Identifier, ...] = ()
    birth_date: date | None = None
    language: str | None = None
    """ISO 639-1."""
    status: Status = Status.ACTIVE
    consents: tuple[Consent, ...] = ()
    extras: dict[str, str] = {}
    roles: tuple[str, ...] = ()
    """What this party is to us: ``customer``, ``supplier``; one may be both."""
    parent: Key | None = None
    """The record of the organisation that this one belongs to."""

    def written(self) -> str:
        """Return the JSON that is kept: what is not said is left out, two fifths of it mostly."""
        return self.model_dump_json(exclude_defaults=True)

    @property
    def display_name(self) -> str:
        """The name that a person would call this customer by; ``(no name)`` if there is none."""
        named = self.organisation if self.kind is Kind.ORGANISATION else None
        return named or str(self.name or "") or self.organisation or "(no name)"


class Customer(Attributes):
    """One channel's word on one customer, in the hub's terms; not yet merged."""

    key: Key
    created_at: datetime | None = None
    changed_at: datetime | None = None


class Claim(NamedTuple):
    """One channel's word on one attribute, and when it was said (None: unknown)."""

    key: Key
    attribute: str
    value: Any
    at: datetime | None


class RunnerUp(Value):
    """The claim that would have come next, had the survivor not been made."""

    key: Key
    at: datetime | None = None
    value: str | None = None
    """What it says, as text; None: the same value, as another record of a set's element does."""


class Origin(Value):
    """Where a golden value came from: the claim that survived, and the rule that chose it."""

    key: Key
    at: datetime | None = None
    rule: str
    doubt: str | None = None
    """What speaks against the value, if its check failed."""
    runner_up: RunnerUp | None = None


class GoldenCustomer(Value):
    """The merged customer: values, and for every value its origin."""

    id: str
    version: int
    attributes: Attributes
    provenance: dict[str, tuple[Origin, ...]]
    """By attribute; a set-valued attribute has one origin for each element, in the same order."""
    members: tuple[Key, ...]
    """The crosswalk: every source record behind this customer, sorted."""
    gone: tuple[Key, ...] = ()
    """The members that are deleted in their channel; if all are, the customer is closed."""


class Verdict(StrEnum):
    """A steward's or a rule's word on a pair of source records."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class Decision(NamedTuple):
    """A verdict on two source records: closed, never overwritten."""

    left: Key
    right: Key
    verdict: Verdict
    author: str
    at: datetime
    note: str = ""


class Operation(StrEnum):
    """What a change does over there."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Change(NamedTuple):
    """One write due to one channel, in the channel's own words."""

    id: str
    operation: Operation
    remote_id: str | None
    """The record to update; None for a create."""
    fields: Payload
    """Only what changes (for a create: everything), shaped like the channel's payload."""
    base: Payload | None
    """The payload we last saw, with its version field, for the channel's optimistic lock."""
    reference: str
    """The golden id, stored in the channel where it has room, to recognise our own writes."""
    doubtful: bool = False
    """An earlier attempt may have gone through: look before creating."""


class Outcome(StrEnum):
    """What became of a change."""

    SENT = "sent"
    STALE = "stale"
    """Somebody changed the record since we saw it: nothing was written, look again."""
    REJECTED = "rejected"
    FAILED = "failed"
    """Not delivered, may succeed later."""


class Receipt(NamedTuple):
    """What the channel answered to one change."""

    change_id: str
    outcome: Outcome
    record: SourceRecord | None = None
    """The record as the channel holds it now (sent, stale)."""
    reason: str = ""
    retry_after: float | None = None
