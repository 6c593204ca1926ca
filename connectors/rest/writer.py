"""Writes of a REST profile: create, update, look up, read."""

from collections.abc import Callable, Mapping
from hashlib import md5
from typing import Any

from connectors.base import MissingError
from connectors.facts.paths import put, reader
from connectors.facts.profile import needed
from connectors.http.client import UnansweredError
from connectors.records import RecordReader
from connectors.rest.api import Reply, RestApi
from connectors.rest.profile import RestCall, RestStream
from hub.errors import RejectedError
from hub.model import Change, SourceRecord

_DERIVE: dict[str, Callable[[str], str]] = {
    "same": lambda text: text,
    # A public name for a list member, not a protection of anything.
    "md5_lower": lambda text: md5(text.strip().lower().encode(), usedforsecurity=False).hexdigest(),
}


class RestWriter:
    """The writes of one stream of one REST channel."""

    def __init__(self, api: RestApi, stream: RestStream, records: RecordReader) -> None:
        self._api = api
        self._stream = stream
        self._records = records

    def create(self, change: Change) -> SourceRecord:
        """Create the record; it bears our reference where the channel has room for it."""
        call = needed(self._stream.create, "create")
        values = self.values(change, self.new(change))
        reply = self._api.call(
            call,
            values,
            f"create for change {change.id}",
            query=call.query,
            body=call.body,
            repeatable=call.request.startswith("PUT"),
        )
        return self._answered(call, reply, values["id"], change)

    def update(self, change: Change) -> SourceRecord:
        """Update the record; the version we saw goes along where the channel compares it."""
        call = needed(self._stream.update, "update")
        base = change.base
        if base is None and self._stream.version:
            base = self.read(change.remote_id or "").payload
        values = self.values(change._replace(base=base), dict(change.fields))
        header = self._stream.version_header
        version = values["version"]
        reply = self._api.call(
            call,
            values,
            f"update {change.remote_id}",
            query=call.query,
            body=call.body,
            headers={header: str(version)} if header and version is not None else None,
        )
        return self._answered(call, reply, change.remote_id, change)

    def find(self, change: Change) -> SourceRecord | None:
        """Look for a record with our reference, or one that agrees on a unique field."""
        call = self._stream.find
        if call is None:
            return None
        values = self.values(change, self.new(change))
        try:
            doing = f"look up for change {change.id}"
            reply = self._api.call(call, values, doing, query=call.query)
        except MissingError:
            return None
        found = reader(call.record)(reply.body)
        rows = found if isinstance(found, list) else [found]
        records = [self._records.read(row) for row in rows if isinstance(row, dict)]
        return next((it for it in records if it and self._is_ours(it, change)), None)

    def read(self, remote_id: str) -> SourceRecord:
        """Read one record; raises MissingError."""
        call = needed(self._stream.read, "read")
        doing = f"read {remote_id}"
        reply = self._api.call(call, {"id": remote_id}, doing, query=call.query)
        record = self._records.read(reader(call.record)(reply.body))
        if record is None:
            raise MissingError(f"{doing}: the answer holds no record")
        return record

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
            record = put(record, stream.id, remote_id if shown is None else shown)
        return {
            "id": remote_id,
            "reference": change.reference,
            "version": version,
            "fields": fields,
            "record": record if version is None else put(record, stream.version or "", version),
        }

    def _derive(self, fields: Mapping[str, Any]) -> str | None:
        derived = self._stream.derived_id
        if derived is None:
            return None
        text = reader(derived.field)(fields)
        if not isinstance(text, str) or not text.strip():
            raise RejectedError(f"there is no {derived.field}, which the channel names records by")
        return _DERIVE[derived.function](text)

    def _answered(
        self, call: RestCall, reply: Reply, remote_id: str | None, change: Change
    ) -> SourceRecord:
        """Return the record out of the answer, or read it back where the answer has none."""
        row = reader(call.record)(reply.body)
        record = self._records.read(row) if isinstance(row, dict) else None
        if record is not None:
            return record
        if remote_id is None:
            found = self.find(change)
            if found is None:
                raise UnansweredError(f"change {change.id}: written, but the answer has no id")
            return found
        return self.read(remote_id)

    def _is_ours(self, record: SourceRecord, change: Change) -> bool:
        if record.reference is not None and record.reference == change.reference:
            return True
        same = self._stream.find.same if self._stream.find else ()
        return any(
            _agree(reader(path)(record.payload), reader(path)(change.fields)) for path in same
        )


def _agree(theirs: Any, ours: Any) -> bool:
    return isinstance(ours, str) and str(theirs).strip().lower() == ours.strip().lower() != ""
