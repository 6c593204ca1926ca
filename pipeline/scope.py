"""The scope of a merge: everything that hangs together with the records that are due."""

from collections.abc import Collection
from typing import NamedTuple

from pydantic_core import from_json

from golden.echo import is_silent_json
from hub.model import Key, Status
from store.database import Unit
from store.record import Member


class Said(NamedTuple):
    """What the merge asks of a channel's word before it is read as a whole."""

    contacts: frozenset[str]
    """Casefolded."""
    parent: Key | None
    closed: bool
    silent: bool
    consents: bool
    """Whether it says anything on consent."""


class Scope(NamedTuple):
    """Records that must be clustered and merged together; no cluster reaches out of it."""

    due: frozenset[Key]
    records: dict[Key, Member]
    said: dict[Key, Said]
    """Of the records that have a word."""


def gather(unit: Unit, due: Collection[int]) -> Scope:
    """Return these records that are due to merge, and all that hangs together with them."""
    return scope_of(unit, unit.pairs.component(due))


def scope_of(unit: Unit, ids: Collection[int]) -> Scope:
    """Return these records, which nothing links to any other."""
    records = {one.key: one for one in unit.records.members(ids)}
    said = {key: read(one.customer) for key, one in records.items() if one.customer is not None}
    return Scope(frozenset(key for key, one in records.items() if one.due), records, said)


def read(customer: str) -> Said:
    """Read of a word, given as its JSON, what must be known of every single one."""
    word, consents = from_json(customer), ()
    contacts = [*word.get("emails", ()), *word.get("phones", ())]
    if "consents" in word:
        consents = word["consents"]
        contacts += [one["contact"] for one in consents]
    parent = word.get("parent")
    return Said(
        frozenset([contact.casefold() for contact in contacts]),
        Key(*parent) if parent else None,
        word.get("status") == Status.CLOSED,
        is_silent_json(word),
        bool(consents),
    )
