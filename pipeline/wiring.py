"""Where settings become things: the store, connectors and record maps of this installation."""

from collections.abc import Iterator
from contextlib import contextmanager

from connectors.base import Connector
from connectors.registry import connect
from hub.config import Channel, Settings
from mapping.recordmap import RecordMap, load_map
from store.database import Store


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the hub's database, brought up to date. Raises ConfigError when it can't be reached."""
    with Store(settings.store) as store:
        store.migrate()
        yield store


def record_map(channel: Channel) -> RecordMap:
    """Return the map of this channel's vendor. Raises ConfigError for a broken map."""
    return load_map(channel.map, region=channel.region, language=channel.language)


def verify(settings: Settings) -> None:
    """Read every profile and map before anything starts. Raises ConfigError."""
    for channel in settings.channels.values():
        record_map(channel)
        connect(channel)


__all__ = ["Connector", "connect", "open_store", "record_map", "verify"]
