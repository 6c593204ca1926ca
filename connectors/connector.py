"""The one connector: an engine of some protocol, run by the scan and the delivery."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from connectors.base import Capabilities, MissingError, Page, Seen, Shared
from connectors.cursor import Cursor
from connectors.facts.paths import reader
from connectors.facts.profile import CUSTOMERS, Limits, Listing, Stream
from connectors.pace import Pace
from connectors.records import RecordReader
from connectors.scan import TOLERANCE, Ask, Piece, Scan
from connectors.webhook.hints import Hints
from connectors.writing import BatchWriter, Delivery, Writer
from hub.errors import ConfigError, RejectedError
from hub.model import Change, Payload, Receipt, SourceRecord


class Engine(Protocol):
    """What a protocol brings: one piece of a listing at a time, single writes, single reads."""

    @property
    def listing(self) -> Listing:
        """How the listing goes on."""

    @property
    def writer(self) -> Writer:
        """The writes."""

    @property
    def batch(self) -> BatchWriter | None:
        """Many writes at once, where the channel has such a thing."""

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one piece; raises one of the four errors (a refusal: RejectedError)."""

    def close(self) -> None:
        """Give the connections back."""


class Lister(Protocol):
    """What an engine brings for one more stream: pieces of its listing."""

    @property
    def listing(self) -> Listing:
        """How the listing goes on."""

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one piece; raises one of the four errors (a refusal: RejectedError)."""


class Further(NamedTuple):
    """A stream beside the customers, which is only read."""

    stream: Stream
    lister: Lister
    recent: Listing | None = None
    """Another listing for what changed only; None: the lister's own has the filter, or none."""


class EngineConnector:
    """A channel; see `connectors.base.Connector`."""

    def __init__(
        self,
        name: str,
        stream: Stream,
        limits: Limits,
        capabilities: Capabilities,
        engine: Engine,
        *,
        further: Mapping[str, Further] | None = None,
        pace: Pace | None = None,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._limits = limits
        self._engine = engine
        self.hints: Hints | None = None
        """Whom webhooks named since the last pull."""
        self._pace = pace or Pace(None)
        self._listed = {CUSTOMERS: Further(stream, engine), **(further or {})}
        self.streams = tuple(self._listed)
        self.parts = frozenset(name for name, it in self._listed.items() if it.stream.part)

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self._pace.calls

    def share(self, allowance: Shared) -> None:
        """Keep to the channel's limits together with all other processes."""
        self._pace.share(allowance)

    def check(self) -> None:
        """List a single customer: that needs the address, the login and the right to read."""
        self._fetch(CUSTOMERS, self._scan(None).ask("check", size=1))

    def look(self) -> Seen:
        """List a single customer, and what changed since just now; look at what came."""
        stream = self._listed[CUSTOMERS].stream
        piece = self._fetch(CUSTOMERS, self._scan(None).ask("check", size=1))
        row = next(iter(piece.rows), None)
        return Seen(
            self._obeys(piece.clock) if self.capabilities.incremental else None,
            None if row is None or not stream.version else reader(stream.version)(row) is not None,
            None if row is None or not stream.consent else reader(stream.consent)(row) is not None,
        )

    def incremental(self, stream: str) -> bool:
        """Tell whether this stream can be asked for what changed only."""
        facts, lister, recent = self._listed[stream]
        filtered = lister.listing.since is not None or recent is not None
        return filtered and facts.changed is not None

    def rewind(self, cursor: str | None) -> None:
        """Start anew: no cursor of ours holds more than a place."""

    def read_row(self, stream: str, row: Payload) -> SourceRecord | None:
        """Read one row as a pull would; None if it has no usable id."""
        return RecordReader(self.name, self._listed[stream].stream).read(row)

    def pull(self, cursor: str | None, stream: str = CUSTOMERS) -> Iterator[Page]:
        """Yield what changed after ``cursor``, page by page; always at least one page."""
        if self.hints and stream == CUSTOMERS:
            # A first pull reads everybody as they are; where every pull does, it still tells who
            # was deleted, and the inbox must not fill up.
            place = cursor or (None if self.incremental(stream) else str(Cursor()))
            if place is not None:
                yield from self.hints.pages(place, self.read_back)
        yield from self._scan(cursor, stream).pages(lambda ask: self._fetch(stream, ask))

    def push(self, changes: Sequence[Change]) -> list[Receipt]:
        """Deliver ``changes``; one receipt each, same order."""
        return Delivery(self._engine.writer, self._engine.batch).run(changes)

    def read_back(self, ids: Sequence[str]) -> list[SourceRecord]:
        """Read these records; the ones that are gone are left out."""
        records = []
        for remote_id in ids:
            try:
                records.append(self._engine.writer.read(remote_id))
            except MissingError:
                continue
            except RejectedError as error:
                raise ConfigError(f"{error}; check the profile's customers.read") from error
        return records

    def delete(self, remote_id: str) -> None:
        """Delete one record over there; twice is as good as once."""
        self._engine.writer.delete(remote_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._engine.close()

    def _obeys(self, moment: datetime) -> bool | None:
        """Ask for what changed since ``moment``; None if nothing came that could tell."""
        resumed = Cursor(since=moment)
        ask = self._scan(str(resumed)).ask("check", size=1)._replace(since=moment)
        rows = self._fetch(CUSTOMERS, ask).rows
        stream = self._listed[CUSTOMERS].stream
        told = [RecordReader(self.name, stream).filtered_at(row) for row in rows]
        unit = stream.changed.unit if stream.changed else timedelta()
        return all(at is None or at >= moment - unit - TOLERANCE for at in told)

    def _scan(self, cursor: str | None, stream: str = CUSTOMERS) -> Scan:
        facts, lister, recent = self._listed[stream]
        resumed = Cursor.parse(cursor, self.name)
        listing = recent if recent and resumed.since else lister.listing
        followed = recent is not None
        limits = self._limits
        return Scan(self.name, facts, listing, limits, resumed, called=stream, followed=followed)

    def _fetch(self, stream: str, ask: Ask) -> Piece:
        try:
            return self._listed[stream].lister.fetch(ask)
        except RejectedError as error:
            # A listing is no change that could be refused: whoever set it up must look.
            raise ConfigError(f"{error}; check url and the profile's {stream}.list") from error
