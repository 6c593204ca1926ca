"""A row of a listing -> a source record, by the facts of the profile's stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from connectors.base import Unreadable
from connectors.facts.paths import reader
from connectors.facts.profile import Stream
from hub.model import Key, SourceRecord


class Rows(NamedTuple):
    """What became of the rows of one page."""

    records: tuple[SourceRecord, ...]
    rejected: tuple[Unreadable, ...]


class RecordReader:
    """Reads rows of one stream of one channel."""

    def __init__(self, channel: str, stream: Stream) -> None:
        self._channel = channel
        self._stream = stream
        self._id = reader(stream.id)
        self._reference = reader(stream.reference) if stream.reference else None
        self._owner = reader(stream.owner) if stream.owner else None
        self._contact = reader(stream.contact) if stream.contact else None
        self._deleted = reader(stream.deleted.field) if stream.deleted else None
        self._gone = frozenset(stream.deleted.values) if stream.deleted else frozenset()
        self._times = [reader(field) for field in stream.changed.fields] if stream.changed else []
        self._parse = stream.changed.parser() if stream.changed else None
        self._lift = {name: reader(path) for name, path in stream.lift.items()}

    def read_all(self, rows: Iterable[Any], position: str) -> Rows:
        """Read a page's rows; one without a usable id is set aside, the others go on."""
        records, rejected = [], []
        for number, row in enumerate(rows, 1):
            record = self.read(row)
            if record is None:
                rejected.append(self._refuse(row, f"{position}, row {number}"))
            else:
                records.append(record)
        return Rows(tuple(records), tuple(rejected))

    def read(self, row: Any) -> SourceRecord | None:
        """Read one row; None if it has no usable id."""
        remote_id = _as_id(self._id(row))
        if remote_id is None:
            return None
        reference = self._reference(row) if self._reference else None
        return SourceRecord(
            Key(self._channel, remote_id),
            self._payload(row),
            self._changed_at(row) if self._parse else None,
            self._deleted is not None and self._is_deleted(row),
            reference if isinstance(reference, str) and reference else None,
            self._whose(row),
        )

    def _whose(self, row: Any) -> str | None:
        """Return the owner's id, or else the contact point, written as the hub looks for it."""
        owner = _as_id(self._owner(row)) if self._owner else None
        if owner is None and self._contact is not None:
            owner = (_as_id(self._contact(row)) or "").casefold() or None
        return owner

    def filtered_at(self, row: Any) -> datetime | None:
        """Return the time that a filter over there compares: the first field, no other."""
        return self._parse(self._times[0](row)) if self._parse else None

    def _payload(self, row: Any) -> Any:
        """Return the row, with what the map could not reach laid into it."""
        if self._stream.false_is_empty:
            row = {name: None if value is False else value for name, value in row.items()}
        return (
            {**row, **{name: path(row) for name, path in self._lift.items()}} if self._lift else row
        )

    def _is_deleted(self, row: Any) -> bool:
        marker = self._deleted(row) if self._deleted else None
        if marker is None:
            return False
        return (str(marker).lower() if isinstance(marker, bool) else str(marker)) in self._gone

    def _changed_at(self, row: Any) -> datetime | None:
        for field in self._times:
            moment = self._parse(field(row)) if self._parse else None
            if moment is not None:
                return moment
        return None

    def _refuse(self, row: Any, position: str) -> Unreadable:
        payload = row if isinstance(row, dict) else {"row": row}
        reason = "there is no id" if isinstance(row, dict) else "the row is not an object"
        return Unreadable(position, self._stream.id, reason, payload)


def _as_id(value: Any) -> str | None:
    """Return an id as text; booleans, fractions, objects and blanks are none."""
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return None
