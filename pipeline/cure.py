"""CURE: what a person does about records in quarantine and about a schema that drifted.

Look (how many, why, which), put values right, ignore, and let the chosen ones try again. Whatever
is done to many is counted first, by the same choice.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from connectors.base import Connector
from connectors.facts.paths import put
from connectors.facts.profile import CONSENTS
from hub.clock import now
from hub.config import Settings
from hub.errors import ConfigError
from hub.model import Key, SourceRecord
from mapping.recordmap import RecordMap
from pipeline.beside import mark_owners, readable
from pipeline.drift import Shape
from pipeline.landing import SCHEMA
from pipeline.map import map_records
from pipeline.wiring import connect, record_map
from store.database import Store, Unit
from store.quarantine import CUSTOMERS, InQuarantine, State, Which
from store.schema import NotedDrift

_CHUNK = 2_000


class ReplayReport(NamedTuple):
    """Records that tried again: cured, and still in quarantine."""

    cured: int = 0
    still: int = 0


def fix(store: Store, key: Key, values: Mapping[str, Any], *, author: str) -> InQuarantine:
    """Put values right, by path, in one record in quarantine; it holds while the record stays.

    The channel is not written to: what it shows is its own affair. Raises ConfigError if there is
    no such record, or a path is none.
    """
    with store.begin() as unit:
        rows = unit.quarantine.rows(Which(key.channel, remote_id=key.id))
        if not rows:
            raise ConfigError(f"{key} is not in quarantine; see goldenrod quarantine --rows")
        for row in rows:
            for path, value in values.items():
                _check(row, path, value)
            unit.quarantine.fix(row.id, values)
        subject = {"key": str(key), "paths": sorted(values)}
        unit.journal.record(author, "fix", subject, now())
        return unit.quarantine.rows(Which(key.channel, remote_id=key.id))[0]


def _check(row: InQuarantine, path: str, value: Any) -> None:
    try:
        put(row.record.payload, path, value)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{path!r} is no path into this record: {error}") from error


def ignore(store: Store, which: Which, *, author: str) -> int:
    """Let the chosen records stay where they are; they count no more. Return how many."""
    with store.begin() as unit:
        number = unit.quarantine.set_state(which, State.IGNORED)
        subject = {name: told for name, told in which._asdict().items() if told is not None}
        unit.journal.record(author, "ignore", {**subject, "number": number}, now())
    return number


def replay(settings: Settings, store: Store, which: Which) -> dict[str, ReplayReport]:
    """Let the chosen records try again: read, land or map them anew. Twice is as good as once."""
    report = {}
    for name in [which.channel] if which.channel else list(settings.channels):
        settings.channel(name)
        with store.exclusive(f"pull {name}"), store.exclusive("resolve"):
            report[name] = _replay(settings, store, which._replace(channel=name))
    return report


def _replay(settings: Settings, store: Store, which: Which) -> ReplayReport:
    channel = settings.channel(which.channel or "")
    with store.read() as unit:
        rows = unit.quarantine.rows(which)
    with connect(channel) as source:  # nothing is sent: it only knows how to read a row
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            with store.begin() as unit:
                landing = [row for row in chunk if row.record.stage != "map"]
                _land_again(unit, source, landing, record_map(channel))
                mapped = [row for row in chunk if row.record.stage == "map"]
                _map_again(settings, unit, channel.name, mapped)
    with store.read() as unit:
        after = {row.id: row for row in unit.quarantine.rows(which._replace(state=None))}
    still = sum(row.id in after and not _holds(after[row.id]) for row in rows)
    return ReplayReport(len(rows) - still, still)


def _holds(row: InQuarantine) -> bool:
    """Tell whether this is a fix that cured: it stays, for the map must apply it every time."""
    return row.record.stage == "map" and row.record.state == State.FIXED


def _land_again(
    unit: Unit, source: Connector, rows: Sequence[InQuarantine], vendor: RecordMap
) -> None:
    """Land what has an id by now, and no column that is still not accepted."""
    for stream in {row.record.stream for row in rows}:
        shape = Shape(unit.schemas.columns(source.name, stream), learning=False)
        good: list[tuple[InQuarantine, SourceRecord]] = []
        for row in (row for row in rows if row.record.stream == stream):
            record = source.read_row(stream, _fixed(row))
            if record is None or (row.record.stage == SCHEMA and shape.look([record])[0].drifts):
                continue
            if stream == CONSENTS and not readable(vendor, [record])[0]:
                continue
            good.append((row, record))
        landed = [record for _, record in good]
        if stream == CUSTOMERS:
            unit.records.land(landed, now())
        else:
            unit.stream_records.land(stream, landed, now())
        if stream == CONSENTS:
            mark_owners(unit, landed)
        unit.quarantine.remove([row.id for row, _ in good])


def _map_again(settings: Settings, unit: Unit, name: str, rows: Sequence[InQuarantine]) -> None:
    keys = [Key(name, row.record.remote_id) for row in rows]
    ids = [record.id for record in unit.records.by_key(keys).values()]
    map_records(unit, ids, record_map(settings.channel(name)))


def _fixed(row: InQuarantine) -> dict[str, Any]:
    payload = row.record.payload
    for path, value in (row.fix or {}).items():
        payload = put(payload, path, value)
    return dict(payload)


def accept_drift(store: Store, channel: str | None, *, author: str) -> list[NotedDrift]:
    """Accept the open drifts of one channel or of all; what waited for it may be replayed."""
    with store.begin() as unit:
        opened = unit.schemas.drifts(channel, only_open=True)
        for noted in opened:
            unit.schemas.accept(noted, now())
            subject = {"channel": noted.channel, "column": noted.drift.name}
            unit.journal.record(author, "accept drift", subject, now())
    return opened
