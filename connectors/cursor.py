"""The cursor: where a pull resumes, as an opaque text that the hub keeps between runs.

Between pulls it holds ``since``. Inside a scan that is not sorted by time it also holds where the
scan stands (``at``) and what the next ``since`` will be made of (``started``, ``newest``).
A channel without a filter by time has a cursor that only says when the last full scan began.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Self

from hub.errors import ConfigError


class Cursor(NamedTuple):
    """Where a pull resumes."""

    since: datetime | None = None
    """Everything changed from then on is asked for; None: everything."""
    started: datetime | None = None
    """The channel's own clock when the scan began."""
    newest: datetime | None = None
    """The latest change seen in the scan."""
    at: Any = None
    """Position of the scan: a bookmark or a keyset; None: from the beginning."""

    def __str__(self) -> str:
        told = {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in self._asdict().items()
            if value is not None
        }
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str | None, channel: str) -> Self:
        """Read a cursor back; raises ConfigError for a text that is none of ours."""
        if text is None:
            return cls()
        try:
            told = json.loads(text)
            at = told.get("at")
            times = {
                name: datetime.fromisoformat(told[name]).astimezone(UTC)
                for name in ("since", "started", "newest")
                if name in told
            }
        except (ValueError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"{channel}: the stored cursor is not one of ours; pull it again from the start"
            ) from error
        return cls(**times, at=at)

    def finished(self, unit: timedelta) -> Self:
        """Return the cursor for the next pull, once everything up to here was read.

        The next filter starts at the newest change seen, but never after the moment when this scan
        began: a record that was edited behind our back lies after that moment. One ``unit`` is
        stepped back for records that share the last tick of a coarse clock.
        """
        if self.newest is None or self.started is None:
            return type(self)(since=self.since, started=None if self.since else self.started)
        reached = min(self.newest, self.started) - unit
        return type(self)(since=max(reached, self.since) if self.since else reached)
