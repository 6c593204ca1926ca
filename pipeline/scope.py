"""The scope of a merge: everything that hangs together with the records that are due."""

from collections.abc import Collection
from typing import NamedTuple

from golden.echo import is_silent
from hub.model import Customer, Key, Status
from store.database import Unit
from store.record import Member


class Said(NamedTuple):
    """A channel's word, and what the merge asks of each."""

    word: Customer
    contacts: frozenset[str]
    """Casefolded."""
    parent: Key | None
    closed: bool
    silent: bool


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
    """Read a word, given as its JSON."""
    word = Customer.model_validate_json(customer)
    contacts = [*word.emails, *word.phones, *(one.contact for one in word.consents)]
    return Said(
        word,
        frozenset([contact.casefold() for contact in contacts]),
        word.parent,
        word.status is Status.CLOSED,
        is_silent(word),
    )
