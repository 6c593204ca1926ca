"""What leaves each table when a customer is erased; a test asks for a line for every new table.

What stays names golden ids, moments, channels and counts: enough to prove what was done, nothing
of the person. The id in a channel goes as well, for it may be an e-mail address or made of one.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    false,
    func,
    or_,
    select,
    update,
)

from hub.model import Key
from store import bulk
from store.bulk import among
from store.contacts import hashed
from store.encoding import dump, load
from store.index import MatchIndex
from store.match_tables import match_key, pair, record_keys
from store.stream_tables import drift, sighting, stream_record
from store.tables import (
    consent_act,
    contact_point,
    decision,
    event,
    event_record,
    golden,
    golden_alias,
    golden_history,
    outbox,
    pin,
    quarantine,
    receipt,
    record_history,
    record_move,
    source_record,
)

OF_RECORDS = (  # rows that go with a source record, those that refer to others first
    *(record_history.c.record_id, record_keys.c.record_id, contact_point.c.record_id),
    *(event_record.c.record_id, record_move.c.record_id),
    *(pin.c.record_id, consent_act.c.record_id),
    *(pair.c.left_id, pair.c.right_id, decision.c.left_id, decision.c.right_id),
    *(outbox.c.record_id, source_record.c.id),
)
BLANKED: dict[Table, dict[str, Any]] = {  # columns emptied in rows that stay
    golden: {"display_name": "", "search_name": "", "attributes": "{}", "provenance": "{}"},
    receipt: {"remote_id": None, "reason": ""},
}
BY_HAND = (
    *(golden_alias, golden_history, event, quarantine, stream_record, sighting, drift),
    match_key,
)
"""The functions below."""
NOT_OF_PERSONS = (
    *("cursor", "run", "erasure", "suppressed", "stream_state", "known_column", "allowance"),
    "model",
)
_GONE = "erased"


class Traces(NamedTuple):
    """Where in the golden customers something of the erased one is left."""

    versions: Sequence[tuple[str, int]]
    """Versions (golden id, number) that held one of its records, also of other customers."""
    wiped: frozenset[str]
    """The golden ids to be emptied: its own, and the retired ones that ever held a record."""
    others: frozenset[str]
    """Living golden customers that once held one of the records."""


def traces(connection: Connection, golden_id: str, keys: Collection[Key]) -> Traces:
    """Look everywhere for what is left of these records."""
    history = golden_history.c
    own = or_(history.golden_id == golden_id, _names_one(connection, keys))
    versions = [
        (row.golden_id, row.version)
        for row in connection.execute(select(history.golden_id, history.version).where(own))
    ]
    aliases = select(golden_alias.c.old_id).where(golden_alias.c.new_id == golden_id)
    former = {id_ for id_, _ in versions} | set(connection.execute(aliases).scalars())
    living = select(golden.c.id).where(
        among(connection, golden.c.id, former), golden.c.retired.is_(False)
    )
    others = frozenset(connection.execute(living).scalars()) - {golden_id}
    return Traces(versions, frozenset({golden_id, *former}) - others, others)


def wipe_golden(connection: Connection, found: Traces, golden_id: str) -> None:
    """Empty these golden customers and forget the versions; nothing forwards to them any more."""
    bulk.delete(connection, golden_history, ("golden_id", "version"), found.versions)
    emptied = among(connection, golden.c.id, found.wiped)
    connection.execute(update(golden).where(emptied).values(BLANKED[golden] | {"retired": True}))
    connection.execute(delete(golden_alias).where(golden_alias.c.new_id == golden_id))


def wipe_records(connection: Connection, ids: Collection[int]) -> None:
    """Delete these source records and every row that refers to them."""
    MatchIndex(connection).forget(np.array(sorted(ids), np.int64))
    for column in OF_RECORDS:
        table: Any = column.table
        connection.execute(delete(table).where(among(connection, column, ids)))


def wipe_deliveries(connection: Connection, found: Traces, keys: Collection[Key]) -> None:
    """Drop what waits; keep what was delivered when, but not to which record."""
    connection.execute(delete(outbox).where(among(connection, outbox.c.golden_id, found.wiped)))
    ids = {key.id for key in keys}
    mine = or_(
        among(connection, receipt.c.golden_id, found.wiped),
        and_(
            among(connection, receipt.c.golden_id, found.others),
            among(connection, receipt.c.remote_id, ids),
        ),
    )
    connection.execute(update(receipt).where(mine).values(BLANKED[receipt]))


def wipe_streams(
    connection: Connection, keys: Collection[Key], alone: Collection[str]
) -> frozenset[Key]:
    """Delete the orders and the like of these records; no drift has them for an example.

    Consents may name nobody but a contact point: those on one that this customer was ``alone`` to
    have go too. Return them as (channel, contact point), so that they stay away.
    """
    table = stream_record.c
    named = among(connection, table.owner, alone)
    query = select(table.channel, table.owner).where(named).distinct()
    found = frozenset(Key(*row) for row in connection.execute(query))
    connection.execute(delete(stream_record).where(named))
    for key in keys:
        orders, seen = stream_record.c, sighting.c
        of_key = (orders.channel == key.channel, orders.owner == key.id)
        connection.execute(delete(stream_record).where(*of_key))
        of_key = (seen.channel == key.channel, seen.remote_id == key.id)
        connection.execute(delete(sighting).where(*of_key))
        shown = update(drift).where(drift.c.example == str(key))
        connection.execute(shown.values(example=_GONE))
    return found


def wipe_quarantine(
    connection: Connection, keys: Collection[Key], contacts: Collection[str]
) -> None:
    """Delete what is in quarantine under these keys, and what could not be read but names one.

    ``contacts`` are e-mail addresses and phone numbers: an unreadable row has no key to go by.
    """
    rows = connection.execute(
        select(quarantine.c.id, quarantine.c.channel, quarantine.c.remote_id, quarantine.c.payload)
    )
    told = {dump(contact)[1:-1].casefold() for contact in contacts}
    mine = [
        row.id
        for row in rows
        if Key(row.channel, row.remote_id) in keys
        or any(contact in row.payload.casefold() for contact in told)
    ]
    connection.execute(delete(quarantine).where(among(connection, quarantine.c.id, mine)))


def wipe_events(connection: Connection, records: Collection[int], keys: Collection[Key]) -> None:
    """Put a mark in the place of these keys, and of reasons, wherever the journal names them.

    Such an act can't be taken back any more: what it was done to is gone.
    """
    names = {str(key) for key in keys}
    touching = select(event_record.c.event_id).where(
        among(connection, event_record.c.record_id, records)
    )
    named = or_(
        event.c.id.in_(touching),
        *(_holds(connection, event.c.subject, dump(name)) for name in sorted(names)),
    )
    found = connection.execute(select(event.c.id, event.c.subject).where(named)).all()
    rows = [(row.id, dump(_without(load(row.subject), names)), None) for row in found]
    bulk.update(connection, event, ("id", "subject", "inverse"), rows)


def holders(connection: Connection, contact: str) -> set[int]:
    """Return the records that have this contact point."""
    query = select(contact_point.c.record_id).where(contact_point.c.contact == hashed(contact))
    return set(connection.execute(query).scalars())


def alone(connection: Connection, records: Collection[int], contacts: Collection[str]) -> set[str]:
    """Return those of these contact points (casefolded) that no other record has."""
    folded = {contact.casefold() for contact in contacts}
    table = contact_point.c
    others = select(table.contact).where(
        among(connection, table.contact, [hashed(one) for one in folded]),
        ~among(connection, table.record_id, records),
    )
    shared = set(connection.execute(others).scalars())
    return {one for one in folded if hashed(one) not in shared}


def named(
    connection: Connection, golden_id: str, keys: Collection[Key], alone: Collection[str]
) -> Iterable[tuple[Table, ColumnElement[bool]]]:
    """Yield the tables that know these records by name only, each with the condition."""
    history, waiting = golden_history.c, quarantine.c
    yield golden_history, or_(history.golden_id == golden_id, _names_one(connection, keys))
    orders = stream_record.c
    owned = (and_(orders.channel == key.channel, orders.owner == key.id) for key in keys)
    yield stream_record, or_(among(connection, orders.owner, alone), *owned)
    yield (
        quarantine,
        or_(
            false(),
            *(and_(waiting.channel == key.channel, waiting.remote_id == key.id) for key in keys),
        ),
    )
    subjects = (_holds(connection, event.c.subject, dump(str(key))) for key in sorted(keys))
    yield event, or_(_holds(connection, event.c.subject, dump(golden_id)), *subjects)


def _without(value: Any, names: Collection[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _GONE if name == "reason" else _without(item, names)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    return _GONE if value in names else value


def _names_one(connection: Connection, keys: Collection[Key]) -> ColumnElement[bool]:
    """Return the condition that a version's members name one of these keys."""
    members = golden_history.c.members
    return or_(false(), *(_holds(connection, members, dump(key)) for key in sorted(keys)))


def _holds(connection: Connection, column: Any, part: str) -> ColumnElement[bool]:
    """Return the condition that a text holds this part, letter by letter (LIKE folds case)."""
    find = func.instr if connection.dialect.name == "sqlite" else func.strpos
    found: ColumnElement[bool] = find(column, part) > 0
    return found
