"""The hub's tables as plain data that can be compared between two runs.

Ids, moments and row numbers differ from run to run and are left out or replaced by what they
stand for: a golden id by its members, a row number by its key.
"""

from store.database import Store
from store.records import Due

_CLOCKED = {
    "Key", "Last_Date_Modified", "date_modified_gmt", "last_changed", "UPDATED", "Created_Date",
    "CREATED", "No", "CUST_NO", "Our_Reference", "timestamp_opt",
}  # fmt: skip
"""Payload fields that tell the sandbox's clock, counters, or our own opaque ids."""


def snapshot(store: Store) -> dict[str, object]:
    """Return everything that must be the same however a run was disturbed."""
    with store.read() as unit:
        goldens = {golden.id: golden for golden in unit.golden.page(limit=1_000_000)}
        names = {id_: _name(golden) for id_, golden in goldens.items()}
        numbers = [n for members in unit.golden.members(goldens).values() for n in members]
        records = {record.id: record for record in unit.records.get(numbers)}
        keys = {number: _record_name(record, names) for number, record in records.items()}
        pairs = unit.pairs.touching(numbers)
        return {
            "golden": sorted(
                (names[id_], golden.version, golden.attributes.model_dump_json())
                for id_, golden in goldens.items()
            ),
            "records": sorted(
                (
                    keys[number],
                    _payload(record.payload),
                    record.customer and _said(record.customer),
                    record.held and _said(record.held),
                    names[record.golden_id],
                )
                for number, record in records.items()
            ),
            "pairs": sorted(
                (*sorted((keys[p.left_id], keys[p.right_id])), round(p.weight, 6), p.outcome)
                for p in pairs
            ),
            "quarantine": sorted(
                (q.record.channel, q.record.remote_id, q.record.field, q.record.reason)
                for q in unit.records.quarantined()
            ),
            "due": {what: unit.records.count_due().get(what, 0) for what in Due},
            "outbox": unit.outbox.counts(),
        }


def _name(golden):
    """Name a golden customer by what it was made of, not by what the hub created."""
    return ",".join(sorted(str(o.key) for found in golden.provenance.values() for o in found))


def _record_name(record, names):
    """Name a record by its key; one that we created, whose id is chance, by its customer."""
    if record.payload.get("Our_Reference"):
        return f"{record.key.channel}: created for {names[record.golden_id]}"
    return str(record.key)


def _payload(payload):
    return sorted((k, str(v)) for k, v in payload.items() if k not in _CLOCKED)


def _said(customer):
    return customer.model_dump_json(exclude={"key", "changed_at", "created_at"})
