"""Customers with the rows of other files that belong to them: a contact with its e-mails."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from connectors.facts.paths import reader
from connectors.files.folder import Entry
from connectors.files.layouts import read_rows
from connectors.files.profile import Child, FilesStream
from connectors.files.rows import Row
from connectors.files.snapshot import Copy, Snapshots
from hub.errors import TransientError

Rows = dict[str, list[dict[str, Any]]]
"""By the id of the parent."""


class Family:
    """The children of one stream's customers; read whole, for they may lie anywhere."""

    def __init__(self, channel: str, stream: FilesStream, snapshots: Snapshots) -> None:
        self._channel = channel
        self._stream = stream
        self._snapshots = snapshots
        self._id = reader(stream.id)

    def entries(self) -> dict[str, Entry]:
        """Return the newest file of each kind; raises TransientError if there is none."""
        found = {}
        for name, child in self._stream.children.items():
            whole = self._snapshots.whole(child.files, lambda _: False)
            if not whole:
                raise TransientError(f"{self._channel}: there is no whole file {child.files}")
            found[name] = whole[-1]
        return found

    def load(self, entries: Mapping[str, Entry]) -> dict[str, Rows]:
        """Read the children; raises TransientError if one of the files moves."""
        return {name: self._load(self._stream.children[name], it) for name, it in entries.items()}

    def complete(self, row: Row, children: Mapping[str, Rows]) -> Row:
        """Return the row with its children laid in."""
        if row.reason or not children:
            return row
        own = str(self._id(row.payload)).strip()
        laid = {name: rows.get(own, []) for name, rows in children.items()}
        return row._replace(payload={**row.payload, **laid})

    def _load(self, child: Child, entry: Entry) -> Rows:
        found: Rows = defaultdict(list)
        parent = reader(child.parent)
        only = {name: value.lower() for name, value in child.only.items()}
        with ExitStack() as held:
            copy = held.enter_context(self._snapshots.copied(entry))
            if copy is None:
                raise TransientError(f"{self._channel}: {entry.name} is still being written")
            for row in self._rows(child, copy):
                if row.reason or row.payload.get("_deleted"):
                    continue
                told = {name: str(row.payload.get(name) or "").strip().lower() for name in only}
                if told == only:
                    kept = {name: row.payload.get(name) for name in child.columns}
                    found[str(parent(row.payload)).strip()].append(kept)
        return found

    def _rows(self, child: Child, copy: Copy) -> Iterator[Row]:
        stream = self._stream
        where = f"{self._channel}: {copy.entry.name}"
        file: Path = copy.file
        return read_rows(file, child.layout, stream.encoding, stream.bounds, where)
