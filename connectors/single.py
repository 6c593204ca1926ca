"""What is the same for connectors that list one stream in a way of their own: mail and files."""

from types import TracebackType
from typing import Protocol, Self

from connectors.base import Capabilities, Shared
from connectors.facts.profile import CUSTOMERS
from connectors.pace import Pace
from connectors.records import RecordReader
from hub.model import Payload, SourceRecord


class Closing(Protocol):
    """A connection that can be given back."""

    def close(self) -> None:
        """Give it back."""


class SingleStream:
    """The part of `connectors.base.Connector` that is the same whatever is listed how."""

    streams: tuple[str, ...] = (CUSTOMERS,)
    parts = frozenset[str]()

    def __init__(
        self,
        name: str,
        capabilities: Capabilities,
        records: RecordReader,
        pace: Pace,
        connection: Closing,
    ) -> None:
        self.name = name
        self.capabilities = capabilities
        self._records = records
        self._pace = pace
        self._connection = connection

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self._pace.calls

    def share(self, allowance: Shared) -> None:
        """Keep to the channel's limits together with all other processes."""
        self._pace.share(allowance)

    def incremental(self, stream: str) -> bool:  # noqa: ARG002 - there is one
        """Tell whether it can be asked for what changed only."""
        return self.capabilities.incremental

    def read_row(self, stream: str, row: Payload) -> SourceRecord | None:  # noqa: ARG002
        """Read one row as a pull would; None if it has no usable id."""
        return self._records.read(row)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
