"""Acts: what a person or a rule did to which records, and how it is taken back.

An act is a row of the events, with the records that it touched. One with an inverse can be taken
back; the undoing is an act itself, so it can be taken back, too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, insert, or_, select, update

from store import bulk
from store.bulk import among
from store.encoding import dump, load
from store.tables import event, event_record

UNDO, REDO = "undo", "redo"
"""An act that took another one back; one that took such an undoing back."""


class Inverse(NamedTuple):
    """What an act did, by number: its inverse closes what it opened and opens what it closed."""

    opened: tuple[int, ...] = ()
    """Decisions."""
    closed: tuple[int, ...] = ()
    pinned: tuple[int, ...] = ()
    unpinned: tuple[int, ...] = ()


class StoredAct(NamedTuple):
    """An act; it stands while ``undone_by`` is None."""

    id: int
    at: datetime
    author: str
    act: str
    subject: dict[str, Any]
    """Keys, ids and the reason: no personal data."""
    inverse: Inverse | None
    undoes: int | None
    undone_by: int | None

    @property
    def stands(self) -> bool:
        """Tell whether nobody took it back."""
        return self.undone_by is None


class Acts:
    """Who did what to which records."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(  # noqa: PLR0917 - the columns, in their order
        self,
        author: str,
        act: str,
        subject: Mapping[str, Any],
        at: datetime,
        records: Collection[int],
        inverse: Inverse | None = None,
        undoes: int | None = None,
    ) -> int:
        """Note an act on these records and return its number; ``undoes`` stands no longer."""
        statement = insert(event).values(
            at=at,
            author=author,
            act=act,
            subject=dump(dict(subject)),
            inverse=None if inverse is None else dump(inverse._asdict()),
            undoes=undoes,
        )
        number: int = self._connection.execute(statement.returning(event.c.id)).scalar_one()
        rows = [(number, record) for record in sorted(records)]
        bulk.insert(self._connection, event_record, ("event_id", "record_id"), rows)
        if undoes is not None:
            self._connection.execute(
                update(event).where(event.c.id == undoes).values(undone_by=number)
            )
        return number

    def get(self, number: int) -> StoredAct | None:
        """Return one act."""
        row = self._connection.execute(_select().where(event.c.id == number)).one_or_none()
        return None if row is None else _act(row)

    def last(self, author: str, *acts: str) -> StoredAct | None:
        """Return the author's last act that stands and can be taken back; ``acts``: of these."""
        query = _select().where(
            event.c.author == author,
            event.c.inverse.is_not(None),
            event.c.undone_by.is_(None),
            event.c.act != UNDO,
        )
        query = query.where(event.c.act.in_(acts)) if acts else query
        row = self._connection.execute(query.order_by(event.c.id.desc()).limit(1)).one_or_none()
        return None if row is None else _act(row)

    def records(self, number: int) -> list[int]:
        """Return the records that an act touched."""
        query = select(event_record.c.record_id).where(event_record.c.event_id == number)
        return sorted(self._connection.execute(query).scalars())

    def touching(self, records: Collection[int], after: int = 0) -> list[StoredAct]:
        """Return the acts on any of these records, oldest first."""
        numbers = select(event_record.c.event_id).where(
            among(self._connection, event_record.c.record_id, records),
            event_record.c.event_id > after,
        )
        query = _select().where(event.c.id.in_(numbers)).order_by(event.c.id)
        return [_act(row) for row in self._connection.execute(query)]

    def since(self, number: int) -> list[StoredAct]:
        """Return the acts that stand on the records of this one, and were done later.

        An act that was taken back after it, and what took it back, cancel each other out.
        """
        later = self.touching(self.records(number), number)
        return [act for act in later if act.stands and (act.undoes is None or act.undoes <= number)]

    def listed(self, limit: int) -> list[StoredAct]:
        """Return the last acts that stand and can be taken back, newest first."""
        query = _select().where(
            or_(event.c.inverse.is_not(None), event.c.undoes.is_not(None)),
            event.c.undone_by.is_(None),
        )
        rows = self._connection.execute(query.order_by(event.c.id.desc()).limit(limit))
        return [_act(row) for row in rows]


def _select() -> Select[Any]:
    return select(*(event.c[name] for name in StoredAct._fields))


def _act(row: Row[Any]) -> StoredAct:
    said = load(row.inverse)
    inverse = None if said is None else Inverse(**{name: tuple(said[name]) for name in said})
    return StoredAct(**row._asdict())._replace(subject=load(row.subject), inverse=inverse)
