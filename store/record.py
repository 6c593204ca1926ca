"""One source record, in the shapes in which the store gives it out and takes it back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from hub.model import Customer, Key, Payload
from store.encoding import load


class Due(StrEnum):
    """What a source record waits for."""

    MAP = "map"
    MATCH = "match"
    MERGE = "merge"
    MERGING = "merging"
    """It is being merged; whoever has something new to say of it makes it ``MERGE`` again."""


class Texts(NamedTuple):
    """The JSON of a source record, as it was written."""

    payload: str
    customer: str | None
    held: str | None
    told: str | None


@dataclass(frozen=True)
class StoredRecord:
    """A source record as it is remembered, with what the hub made of it.

    Its JSON is decoded when it is asked for: who wants the key of a million pays for no payload.
    """

    id: int
    key: Key
    texts: Texts
    golden_id: str | None
    deleted: bool
    reference: str | None
    fingerprint: str
    changed_at: datetime | None
    landed_at: datetime
    """When the hub heard this payload, by its own clock."""

    @cached_property
    def payload(self) -> Payload:
        """What the channel gave."""
        found: Payload = load(self.texts.payload)
        return found

    @cached_property
    def customer(self) -> Customer | None:
        """The channel's own word; None while it was never mapped."""
        return _customer(self.texts.customer)

    @cached_property
    def held(self) -> Customer | None:
        """What the channel holds, our echoes included; None: the same as ``customer``."""
        return _customer(self.texts.held)

    @cached_property
    def told(self) -> dict[str, Any] | None:
        """What we told the channel, by attribute, as plain JSON."""
        found: dict[str, Any] | None = load(self.texts.told)
        return found


class Unmapped(NamedTuple):
    """A source record as text, for the map: to be decoded where there is a processor to spare."""

    id: int
    channel: str
    remote_id: str
    payload: str
    changed_at: datetime | None
    deleted: bool
    reference: str | None
    fingerprint: str
    customer: str | None
    told: str | None


class Member(NamedTuple):
    """A source record as the merge needs it: a million of them must be cheap."""

    id: int
    key: Key
    customer: str | None
    """The channel's own word as JSON; None while it was never mapped."""
    golden_id: str | None
    deleted: bool
    landed_at: datetime
    due: bool
    """Whether it waits for the merge."""


class Word(NamedTuple):
    """A channel's own word on a customer, as it is stored: JSON that nobody has decoded."""

    record_id: int
    key: Key
    customer: str


class Mapped(NamedTuple):
    """What the map made of a source record; ``due`` None: nothing changed, no need to match."""

    record_id: int
    customer: Customer | str
    """Or its JSON."""
    held: Customer | str | None
    due: Due | None


class Replaced(NamedTuple):
    """A payload that a newer one replaced."""

    at: datetime
    payload: Payload
    fingerprint: str
    deleted: bool


def _customer(text: str | None) -> Customer | None:
    return None if text is None else Customer.model_validate_json(text)
