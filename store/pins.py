"""Pins: a steward's claims, each with author, reason and, if it is to end, a time.

A pin hangs on a source record, as a decision does, so it goes with it through every clustering.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from store.bulk import among
from store.encoding import dump, load
from store.tables import LAPSES, pin


class StoredPin(NamedTuple):
    """A steward's claim on one attribute; it holds while ``closed_at`` is None."""

    id: int
    record_id: int
    attribute: str
    value: Any
    """As plain JSON; of a set, all its elements."""
    author: str
    reason: str
    at: datetime
    until: datetime | None
    closed_at: datetime | None
    closed_by: str | None


class Pins:
    """What stewards pinned."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(  # noqa: PLR0917 - the columns, in their order
        self,
        record_id: int,
        attribute: str,
        value: Any,
        author: str,
        reason: str,
        at: datetime,
        until: datetime | None = None,
    ) -> int:
        """Remember a pin and return its number; a newer one goes before it, and both are kept."""
        statement = insert(pin).values(
            record_id=record_id,
            attribute=attribute,
            value=dump(value),
            author=author,
            reason=reason,
            at=at,
            until=until,
        )
        number: int = self._connection.execute(statement.returning(pin.c.id)).scalar_one()
        return number

    def close(self, numbers: Iterable[int], author: str, at: datetime) -> None:
        """Let these pins hold no longer; those that are closed stay as they are."""
        self._connection.execute(
            update(pin)
            .where(among(self._connection, pin.c.id, numbers), pin.c.closed_at.is_(None))
            .values(closed_at=at, closed_by=author)
        )

    def restore(self, numbers: Collection[int]) -> tuple[int, ...]:
        """Let closed pins hold again, as new ones that say the same; return their numbers."""
        return tuple(
            self.add(
                one.record_id, one.attribute, one.value, one.author, one.reason, one.at, one.until
            )
            for one in self.get(numbers)
        )

    def get(self, numbers: Collection[int]) -> list[StoredPin]:
        """Return these pins, open or closed."""
        return self._rows(among(self._connection, pin.c.id, numbers))

    def live(self, records: Collection[int]) -> list[StoredPin]:
        """Return the pins that hold on these records, oldest first."""
        here = among(self._connection, pin.c.record_id, records)
        return self._rows(here, pin.c.closed_at.is_(None))

    def saying(self, attribute: str, values: Collection[Any]) -> list[StoredPin]:
        """Return the pins that hold and say one of these values (plain JSON)."""
        said = among(self._connection, pin.c.value, [dump(value) for value in values])
        return self._rows(pin.c.attribute == attribute, said, pin.c.closed_at.is_(None))

    def lapsed(self, at: datetime) -> list[StoredPin]:
        """Return the pins that hold, but were to end by now."""
        return self._rows(LAPSES, pin.c.until <= at, pin.c.closed_at.is_(None))

    def _rows(self, *conditions: Any) -> list[StoredPin]:
        query = select(pin).where(*conditions).order_by(pin.c.id)
        found = [StoredPin(**row._asdict()) for row in self._connection.execute(query)]
        return [one._replace(value=load(one.value)) for one in found]
