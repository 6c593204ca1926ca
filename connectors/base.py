"""What every channel promises: pages in, receipts out.

A connector is an engine (Python, one a protocol) and a profile (YAML, one a vendor). It knows
nothing of mapping, matching or the store; whatever goes wrong leaves it as one of the four errors
of `hub.errors`.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from hub.errors import RejectedError
from hub.model import Change, Payload, Receipt, SourceRecord, Value


class Unreadable(NamedTuple):
    """A row that can't become a source record, for it has no usable id."""

    position: str
    """Where in the listing it stood, for a person to find it: ``page 3, row 17``."""
    field: str
    reason: str
    payload: Payload


class Page(NamedTuple):
    """Records, oldest first where the vendor can, and the cursor to carry on after them.

    Resuming from any page's cursor loses nothing; it may repeat records, which the hub drops by
    their fingerprint.
    """

    records: tuple[SourceRecord, ...]
    cursor: str
    rejected: tuple[Unreadable, ...] = ()


class Capabilities(Value):
    """What a channel can do, as its profile says: one row of the readiness matrix."""

    read: bool = True
    write: bool = False
    create: bool = False
    delete: bool = False
    incremental: bool = False
    """It can list only what changed; otherwise every pull is a full scan."""
    lists_all: bool = True
    """A listing from the start shows every customer, so one that it does not show is gone."""
    version_check: bool = False
    """It refuses to overwrite a record that somebody changed since we saw it."""
    batch: int = 1
    """Changes in one request."""
    rate: float | None = None
    """Requests a second."""
    per_day: int | None = None
    at_once: int | None = None
    tombstones: bool = False
    """It shows records that were deleted; otherwise a full scan finds out."""
    consent: bool = False
    """It keeps the customer's word on being contacted."""


class Seen(NamedTuple):
    """What the channel answered when it was asked; None: it could not be seen."""

    incremental: bool | None = None
    """It lists only what changed, when asked to."""
    version_check: bool | None = None
    """Its records carry the version."""
    consent: bool | None = None
    """Its records carry the customer's word on being contacted."""


class StaleError(RejectedError):
    """Somebody changed the record since we saw it: the channel wrote nothing."""


class MissingError(RejectedError):
    """The channel has no such record (any more)."""


class Shared(Protocol):
    """What all processes of the hub together may ask of one channel."""

    def take(self, rate: float | None, per_day: int | None, patience: float) -> tuple[float, bool]:
        """Take one request; return how long to wait before it, and whether it may go at all."""

    def put_off(self, seconds: float) -> None:
        """Let nobody call for so many seconds."""

    def told(self, used: int, quota: int) -> None:
        """Believe the channel's own count of today's requests."""

    def slot(self, at_once: int) -> AbstractContextManager[None]:
        """Be one of at most so many requests under way."""


class Connector(Protocol):
    """Source and sink of one channel; leaving the ``with`` block closes its session."""

    name: str
    capabilities: Capabilities
    streams: tuple[str, ...]
    """``customers`` first, then the others that the channel has, such as ``orders``."""
    parts: frozenset[str]
    """Streams of which an edit does not move the customer that it belongs to."""

    @property
    def calls(self) -> int:
        """How many requests were sent."""

    def share(self, allowance: Shared) -> None:
        """Keep to the channel's limits together with all other processes."""

    def check(self) -> None:
        """Reach the channel and log in; raises ConfigError or TransientError."""

    def look(self) -> Seen:
        """See what the channel really does; raises ConfigError or TransientError."""

    def incremental(self, stream: str) -> bool:
        """Tell whether this stream can be asked for what changed only."""

    def rewind(self, cursor: str | None) -> str | None:
        """Return the cursor from which everything is read again; None: there is nothing to keep."""

    def read_row(self, stream: str, row: Payload) -> SourceRecord | None:
        """Read one row as a pull would; None if it has no usable id."""

    def pull(self, cursor: str | None, stream: str = "customers") -> Iterator[Page]:
        """Yield what changed after ``cursor`` (everything, if None), page by page.

        Always at least one page, so that the cursor can move. Raises ConfigError or
        TransientError; the pages yielded before stay good.
        """

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Deliver ``changes``: one receipt each, same order, never all-or-nothing.

        Raises ConfigError only while nothing was sent yet.
        """

    def read_back(self, ids: Sequence[str]) -> list[SourceRecord]:
        """Read these records by id; the ones that are gone are left out."""

    def delete(self, remote_id: str) -> None:
        """Delete one record over there, or mark it deleted; twice is as good as once.

        Raises RejectedError if the channel refuses, ConfigError if its profile knows no way.
        """

    def __enter__(self) -> Self:
        """Return itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the session."""
