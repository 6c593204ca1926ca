"""CHECK: reach every channel, log in, and say what each can do: the readiness matrix."""

from typing import NamedTuple

from connectors.base import Capabilities
from hub.config import Settings
from pipeline.run import each_channel
from pipeline.wiring import connect, record_map


class CheckReport(NamedTuple):
    """What a channel can do by its profile, and what stands in the way (None: it is ready)."""

    capabilities: Capabilities | None = None
    writes: tuple[str, ...] = ()
    """The attributes that its map can write back."""
    error: str | None = None


def check_channels(settings: Settings) -> dict[str, CheckReport]:
    """Check all channels side by side; a channel that fails is in the report with its reason."""

    def one(name: str) -> CheckReport:
        channel = settings.channel(name)
        writes = tuple(sorted(record_map(channel).writable))
        with connect(channel) as connector:
            connector.check()
            return CheckReport(connector.capabilities, writes)

    return each_channel(settings, (), one, lambda why: CheckReport(error=why))
