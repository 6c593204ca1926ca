"""Writes of a SOAP profile: create, update, look up."""

from typing import Any

from connectors.base import MissingError
from connectors.facts.paths import put, reader
from connectors.facts.profile import needed
from connectors.http.client import UnansweredError
from connectors.records import RecordReader
from connectors.soap.api import Result, SoapApi
from connectors.soap.profile import SoapCall, SoapStream
from hub.model import Change, SourceRecord


class SoapWriter:
    """The writes of one stream of one SOAP channel."""

    def __init__(self, api: SoapApi, stream: SoapStream, records: RecordReader) -> None:
        self._api = api
        self._stream = stream
        self._records = records

    def create(self, change: Change) -> SourceRecord:
        """Create the record with our reference in it."""
        call = needed(self._stream.create, "create")
        fields = dict(change.fields)
        if self._stream.reference:
            fields = put(fields, self._stream.reference, change.reference)
        values = {"reference": change.reference, "fields": fields, "record": fields}
        doing = f"create for change {change.id}"
        result = self._api.call(call, values, doing, repeatable=False)
        record = self._record(call, result) or self.find(change)
        if record is None:
            raise UnansweredError(f"change {change.id}: created, but the answer has no id")
        return record

    def update(self, change: Change) -> SourceRecord:
        """Update the record; the version that we saw goes along."""
        call = needed(self._stream.update, "update")
        remote_id = change.remote_id or ""
        base = change.base
        if base is None and self._stream.version:
            base = self.read(remote_id).payload
        record = put(change.fields, self._stream.id, remote_id)
        version = None
        if self._stream.version:
            version = reader(self._stream.version)(base)
            record = put(record, self._stream.version, version)
        values = {
            "id": remote_id,
            "reference": change.reference,
            "version": version,
            "fields": dict(change.fields),
            "record": record,
        }
        result = self._api.call(call, values, f"update {remote_id}")
        return self._record(call, result) or self.read(remote_id)

    def find(self, change: Change) -> SourceRecord | None:
        """Look for a record that bears our reference."""
        call = self._stream.find
        if call is None:
            return None
        values = {"reference": change.reference, "fields": dict(change.fields)}
        try:
            result = self._api.call(call, values, f"look up for change {change.id}")
        except MissingError:
            return None
        records = (self._records.read(row) for row in result.rows(call.record))
        return next((it for it in records if it and it.reference == change.reference), None)

    def read(self, remote_id: str) -> SourceRecord:
        """Read one record; raises MissingError."""
        call = needed(self._stream.read, "read")
        record = self._record(call, self._api.call(call, {"id": remote_id}, f"read {remote_id}"))
        if record is None:
            raise MissingError(f"read {remote_id}: there is no such record")
        return record

    def _record(self, call: SoapCall, result: Result) -> SourceRecord | None:
        rows: list[Any] = list(result.rows(call.record))
        return self._records.read(rows[0]) if rows else None
