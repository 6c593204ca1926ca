"""The consent ledger: every act on a contact point, only ever added to."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, select

from hub.model import Key, Medium
from store.bulk import among, insert
from store.tables import LAPSES, consent_act, source_record

_NAMES = (
    *("record_id", "contact", "medium", "purpose", "act"),
    *("at", "heard_at", "source", "proof", "until"),
)


class StoredAct(NamedTuple):
    """One line of the ledger; ``act`` is grant, deny, withdraw or expire."""

    record_id: int
    key: Key
    contact: str
    """Casefolded."""
    medium: Medium
    purpose: str
    act: str
    at: datetime | None
    heard_at: datetime
    source: str
    proof: str
    until: datetime | None


class Consents:
    """What customers said about being contacted, and who heard it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, acts: Iterable[StoredAct]) -> None:
        """Add lines to the ledger."""
        rows = ((act.record_id, *act[2:]) for act in acts)
        insert(self._connection, consent_act, _NAMES, rows)

    def of_records(self, records: Collection[int]) -> list[StoredAct]:
        """Return the acts that hang on these records, in the order that they were heard."""
        return self._rows(among(self._connection, consent_act.c.record_id, records))

    def at(self, contacts: Collection[str]) -> list[StoredAct]:
        """Return the acts on these contact points (casefolded), whoever's they were."""
        return self._rows(among(self._connection, consent_act.c.contact, contacts))

    def lapsed(self, moment: datetime) -> list[StoredAct]:
        """Return the grants that ended by then and of which no act says so yet."""
        later = consent_act.alias("later")
        told = exists().where(
            later.c.record_id == consent_act.c.record_id,
            later.c.contact == consent_act.c.contact,
            later.c.medium == consent_act.c.medium,
            later.c.purpose == consent_act.c.purpose,
            later.c.act == "expire",
            later.c.at == consent_act.c.until,
        )
        return self._rows(and_(LAPSES, consent_act.c.until <= moment, ~told))

    def _rows(self, condition: ColumnElement[bool]) -> list[StoredAct]:
        columns = [consent_act.c[name] for name in _NAMES]
        query: Select[Any] = (
            select(source_record.c.channel, source_record.c.remote_id, *columns)
            .join(source_record, source_record.c.id == consent_act.c.record_id)
            .where(condition)
            .order_by(consent_act.c.id)
        )
        return [_act(row) for row in self._connection.execute(query)]


def _act(row: Row[Any]) -> StoredAct:
    channel, remote_id, record_id, contact, medium, *others = tuple(row)
    return StoredAct(record_id, Key(channel, remote_id), contact, Medium(medium), *others)
