"""A connector that reads customers and nothing else, at a pace of its own: files, mail boxes."""

from connectors.base import Capabilities, Seen, Shared
from connectors.records import RecordReader
from hub.model import Payload, SourceRecord


class CustomersOnly:
    """The part of `connectors.base.Connector` that is the same for all of them."""

    streams: tuple[str, ...] = ("customers",)
    parts: frozenset[str] = frozenset()
    calls = 0
    """Nobody counts looks at a folder or a mail box."""
    capabilities: Capabilities
    _records: RecordReader

    def share(self, allowance: Shared) -> None:
        """Nothing limits how often a folder or a mail box may be looked at."""

    def look(self) -> Seen:
        """Nothing can be seen but by reading all."""
        return Seen()

    def incremental(self, stream: str) -> bool:  # noqa: ARG002 - there is one
        """Tell whether only what changed can be read."""
        return self.capabilities.incremental

    def complete(self, stream: str) -> bool:  # noqa: ARG002 - there is one
        """Tell whether reading everything shows everybody; of changes alone, it does not."""
        return not self.capabilities.incremental

    def read_row(self, stream: str, row: Payload) -> SourceRecord | None:  # noqa: ARG002 - there is one
        """Read one row as a pull would; None if it has no usable id."""
        return self._records.read(row)
