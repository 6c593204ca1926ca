"""The scope of a merge: everything that hangs together with the records that are due."""

from typing import NamedTuple

from hub.model import Customer, Key
from store.database import Unit
from store.records import Due, StoredRecord


class Scope(NamedTuple):
    """Records that must be clustered and merged together; no cluster reaches out of it."""

    due: frozenset[Key]
    records: dict[Key, StoredRecord]
    customers: dict[Key, Customer]
    """The channels' own words, of the records that have one."""


def gather(unit: Unit) -> Scope:
    """Return what is due to merge, and all that hangs together with it."""
    due = unit.records.due(Due.MERGE)
    reached = unit.pairs.component([record.id for record in due])
    records = {record.key: record for record in unit.records.get(reached)}
    customers = {key: r.customer for key, r in records.items() if r.customer is not None}
    return Scope(frozenset(r.key for r in due), records, customers)
