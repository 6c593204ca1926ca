"""The scope of a merge: everything that hangs together with the records that are due."""

from collections.abc import Sequence
from typing import NamedTuple

from hub.model import Customer, Key
from store.database import Unit
from store.records import StoredRecord


class Scope(NamedTuple):
    """Records that must be clustered and merged together; no cluster reaches out of it."""

    due: frozenset[Key]
    records: dict[Key, StoredRecord]
    customers: dict[Key, Customer]
    """The channels' own words, of the records that have one."""


def gather(unit: Unit, due: Sequence[StoredRecord]) -> Scope:
    """Return these records that are due to merge, and all that hangs together with them."""
    known = {record.id: record for record in due}
    more = unit.records.get(unit.pairs.component(list(known)) - known.keys())
    records = {record.key: record for record in (*due, *more)}
    customers = {key: r.customer for key, r in records.items() if r.customer is not None}
    return Scope(frozenset(r.key for r in due), records, customers)
