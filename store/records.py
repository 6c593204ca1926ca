"""Source records: what every channel showed us, and what is still to be done with it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    delete,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy import update as update_statement

from hub.model import Customer, Key, SourceRecord
from store.bulk import among, chunks, update, upsert
from store.encoding import dump, load
from store.erasure.erasures import Erasures
from store.landing import Landed, land
from store.quarantine import InQuarantine, Quarantined, listed, released, set_aside
from store.record import Due, Mapped, Member, Replaced, StoredRecord, Texts, Unmapped, Word
from store.tables import IS_DUE, UNMAPPED, cursor, record_history, source_record

__all__ = [
    "Due", "InQuarantine", "Landed", "Mapped", "Member", "Quarantined", "Records", "StoredRecord",
    "Unmapped", "Word",
]  # fmt: skip

_CHUNK = 10_000  # rows fetched at a time
_COLUMNS = [
    source_record.c[name]
    for name in (
        *("id", "channel", "remote_id", "payload", "customer", "held", "told"),
        *("golden_id", "deleted", "reference", "fingerprint", "changed_at", "landed_at"),
    )
]


_IS_MERGING = and_(IS_DUE, source_record.c.due == Due.MERGING.value)
_UNMAPPED = [
    source_record.c[name]
    for name in (
        *("id", "channel", "remote_id", "payload", "changed_at", "deleted", "reference"),
        *("fingerprint", "customer", "told"),
    )
]


_MEMBER = [
    source_record.c[name]
    for name in (
        *("id", "channel", "remote_id", "customer", "golden_id", "deleted", "landed_at", "due"),
    )
]


class Records:
    """Source records, their quarantine, and the cursors that they came by."""

    def __init__(self, connection: Connection, erasures: Erasures) -> None:
        self._connection = connection
        self._erasures = erasures

    def land(self, records: Sequence[SourceRecord], at: datetime) -> Landed:
        """Remember these records; what changed is due for the map, what did not costs a look-up.

        Records of customers that were erased are left out. Raises RecordError for an id that can't
        be stored.
        """
        admitted = self._erasures.admit(records, at)
        landed = land(self._connection, admitted, at)
        return landed._replace(suppressed=len(records) - len(admitted))

    def cursor(self, channel: str, stream: str = "customers") -> str | None:
        """Return where to resume pulling; None: from the beginning."""
        found: str | None = self._connection.execute(
            select(cursor.c.value).where(cursor.c.channel == channel, cursor.c.stream == stream)
        ).scalar()
        return found

    def move_cursor(
        self, channel: str, value: str, at: datetime, stream: str = "customers"
    ) -> None:
        """Remember where to resume."""
        statement = upsert(self._connection, cursor).values(
            channel=channel, stream=stream, value=value, moved_at=at
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["channel", "stream"], set_={"value": value, "moved_at": at}
            )
        )

    def forget_cursor(self, channel: str, stream: str = "customers") -> None:
        """Pull from the beginning the next time, whatever happens until then."""
        self._connection.execute(
            delete(cursor).where(cursor.c.channel == channel, cursor.c.stream == stream)
        )

    def due(
        self, what: Due, limit: int | None = None, channel: str | None = None
    ) -> list[StoredRecord]:
        """Return what waits for ``what``, in the order of landing, locked until the unit ends."""
        waiting = UNMAPPED if what is Due.MAP else and_(IS_DUE, source_record.c.due == what.value)
        query = select(source_record.c.id).where(waiting).order_by(source_record.c.id).limit(limit)
        if channel is not None:
            query = query.where(source_record.c.channel == channel)
        return self.get(list(self._connection.execute(query.with_for_update()).scalars()))

    def ids_due(self, what: Due, limit: int | None = None, after: int = 0) -> list[int]:
        """Return the numbers of what waits for a match or a merge, in the order of landing."""
        waiting = and_(IS_DUE, source_record.c.due == what.value, source_record.c.id > after)
        query = select(source_record.c.id).where(waiting).order_by(source_record.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def members(self, ids: Iterable[int]) -> list[Member]:
        """Return these records for the merge, in the order of landing."""
        found = []
        for chunk in chunks(sorted(ids), _CHUNK):
            query = select(*_MEMBER).where(among(self._connection, source_record.c.id, chunk))
            for row in self._connection.execute(query.order_by(source_record.c.id)):
                number, channel, remote_id, customer, golden_id, deleted, landed_at, due = row
                waits = due in {Due.MERGE.value, Due.MERGING.value}
                key = Key(channel, remote_id)
                found.append(Member(number, key, customer, golden_id, deleted, landed_at, waits))
        return found

    def unmapped(self, channel: str, limit: int, after: int = 0) -> list[Unmapped]:
        """Return what waits for the map in a channel, in the order of landing."""
        query = select(*_UNMAPPED).where(
            UNMAPPED, source_record.c.channel == channel, source_record.c.id > after
        )
        rows = self._connection.execute(query.order_by(source_record.c.id).limit(limit))
        return [Unmapped(*row) for row in rows]

    def as_unmapped(self, ids: Collection[int]) -> list[Unmapped]:
        """Return these records for the map, whether they wait for it or not."""
        query = select(*_UNMAPPED).where(among(self._connection, source_record.c.id, ids))
        rows = self._connection.execute(query.order_by(source_record.c.id))
        return [Unmapped(*row) for row in rows]

    def still(self, rows: Sequence[Unmapped]) -> set[int]:
        """Return which of these are as they were read, locked until the unit ends."""
        table = source_record.c
        query = select(table.id, table.fingerprint, table.told).where(
            among(self._connection, table.id, [row.id for row in rows])
        )
        now = {row.id: row[1:] for row in self._connection.execute(query.with_for_update())}
        return {row.id for row in rows if now.get(row.id) == (row.fingerprint, row.told)}

    def count_due(self) -> dict[Due, int]:
        """Count what waits, by what it waits for."""
        rows = self._connection.execute(
            union_all(
                select(source_record.c.due, func.count()).where(IS_DUE).group_by("due"),
                select(literal(Due.MAP.value), func.count())
                .select_from(source_record)
                .where(UNMAPPED),
            )
        )
        found: Counter[Due] = Counter()
        for what, number in rows:
            found[Due.MERGE if what == Due.MERGING.value else Due(what)] += number
        return {what: number for what, number in found.items() if number}

    def get(self, ids: Iterable[int]) -> list[StoredRecord]:
        """Return these records in the order of landing; unknown ids are left out."""
        return list(self._fetch(ids))

    def by_key(self, keys: Iterable[Key]) -> dict[Key, StoredRecord]:
        """Return the records of these keys that are known."""
        by_channel: dict[str, list[str]] = {}
        for key in keys:
            by_channel.setdefault(key.channel, []).append(key.id)
        return {
            record.key: record
            for channel, remote_ids in by_channel.items()
            for record in self._of_channel(channel, remote_ids)
        }

    def worded(self, due: Due | None = None) -> list[int]:
        """Return the ids of all records that have a word, or of those that wait for ``due``."""
        query = select(source_record.c.id).where(source_record.c.customer.is_not(None))
        if due is not None:
            query = query.where(IS_DUE, source_record.c.due == due.value)
        return list(self._connection.execute(query.order_by(source_record.c.id)).scalars())

    def landed(self) -> int:
        """Return how many records ever landed, at the most: at once, however many there are."""
        newest: int | None = self._connection.execute(select(func.max(source_record.c.id))).scalar()
        return newest or 0

    def words(self, ids: Iterable[int]) -> list[Word]:
        """Return the words of these records, by record id; one that was never mapped has none."""
        found = []
        for chunk in chunks(sorted(ids), _CHUNK):
            query = select(
                source_record.c.id,
                source_record.c.channel,
                source_record.c.remote_id,
                source_record.c.customer,
            ).where(
                among(self._connection, source_record.c.id, chunk),
                source_record.c.customer.is_not(None),
            )
            rows = self._connection.execute(query.order_by(source_record.c.id)).all()
            found += [Word(id_, Key(name, remote), word) for id_, name, remote, word in rows]
        return found

    def texts(self, ids: Collection[int]) -> Sequence[Sequence[Any]]:
        """Return number, key as text and word of these records, by number; one without has none."""
        key = source_record.c.channel + ":" + source_record.c.remote_id
        query = select(source_record.c.id, key, source_record.c.customer).where(
            among(self._connection, source_record.c.id, ids), source_record.c.customer.is_not(None)
        )
        return self._connection.execute(query.order_by(source_record.c.id)).all()

    def history(self, record_id: int) -> list[Replaced]:
        """Return the payloads that this record had before, oldest first."""
        query = (
            select(
                record_history.c.replaced_at,
                record_history.c.payload,
                record_history.c.fingerprint,
                record_history.c.deleted,
            )
            .where(record_history.c.record_id == record_id)
            .order_by(record_history.c.id)
        )
        return [
            Replaced(row.replaced_at, load(row.payload), row.fingerprint, row.deleted)
            for row in self._connection.execute(query)
        ]

    def save_mapped(self, rows: Sequence[Mapped]) -> None:
        """Remember what the map made of these records; they are no longer due for the map.

        One whose word stayed the same keeps what else it waits for.
        """
        names = ("id", "customer", "held", "unmapped")
        same = [_written(row) for row in rows if row.due is None]
        update(self._connection, source_record, names, same)
        moved = [(*_written(row), row.due.value) for row in rows if row.due is not None]
        update(self._connection, source_record, (*names, "due"), moved)

    def set_due(self, ids: Collection[int], due: Due | None) -> None:
        """Mark these records; None: neither the match nor the merge waits for them any more."""
        values = {"unmapped": True} if due is Due.MAP else {"due": due and due.value}
        for chunk in chunks(sorted(ids), _CHUNK):
            here = among(self._connection, source_record.c.id, chunk)
            self._connection.execute(update_statement(source_record).where(here).values(values))

    def set_all_due(self) -> None:
        """Let every record be mapped, matched and merged again."""
        self._connection.execute(update_statement(source_record).values(unmapped=True))
        self.rematch()

    def rematch(self) -> None:
        """Let every record that has a word be matched and merged again."""
        table = source_record.c
        known = table.customer.is_not(None) & table.due.is_distinct_from(Due.MATCH.value)
        self._connection.execute(
            update_statement(source_record).where(known).values(due=Due.MATCH.value)
        )

    def mark_for_merge(self, ids: Collection[int]) -> None:
        """Mark these records as due for the merge, but for those that a match awaits first."""
        table = source_record.c
        self._connection.execute(
            update_statement(source_record)
            .where(
                among(self._connection, table.id, ids),
                table.due.is_(None) | (table.due == Due.MERGING.value),
            )
            .values(due=Due.MERGE.value)
        )

    def begin_merge(self, ids: Collection[int]) -> None:
        """Mark those of these records that are due to merge as being merged."""
        here = among(self._connection, source_record.c.id, ids)
        self._change_due(here & (source_record.c.due == Due.MERGE.value), Due.MERGING)

    def end_merge(self, ids: Collection[int], joined: Sequence[tuple[int, str]]) -> None:
        """Make each (record id, golden id) a member; none of ``ids`` is being merged any more.

        A record that somebody marked in the meantime stays due.
        """
        settled = f"due = NULLIF(source_record.due, '{Due.MERGING.value}')"
        update(self._connection, source_record, ("id", "golden_id"), joined, also=settled)
        rest = set(ids).difference(number for number, _ in joined)
        here = among(self._connection, source_record.c.id, rest)
        self._change_due(here & _IS_MERGING, None)

    def take_back(self) -> None:
        """Let what a process that died was merging be due again."""
        self._change_due(_IS_MERGING, Due.MERGE)

    def _change_due(self, where: ColumnElement[bool], due: Due | None) -> None:
        values = {"due": due and due.value}
        self._connection.execute(update_statement(source_record).where(where).values(values))

    def tell(self, rows: Sequence[tuple[int, Mapping[str, Any] | None]]) -> None:
        """Remember what we told the channel, by attribute, of each (record id, told)."""
        written = [(number, None if told is None else dump(told)) for number, told in rows]
        update(self._connection, source_record, ("id", "told"), written)

    def assign(self, rows: Sequence[tuple[int, str | None]]) -> None:
        """Make each (record id, golden id) a member of that golden customer, and of no other."""
        update(self._connection, source_record, ("id", "golden_id"), rows)

    def quarantine(self, rows: Sequence[Quarantined], at: datetime) -> None:
        """Set these aside with the reason; seen again, the newest reason stands and it counts.

        A record that could not be mapped is not due for the map until it changes.
        """
        set_aside(self._connection, rows, at)

    def release(self, keys: Sequence[Key], stage: str, stream: str = "customers") -> None:
        """Take cured records out of quarantine."""
        released(self._connection, keys, stage, stream)

    def quarantined(self, channel: str | None = None) -> list[InQuarantine]:
        """Return what is in quarantine, of one channel or of all, the newest first."""
        return listed(self._connection, channel)

    def _of_channel(self, channel: str, remote_ids: Sequence[str]) -> Iterator[StoredRecord]:
        query = select(source_record.c.id).where(
            source_record.c.channel == channel,
            among(self._connection, source_record.c.remote_id, remote_ids),
        )
        return self._fetch(self._connection.execute(query).scalars().all())

    def _fetch(self, ids: Iterable[int]) -> Iterator[StoredRecord]:
        for chunk in chunks(sorted(ids), _CHUNK):
            query = select(*_COLUMNS).where(among(self._connection, source_record.c.id, chunk))
            for row in self._connection.execute(query.order_by(source_record.c.id)):
                yield _record(row)


def _record(row: Row[Any]) -> StoredRecord:
    return StoredRecord(
        row.id,
        Key(row.channel, row.remote_id),
        Texts(row.payload, row.customer, row.held, row.told),
        row.golden_id,
        row.deleted,
        row.reference,
        row.fingerprint,
        row.changed_at,
        row.landed_at,
    )


def _written(row: Mapped) -> tuple[int, str | None, str | None, bool]:
    return row.record_id, _json(row.customer), _json(row.held), False


def _json(customer: Customer | str | None) -> str | None:
    return customer.written() if isinstance(customer, Customer) else customer
