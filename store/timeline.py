"""The timeline: golden customers as they were, and where a source record was when.

Versions are only ever added. A row of ``record_move`` says which golden customer a record left and
when; a record without one has always been where it is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store import bulk
from store.bulk import among
from store.customers import GoldenVersion, version_of, versions_of
from store.tables import golden_alias, golden_history, record_move, source_record


class Timeline:
    """What was, by golden id and by record."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def moved(self, left: Sequence[tuple[int, str]], at: datetime) -> None:
        """Note that each (record id, golden id) parted now."""
        rows = [(record, golden_id, at) for record, golden_id in left]
        bulk.insert(self._connection, record_move, ("record_id", "golden_id", "at"), rows)

    def version_at(self, golden_id: str, at: datetime) -> GoldenVersion | None:
        """Return the version of that moment; None if there was none yet."""
        query = (
            versions_of(golden_id)
            .where(golden_history.c.at <= at)
            .order_by(golden_history.c.version.desc())
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else version_of(row)

    def homes_at(self, records: Collection[int], at: datetime) -> dict[int, str]:
        """Return the golden customer that each of these records belonged to at that moment.

        One that landed later is told where it is now: its version of that moment won't name it.
        """
        here = among(self._connection, source_record.c.id, records)
        now = select(source_record.c.id, source_record.c.golden_id).where(here)
        homes: dict[int, str] = {
            row.id: row.golden_id for row in self._connection.execute(now) if row.golden_id
        }
        left = (
            select(record_move.c.record_id, record_move.c.golden_id)
            .where(among(self._connection, record_move.c.record_id, records), record_move.c.at > at)
            .order_by(record_move.c.id.desc())  # the first to be left after that moment is the last
        )
        homes.update((row.record_id, row.golden_id) for row in self._connection.execute(left))
        return homes

    def ever_in(self, golden_ids: Collection[str]) -> list[int]:
        """Return the records that belong, or once belonged, to these golden customers."""
        tables: tuple[Any, ...] = (
            (source_record.c.id, source_record.c.golden_id),
            (record_move.c.record_id, record_move.c.golden_id),
        )
        return sorted(
            {
                number
                for record, golden_id in tables
                for number in self._connection.execute(
                    select(record).where(among(self._connection, golden_id, golden_ids))
                ).scalars()
            }
        )

    def merged_into(self, golden_id: str) -> list[tuple[str, datetime]]:
        """Return the retired ids that lead to this one, and since when, oldest first."""
        query = (
            select(golden_alias.c.old_id, golden_alias.c.at)
            .where(golden_alias.c.new_id == golden_id)
            .order_by(golden_alias.c.at, golden_alias.c.old_id)
        )
        return [(row.old_id, row.at) for row in self._connection.execute(query)]
