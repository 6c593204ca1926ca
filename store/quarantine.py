"""Quarantine: inbound records that could not be read or mapped, each with the reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, select, update

from hub.model import Key
from store.bulk import among, upsert
from store.encoding import dump, load
from store.tables import quarantine, source_record


class Quarantined(NamedTuple):
    """One record to set aside, and why."""

    channel: str
    remote_id: str
    """Its id there, or its position where it has no usable id."""
    stage: str
    """``pull`` or ``map``."""
    field: str
    reason: str
    payload: Any


class InQuarantine(NamedTuple):
    """One record that was set aside, how often and since when."""

    record: Quarantined
    first_seen: datetime
    last_seen: datetime
    times: int


def set_aside(connection: Connection, rows: Sequence[Quarantined], at: datetime) -> None:
    """Write the rows; one that is there already gets the new reason and counts one more."""
    if not rows:
        return
    statement = upsert(connection, quarantine)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel", "remote_id", "stage"],
            set_={
                "field": new.field,
                "reason": new.reason,
                "payload": new.payload,
                "last_seen": new.last_seen,
                "times": quarantine.c.times + 1,
            },
        ),
        [
            {**row._asdict(), "payload": dump(row.payload)}
            | {"first_seen": at, "last_seen": at, "times": 1}
            for row in rows
        ],
    )
    for channel in {row.channel for row in rows}:
        refused = [r.remote_id for r in rows if r.channel == channel and r.stage == "map"]
        connection.execute(
            update(source_record)
            .where(
                source_record.c.channel == channel,
                among(connection, source_record.c.remote_id, refused),
            )
            .values(unmapped=False)
        )


def released(connection: Connection, keys: Sequence[Key], stage: str) -> None:
    """Delete the rows of these keys at this stage."""
    for channel in {key.channel for key in keys}:
        cured = [key.id for key in keys if key.channel == channel]
        connection.execute(
            delete(quarantine).where(
                quarantine.c.channel == channel,
                quarantine.c.stage == stage,
                among(connection, quarantine.c.remote_id, cured),
            )
        )


def listed(connection: Connection, channel: str | None) -> list[InQuarantine]:
    """Return the rows of one channel or of all, the newest first."""
    query = select(quarantine).order_by(quarantine.c.last_seen.desc(), quarantine.c.id)
    if channel is not None:
        query = query.where(quarantine.c.channel == channel)
    return [
        InQuarantine(
            Quarantined(
                row.channel, row.remote_id, row.stage, row.field, row.reason, load(row.payload)
            ),
            row.first_seen,
            row.last_seen,
            row.times,
        )
        for row in connection.execute(query)
    ]
