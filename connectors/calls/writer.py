"""Writes by calls: create, update, look up, read, delete."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import md5
from typing import Any

from connectors.base import MissingError
from connectors.calls.api import Api, Reply
from connectors.calls.facts import Call, Written
from connectors.facts.paths import put, reader
from connectors.facts.profile import needed
from connectors.http.messages import UnansweredError
from connectors.records import RecordReader
from hub.errors import RejectedError
from hub.model import Change, SourceRecord

_DERIVE: dict[str, Callable[[str], str]] = {
    "same": lambda text: text,
    # A public name for a list member, not a protection of anything.
    "md5_lower": lambda text: md5(text.strip().lower().encode(), usedforsecurity=False).hexdigest(),
}


class CallWriter:
    """The writes of one stream of one channel."""

    def __init__(self, api: Api, stream: Written, records: RecordReader) -> None:
        self._api = api
        self._stream = stream
        self._records = records

    def create(self, change: Change) -> SourceRecord:
        """Create the record; it bears our reference where the channel has room for it.

        Where a create would overwrite whoever has the same id already, that one is looked for
        first. Raises RejectedError if it is somebody else.
        """
        call = needed(self._stream.create, "create")
        there = self.find(change) if call.repeatable and not change.doubtful else None
        if there is not None:
            return there
        values = self.values(change, self.new(change))
        doing = f"create for change {change.id}"
        reply = self._api.call(call, values, doing, repeatable=call.repeatable)
        made = _as_id(reply.value(call.new_id)) if call.new_id is not None else None
        return self._answered(call, reply, made or values["id"], change)

    def update(self, change: Change) -> SourceRecord | None:
        """Update the record; the version we saw goes along where the channel compares it.

        None where the channel neither shows the record nor can read one: the next pull shows it.
        """
        call = needed(self._stream.update, "update")
        base = change.base
        if call.whole or (base is None and self._stream.version):
            base = self.read(change.remote_id or "").payload
        values = self.values(change._replace(base=base), dict(change.fields))
        reply = self._api.call(call, values, f"update {change.remote_id}")
        if self._stream.read is None and not reply.found(call.record):
            return None
        return self._answered(call, reply, change.remote_id, change)

    def find(self, change: Change) -> SourceRecord | None:
        """Look for a record with our reference, or one that says all that we would write.

        Raises RejectedError if another record has a field that must be unique, such as the e-mail
        that a family shares: a person must look.
        """
        call = self._stream.find
        if call is None:
            return None
        values = self.values(change, self.new(change))
        try:
            reply = self._api.call(call, values, f"look up for change {change.id}")
        except MissingError:
            return None
        return self._choose(self._read_all(call, reply), change, call.same)

    def read(self, remote_id: str) -> SourceRecord:
        """Read one record; raises MissingError."""
        call = needed(self._stream.read, "read")
        doing = f"read {remote_id}"
        records = self._read_all(call, self._api.call(call, {"id": self._id(remote_id)}, doing))
        if not records:
            raise MissingError(f"{doing}: the answer holds no record")
        return records[0]

    def delete(self, remote_id: str) -> None:
        """Delete one record; one that is gone already is as good as deleted."""
        call = needed(self._stream.delete, "delete")
        values: dict[str, Any] = {"id": self._id(remote_id)}
        try:
            if self._stream.version:
                values["version"] = reader(self._stream.version)(self.read(remote_id).payload)
            self._api.call(call, values, f"delete {remote_id}")
        except MissingError:
            return

    def new(self, change: Change) -> dict[str, Any]:
        """Return the fields of a new record: defaults below, our reference on top."""
        fields = dict(change.fields)
        call = self._stream.create
        if call:
            fields = {**call.defaults, **{call.rename.get(k, k): v for k, v in fields.items()}}
        reference = self._stream.reference
        return put(fields, reference, change.reference) if reference else fields

    def values(self, change: Change, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the templates of a write may refer to."""
        stream = self._stream
        base = change.base or {}
        version = reader(stream.version)(base) if stream.version else None
        remote_id = change.remote_id or self._derive(fields)
        record = dict(fields)
        if remote_id is not None:
            shown = reader(stream.id)(base)
            record = put(record, stream.id, self._id(remote_id) if shown is None else shown)
        return {
            "id": None if remote_id is None else self._id(remote_id),
            "reference": change.reference,
            "version": version,
            "fields": fields,
            "whole": self._whole(base, fields),
            "record": record if version is None else put(record, stream.version or "", version),
        }

    def _whole(self, base: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        own = {name: value for name, value in base.items() if name not in self._stream.lift}
        return _overlay(own, fields)

    def _id(self, remote_id: str) -> str | int:
        """Return an id as the channel wants it."""
        wants_number = self._stream.number_id and remote_id.isdecimal()
        return int(remote_id) if wants_number else remote_id

    def _derive(self, fields: Mapping[str, Any]) -> str | None:
        derived = self._stream.derived_id
        if derived is None:
            return None
        text = reader(derived.field)(fields)
        if not isinstance(text, str) or not text.strip():
            raise RejectedError(f"there is no {derived.field}, which the channel names records by")
        return _DERIVE[derived.function](text)

    def _answered(
        self, call: Call, reply: Reply, remote_id: str | int | None, change: Change
    ) -> SourceRecord:
        """Return the record out of the answer, or read it back where the answer has none."""
        shown = self._read_all(call, reply)
        if shown:
            return shown[0]
        if remote_id is not None:
            return self.read(str(remote_id))
        found = self.find(change)
        if found is None:
            raise UnansweredError(f"change {change.id}: written, but the answer has no id")
        return found

    def _read_all(self, call: Call, reply: Reply) -> list[SourceRecord]:
        rows = [row for row in reply.found(call.record) if isinstance(row, dict)]
        return [record for row in rows if (record := self._records.read(row))]

    def _choose(
        self, records: Sequence[SourceRecord], change: Change, unique: Sequence[str]
    ) -> SourceRecord | None:
        """Return the record that an earlier attempt at this create made, if any."""
        for record in records:
            if record.reference is not None and record.reference == change.reference:
                return record
        for record in records:
            for path in unique:
                ours = reader(path)(change.fields)
                if not isinstance(ours, str) or not ours.strip():
                    continue
                if not _holds(reader(path)(record.payload), ours):
                    continue
                if record.reference is None and _holds(record.payload, change.fields):
                    return record
                raise RejectedError(
                    f"create for change {change.id}: {record.key} has the same {path} but is "
                    "another record; a person must look"
                )
        return None


def _overlay(base: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    laid = dict(base)
    for name, value in fields.items():
        held = laid.get(name)
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            laid[name] = _overlay(held, value)
        else:
            laid[name] = value
    return laid


def _as_id(value: Any) -> str | None:
    """Return a new id as text; some answer a list of one."""
    first = value[0] if isinstance(value, list) and len(value) == 1 else value
    return str(first) if isinstance(first, str | int) and not isinstance(first, bool) else None


def _holds(theirs: Any, ours: Any) -> bool:
    """Tell whether the channel's value says all that ours does, letter case and blanks aside."""
    match ours:
        case None | "":
            return True
        case dict():
            inside = theirs if isinstance(theirs, dict) else {}
            return all(_holds(inside.get(name), value) for name, value in ours.items())
        case list() | tuple():
            items = theirs if isinstance(theirs, list) else []
            return all(any(_holds(item, value) for item in items) for value in ours)
        case _:
            return str(theirs).strip().casefold() == str(ours).strip().casefold()
