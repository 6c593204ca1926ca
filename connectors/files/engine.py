"""The engine for files: a folder, here or on an SFTP server, where another system leaves exports.

Of files that list everybody the newest one counts; files of changes are each read once, the oldest
first. Only whole files are read; a pull that broke off goes on in the middle of a file. Rows keep
their place in the file, for messages.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence

from connectors.base import Page, Seen, Unreadable
from connectors.facts.profile import CUSTOMERS, Limits
from connectors.files.cursor import FilesCursor, Sign
from connectors.files.family import Family, Rows
from connectors.files.folder import Entry, Folder
from connectors.files.layouts import read_rows
from connectors.files.profile import FilesProfile
from connectors.files.rows import Row
from connectors.files.snapshot import Copy, Snapshots
from connectors.files.writer import DropWriter
from connectors.pace import Pace, Sleep
from connectors.records import RecordReader
from connectors.single import SingleStream
from hub.clock import now
from hub.config import Channel
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome, Receipt, SourceRecord
from hub.yamlfile import Document, check


class FilesConnector(SingleStream):
    """A channel of files; see `connectors.base.Connector`."""

    def __init__(self, channel: Channel, profile: FilesProfile, sleep: Sleep) -> None:
        """Read the address; nothing is opened yet. Raises ConfigError."""
        stream = profile.customers
        pace = Pace.of(channel, profile.limits, sleep=sleep)
        self._folder = Folder(channel, profile.sftp, pace)
        records = RecordReader(channel.name, stream)
        can = profile.capabilities(channel.rate)
        super().__init__(channel.name, can, records, pace, self._folder)
        self._stream = stream
        self._limits: Limits = profile.limits
        self._snapshots = Snapshots(
            self._folder, stream.ready, stream.bounds, lambda: now().timestamp(), sleep
        )
        self._family = Family(self.name, stream, self._snapshots)

    def check(self) -> None:
        """List the folder: that needs the address, the login and the right to read."""
        self._list()

    def look(self) -> Seen:
        """List the folder; what its files hold shows when they are read."""
        self._list()
        return Seen()

    def rewind(self, cursor: str | None) -> None:
        """Start anew: every file is read again."""

    def pull(self, cursor: str | None, stream: str = CUSTOMERS) -> Iterator[Page]:  # noqa: ARG002
        """Yield the rows of the files that were not read yet; always at least one page."""
        place = FilesCursor.parse(cursor, self.name)
        children = self._family.entries()
        signs = {entry.name: _sign(entry) for entry in children.values()}
        stale = any(place.seen.get(name) != sign for name, sign in signs.items())
        entries = self._due(place, stale=stale)
        laid = self._family.load(children) if entries else {}
        for entry in entries:
            with self._snapshots.copied(entry) as copy:
                if copy is not None:
                    place = yield from self._pages(copy, place, laid)
        there = {entry.name for entry in self._list()}
        seen = {name: sign for name, sign in place.seen.items() if name in there}
        yield Page((), str(FilesCursor(seen | signs)))

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Hand the changes over in one file; one receipt each, same order."""
        if self._stream.drop is None:
            raise ConfigError(f"{self.name}: the profile names no drop to write to")
        writer = DropWriter(self._folder, self._stream, self._records, self._referenced)
        return writer.push(changes)

    def read_back(self, ids: Sequence[str]) -> list[SourceRecord]:
        """Read these records from the files as they are now; what is gone is left out."""
        wanted = set(ids)
        found = {it.key.id: it for it in self._everything() if it.key.id in wanted}
        return [found[one] for one in ids if one in found and not found[one].deleted]

    def delete(self, remote_id: str) -> None:
        """Hand the deletion over in a file; raises ConfigError if that is not the way."""
        if not self.capabilities.delete:
            raise ConfigError(f"{self.name}: {remote_id} can't be deleted by a file")
        change = Change(remote_id, Operation.DELETE, remote_id, {}, None, "")
        (receipt,) = self.push([change])
        if receipt.outcome is Outcome.FAILED:
            raise TransientError(f"{self.name}: delete {remote_id}: {receipt.reason}")

    def _everything(self) -> Iterator[SourceRecord]:
        """Yield all that the files hold as they are now, the oldest file first."""
        laid = self._family.load(self._family.entries())
        every = self._stream.content == "changes"
        entries = self._snapshots.whole(self._stream.files, lambda _: False)
        for entry in entries if every else entries[-1:]:
            with self._snapshots.copied(entry) as copy:
                for row in self._rows(copy, laid) if copy else ():
                    record = None if row.reason else self._records.read(row.payload)
                    if record:
                        yield record

    def _referenced(self) -> dict[str, SourceRecord]:
        return {it.reference: it for it in self._everything() if it.reference and not it.deleted}

    def _due(self, place: FilesCursor, *, stale: bool) -> list[Entry]:
        """Return the files to read; where a file of children moved, the newest one once more."""

        def known(entry: Entry) -> bool:
            seen = place.seen.get(entry.name)
            return seen is not None and seen[:2] == _sign(entry)[:2]

        if self._stream.content == "changes":
            return self._snapshots.whole(self._stream.files, known)
        newest = self._newest()
        return newest if stale or not all(known(entry) for entry in newest) else []

    def _newest(self) -> list[Entry]:
        """Return the newest whole list; the ones before it are out of date.

        Raises TransientError if there is none: an empty list would mean that everybody is gone.
        """
        whole = self._snapshots.whole(self._stream.files, lambda _: False)
        if not whole:
            raise TransientError(f"{self.name}: there is no whole file {self._stream.files}")
        return whole[-1:]

    def _list(self) -> list[Entry]:
        return self._folder.list(self._stream.files, self._stream.bounds.files)

    def _pages(
        self, copy: Copy, place: FilesCursor, laid: Mapping[str, Rows]
    ) -> Generator[Page, None, FilesCursor]:
        """Yield the pages of one file, and return the cursor after it."""
        entry, digest = copy.entry, copy.digest
        resumed = place.row if (place.name, place.digest) == (entry.name, digest) else 0
        rows = list[Row]()
        for number, row in enumerate(self._rows(copy, laid), 1):
            if number <= resumed:
                continue
            rows.append(row)
            if len(rows) == self._limits.page:
                yield self._page(entry, rows, FilesCursor(place.seen, entry.name, digest, number))
                rows.clear()
        sign = _sign(entry) if self._snapshots.is_settled(entry) else Sign(-1, 0, "")
        after = FilesCursor({**place.seen, entry.name: sign._replace(digest=digest)})
        yield self._page(entry, rows, after)
        return after

    def _rows(self, copy: Copy, laid: Mapping[str, Rows]) -> Iterator[Row]:
        stream, where = self._stream, f"{self.name}: {copy.entry.name}"
        given = (stream.layout, stream.encoding, stream.bounds, where)
        for row in read_rows(copy.file, *given, needed=stream.id):
            yield self._family.complete(row, laid)

    def _page(self, entry: Entry, rows: Sequence[Row], place: FilesCursor) -> Page:
        records, rejected = [], []
        for row in rows:
            record = None if row.reason else self._records.read(row.payload)
            if record is None:
                rejected.append(self._refuse(entry, row))
            else:
                records.append(record)
        return Page(tuple(records), str(place), tuple(rejected))

    def _refuse(self, entry: Entry, row: Row) -> Unreadable:
        position = f"{entry.name}, {row.place}"
        field = row.field or self._stream.id
        return Unreadable(position, field, row.reason or "there is no id", row.payload)


def _sign(entry: Entry) -> Sign:
    return Sign(entry.size, entry.time, "")


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> FilesConnector:
    """Return the connector of a folder; raises ConfigError for a wrong profile or address."""
    return FilesConnector(channel, check(document, FilesProfile), sleep)
