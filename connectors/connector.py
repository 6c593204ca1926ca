"""The one connector: an engine of some protocol, run by the scan and the delivery."""

from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from connectors.base import Capabilities, MissingError, Page
from connectors.cursor import Cursor
from connectors.facts.profile import Limits, Listing, Stream
from connectors.scan import Ask, Piece, Scan
from connectors.webhook.hints import Hints
from connectors.writing import BatchWriter, Delivery, Writer
from hub.errors import ConfigError, RejectedError
from hub.model import Change, Receipt, SourceRecord


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


class EngineConnector:
    """A channel; see `connectors.base.Connector`."""

    def __init__(
        self,
        name: str,
        stream: Stream,
        limits: Limits,
        capabilities: Capabilities,
        engine: Engine,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._stream = stream
        self._limits = limits
        self._engine = engine
        self.hints: Hints | None = None
        """Whom webhooks named since the last pull."""

    def check(self) -> None:
        """List a single customer: that needs the address, the login and the right to read."""
        self._fetch(self._scan(None).ask("check", size=1))

    def pull(self, cursor: str | None) -> Iterator[Page]:
        """Yield what changed after ``cursor``, page by page; always at least one page."""
        if self.hints and cursor is not None:
            yield from self.hints.pages(cursor, self.read_back)
        yield from self._scan(cursor).pages(self._fetch)

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

    def _scan(self, cursor: str | None) -> Scan:
        resumed = Cursor.parse(cursor, self.name)
        return Scan(self.name, self._stream, self._engine.listing, self._limits, resumed)

    def _fetch(self, ask: Ask) -> Piece:
        try:
            return self._engine.fetch(ask)
        except RejectedError as error:
            # A listing is no change that could be refused: whoever set it up must look.
            raise ConfigError(f"{error}; check url and the profile's customers.list") from error
