"""One pull from the first page to the last: cursors that lose nothing, loops that are noticed.

An engine brings a function that fetches one piece of the listing; this module asks for the pieces
in turn and makes pages of them.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from connectors.base import Page
from connectors.cursor import Cursor
from connectors.facts.paths import reader
from connectors.facts.profile import (
    CUSTOMERS,
    BookmarkPages,
    KeysetPages,
    Limits,
    LinkPages,
    Listing,
    NumberPages,
    OffsetPages,
    OnePage,
    Stream,
    TokenPages,
)
from connectors.records import RecordReader, Rows
from hub.errors import ConfigError, TransientError

TOLERANCE = timedelta(days=1)
"""Some vendors compare whole days: only an answer that is older still proves an ignored filter."""


class Piece(NamedTuple):
    """What one request of a listing brought."""

    rows: list[Any]
    total: int | None
    token: Any
    """What the next piece follows from, where the pages go by token or keyset; None: no more."""
    clock: datetime


class Ask(NamedTuple):
    """What to ask for next."""

    since: datetime | None
    at: Any
    size: int
    doing: str
    """For messages: ``customers, page 3``."""


Fetch = Callable[[Ask], Piece]


class Scan:
    """The state of one pull. ``pages`` runs it."""

    def __init__(
        self,
        channel: str,
        stream: Stream,
        listing: Listing,
        limits: Limits,
        cursor: Cursor,
        *,
        called: str = CUSTOMERS,
        followed: bool = False,
    ) -> None:
        """Take up where ``cursor`` stands.

        ``followed``: a later pull can ask for what changed, though this listing can't.
        """
        self._channel = channel
        self._called = called
        self._listing = listing
        self._limits = limits
        self._reader = RecordReader(channel, stream)
        self._id = reader(stream.id)
        self._unit = stream.changed.unit if stream.changed else timedelta()
        filtered = listing.since is not None or followed
        self._incremental = filtered and stream.changed is not None
        self._resumes = isinstance(listing.pages, BookmarkPages | KeysetPages)
        self._slides = (
            self._incremental and listing.oldest_first and isinstance(listing.pages, OffsetPages)
        )
        self._begin(cursor if self._incremental else Cursor())

    def _begin(self, cursor: Cursor) -> None:
        self._origin = cursor
        self._since = cursor.since
        self._at = cursor.at if self._resumes and cursor.at else _first(self._listing)
        self._started = cursor.started if cursor.at else None
        self._newest = cursor.newest
        self._sorted_to: datetime | None = None
        self._count = 0
        self._idle = 0
        self._total: int | None = None
        self._largest = 0
        self._anchor: Any = None
        self._before: object = None
        self._seen: set[int] = set()

    def ask(self, doing: str, *, size: int | None = None) -> Ask:
        """Return what to ask for where the scan stands."""
        return Ask(self._since, self._at, size or self._limits.page, doing)

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        """Yield every page; raises ConfigError and TransientError."""
        last = False
        while not last:
            self._count += 1
            self._idle += 1
            doing = f"{self._called}, page {self._count}"
            piece = fetch(self.ask(doing))
            rows = self._reader.read_all(piece.rows, f"page {self._count}")
            self._note(piece, rows, doing)
            last = self._advance(piece, doing)
            yield Page(rows.records, str(self._cursor(finished=last)), rows.rejected)

    def _note(self, piece: Piece, rows: Rows, doing: str) -> None:
        """Keep what the cursor needs, and refuse a listing that can't be trusted."""
        self._started = self._started or piece.clock
        where = f"{self._channel}: {doing}"
        moments = [record.changed_at for record in rows.records if record.changed_at]
        if moments:
            self._newest = max(self._newest or moments[0], *moments)
        if self._since or self._slides:
            self._refuse_lies(piece, where)
        self._refuse_loop(piece, rows, where)

    def _refuse_lies(self, piece: Piece, where: str) -> None:
        """Check what the profile promises of the filter and of the order, by what came."""
        told = [moment for row in piece.rows if (moment := self._reader.filtered_at(row))]
        if self._since and any(it < self._since - self._unit - TOLERANCE for it in told):
            raise ConfigError(
                f"{where}: the filter by time is ignored, older records came back; "
                "take `since` out of the profile's list to make every pull a full scan"
            )
        if self._slides and told != sorted(told):
            raise ConfigError(
                f"{where}: the records are not sorted by time; "
                "take `oldest_first` out of the profile's list"
            )
        if self._slides and told:
            self._sorted_to = told[-1]

    def _refuse_loop(self, piece: Piece, rows: Rows, where: str) -> None:
        if not piece.rows:
            return
        ids = tuple([record.key.id for record in rows.records]) or str(piece.rows)
        if ids == self._before:
            raise TransientError(f"{where}: the same page came twice in a row")
        mark = hash((ids, self._since))
        if mark in self._seen:
            raise TransientError(
                f"{where}: this page was here before, the listing runs in a circle"
            )
        self._before = ids
        self._seen.add(mark)
        if self._count > self._limits.pages or self._idle > self._most_pages(piece):
            raise TransientError(f"{where}: the listing does not end")

    def _most_pages(self, piece: Piece) -> int:
        """Return after how many pages a listing must have come to its end, or its time moved on."""
        self._largest = self._largest or piece.total or 0
        if not self._largest:
            return self._limits.pages
        # Twice, for pages that overlap and for records that are added meanwhile; twice more where
        # records jump to the end, for whatever shares one tick is then read from its start again.
        needed = 2 * -(-self._largest // self._limits.page) + 10
        return 2 * needed if self._slides else needed

    def _advance(self, piece: Piece, doing: str) -> bool:
        """Move on to the next position; True if that was the last page."""
        match self._listing.pages:
            case OnePage():
                return True
            case TokenPages() | LinkPages() | KeysetPages():
                self._at = piece.token
                return piece.token is None
            case BookmarkPages(field=field):
                if self._is_last(piece):
                    return True
                self._at = reader(field)(piece.rows[-1])
                if self._at is None:
                    raise TransientError(f"{self._channel}: {doing}: the last row has no {field}")
                return False
            case NumberPages() | OffsetPages() as pages:
                return self._step(pages, piece, doing)

    def _is_last(self, piece: Piece) -> bool:
        full = len(piece.rows) >= self._limits.page
        return not piece.rows or (self._listing.short_page_ends and not full)

    def _step(
        self,
        pages: NumberPages | OffsetPages,
        piece: Piece,
        doing: str,
    ) -> bool:
        size = self._limits.page
        counted = isinstance(pages, NumberPages)
        start = (self._at - _first(self._listing)) * size if counted else self._at
        end = start + len(piece.rows)
        lost = max(0, (self._total or 0) - (piece.total or 0)) if piece.total is not None else 0
        self._total = piece.total
        if lost and start:
            # Records before this page were deleted: unread ones moved up to where we have been.
            back = max(0, start - lost)
            self._go_back(_first(self._listing) + back // size if counted else back)
            return False
        if self._anchor is not None and (not piece.rows or self._id(piece.rows[0]) != self._anchor):
            self._go_back(0)
            return False
        if self._ends(piece, end, doing):
            return True
        if not self._slide(piece):
            self._count_on(piece, end, counted=counted)
        return False

    def _go_back(self, at: int) -> None:
        self._at = at
        self._anchor = None
        self._before = None
        self._seen.clear()

    def _count_on(self, piece: Piece, end: int, *, counted: bool) -> None:
        """Skip what was read; where records may move, the last one is read again as an anchor.

        If it isn't found where it was, something before it left its place.
        """
        if self._slides and len(piece.rows) > 1:
            self._anchor = self._id(piece.rows[-1])
            self._at = end - 1
        else:
            self._at = self._at + 1 if counted else end

    def _ends(self, piece: Piece, end: int, doing: str) -> bool:
        if piece.total is None:
            return self._is_last(piece)
        if end >= piece.total:
            return True
        if not piece.rows:
            raise TransientError(
                f"{self._channel}: {doing}: the listing ended after {end} of {piece.total} records"
            )
        return False

    def _slide(self, piece: Piece) -> bool:
        """Ask again from the newest time seen instead of skipping ever more records.

        Sorted by time, a record that is edited while we read leaves its place and everything
        behind it moves up: counting on would step over one. Not possible while a whole page
        shares one tick of the clock, or has no time of its own to be sorted by; then counting is
        all there is.
        """
        if not self._slides or not piece.rows:
            return False
        oldest, newest = (self._reader.filtered_at(piece.rows[at]) for at in (0, -1))
        if oldest is None or newest is None or oldest >= newest - self._unit:
            return False
        self._since = newest - self._unit
        self._idle = 0
        self._at = 0
        self._anchor = None
        self._total = None
        return True

    def _cursor(self, *, finished: bool) -> Cursor:
        reached = Cursor(self._since, self._started, self._newest)
        if not self._incremental:
            return Cursor(started=self._started)
        if finished:
            return reached.finished(self._unit)
        if self._resumes:
            return reached._replace(at=self._at)
        if self._slides and self._sorted_to is not None:
            return reached._replace(newest=self._sorted_to).finished(self._unit)
        return self._origin


def _first(listing: Listing) -> Any:
    match listing.pages:
        case NumberPages(first=first):
            return first
        case OffsetPages():
            return 0
        case _:
            return None
