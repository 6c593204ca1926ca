"""Changes -> a file of whole rows in the folder that the other system imports.

A row is what we last saw with the change laid in. The file appears at once and whole, or not at
all; a change that has no room in it is refused alone.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
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
from hub.model import Change, Operation, Outcome, Payload, Receipt


class DropWriter:
    """Writes one file for one call of ``push``."""

    def __init__(self, folder: Folder, stream: FilesStream, records: RecordReader) -> None:
        self._folder = folder
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

    def _prepare(self, change: Change) -> tuple[Receipt, Payload | None]:
        if change.operation is Operation.CREATE or change.base is None:
            reason = "a customer is created over there, not by a file"
            return Receipt(change.id, Outcome.REJECTED, reason=reason), None
        row = _laid(change.base, change.fields)
        try:
            self._content([row])
        except RejectedError as error:
            return Receipt(change.id, Outcome.REJECTED, reason=str(error)), None
        return Receipt(change.id, Outcome.SENT, self._records.read(row)), row

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
        name
        for name, value in rows[0].items()
        if not isinstance(value, list | dict) and not name.startswith("_")  # what we laid in
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
