"""Changes -> a file of whole rows in the folder that the other system imports.

A row is what we last saw with the change laid in; a new customer's bears our reference and no id,
a deletion's the id and the marker. The file appears at once and whole, or not at all; a change that
has no room in it is refused alone.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from connectors.facts.paths import put, reader
from connectors.files.fixed import write_fixed
from connectors.files.folder import Folder
from connectors.files.profile import Delimited, Drop, FilesStream, FixedWidth, JsonLines
from connectors.files.text import known_encoding
from connectors.records import RecordReader
from connectors.writing import failed
from hub.clock import new_id
from hub.errors import ConfigError, RejectedError, TransientError
from hub.model import Change, Operation, Outcome, Payload, Receipt, SourceRecord


class DropWriter:
    """Writes one file for one call of ``push``."""

    def __init__(
        self,
        folder: Folder,
        stream: FilesStream,
        records: RecordReader,
        shown: Callable[[], Mapping[str, SourceRecord]],
    ) -> None:
        """Take where to write. ``shown``: the records that bear our reference by now."""
        self._folder = folder
        self._shown = shown
        self._stream = stream
        self._records = records
        self._drop: Drop = stream.drop or Drop()
        self._encoding = known_encoding(self._drop.encoding, folder.name)

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Return one receipt a change; raises ConfigError if the folder can't be written to."""
        rows: dict[str, Payload] = {}
        receipts: list[Receipt] = []
        for change in changes:
            receipt, row = self._prepare(change)
            receipts.append(receipt)
            if row is not None:
                rows[change.id] = row
        if not rows:
            return receipts
        name = self._drop.name.replace("{stamp}", new_id("drop").removeprefix("drop_"))
        try:
            self._folder.put(self._drop.folder, name, self._content(list(rows.values())))
        except TransientError as error:
            return [
                failed(change, error) if change.id in rows else receipt
                for change, receipt in zip(changes, receipts, strict=True)
            ]
        return receipts

    @cached_property
    def _known(self) -> Mapping[str, SourceRecord]:
        return self._shown()

    def _prepare(self, change: Change) -> tuple[Receipt, Payload | None]:
        """Return the receipt, and the row that must be written for it; None: none need be."""
        creates = change.operation is Operation.CREATE
        if creates and self._drop.creates and (there := self._known.get(change.reference)):
            return Receipt(change.id, Outcome.SENT, there), None
        try:
            row = self._row(change)
            self._content([row])
        except RejectedError as error:
            return Receipt(change.id, Outcome.REJECTED, reason=str(error)), None
        updates = change.operation is Operation.UPDATE
        return Receipt(change.id, Outcome.SENT, self._records.read(row) if updates else None), row

    def _row(self, change: Change) -> dict[str, Any]:
        stream = self._stream
        if change.operation is Operation.DELETE:
            if not (self._drop.deletes and stream.deleted):
                raise RejectedError("a customer is deleted over there, not by a file")
            marked = put({}, stream.deleted.field, stream.deleted.values[0])
            return put(marked, stream.id, change.remote_id)
        if change.operation is Operation.CREATE:
            if not (self._drop.creates and stream.reference):
                raise RejectedError("a customer is created over there, not by a file")
            return put(dict(change.fields), stream.reference, change.reference)
        if change.base is None:
            raise RejectedError("the whole row is not known")
        return _laid(change.base, change.fields)

    def _content(self, rows: Sequence[Payload]) -> bytes:
        match self._drop.layout:
            case FixedWidth() as layout:
                return b"".join(write_fixed(row, self._encoding, layout) for row in rows)
            case JsonLines():
                text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            case Delimited() as layout:
                text = _delimited(rows, layout)
            case other:
                raise ConfigError(f"{self._folder.name}: {other.kind} files are not written")
        try:
            return text.encode(self._encoding)
        except UnicodeEncodeError:
            # "from None": the reason quotes the value.
            raise RejectedError(f"a letter has no place in {self._encoding}") from None


def _laid(base: Payload, fields: Payload) -> dict[str, Any]:
    row: Mapping[str, Any] = base
    for name, value in fields.items():
        row = put(row, name, value) if reader(name)(row) is not None else {**row, name: value}
    return dict(row)


def _delimited(rows: Sequence[Payload], layout: Delimited) -> str:
    columns = layout.columns or tuple(
        dict.fromkeys(
            name
            for row in rows
            for name, value in row.items()
            if not isinstance(value, list | dict) and not name.startswith("_")  # what we laid in
        )
    )
    stream = io.StringIO()
    comma = "," if layout.delimiter == "auto" else layout.delimiter
    writer = csv.DictWriter(
        stream, columns, delimiter=comma, quotechar=layout.quote, extrasaction="ignore",
        lineterminator="\r\n",
    )  # fmt: skip
    if layout.columns is None:
        writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
