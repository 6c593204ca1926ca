"""Where settings become things: the store, connectors and record maps of this installation."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from connectors.base import Connector
from connectors.registry import connect
from hub.config import Channel, Settings
from hub.errors import ConfigError
from mapping.clean.addresses import country
from mapping.clean.languages import language
from mapping.recordmap import RecordMap, load_map
from store.database import Store

_FORGETFUL = ("sqlite://", "sqlite:///", "sqlite:///:memory:")
"""Stores that end with the process: each run would create the same customers once more."""


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """Open the hub's database, brought up to date. Raises ConfigError when it can't be reached."""
    with ExitStack() as opened:
        with settings.told_at("store"):
            if settings.store in _FORGETFUL:
                raise ConfigError(
                    "this is no file; write sqlite:///FILE: what is in memory is lost"
                )
            store = opened.enter_context(
                Store(settings.store, settings.erasure_secret.get_secret_value())
            )
            store.migrate()
        yield store


def record_map(channel: Channel) -> RecordMap:
    """Return the map of this channel's vendor. Raises ConfigError for a broken map."""
    return load_map(channel.map, region=channel.region, language=channel.language)


def verify(settings: Settings) -> None:
    """Read every profile and map before anything starts.

    Raises ConfigError for the first mistake, with the line of goldenrod.yaml that leads to it.
    """
    for name, channel in settings.channels.items():
        with settings.told_at("channels", name, "profile"), connect(channel):
            pass
        with settings.told_at("channels", name, "map"):
            record_map(channel)
        with settings.told_at("channels", name, "region"):
            _must_be_known("country", "ISO 3166-1, such as DE", channel.region, country)
        with settings.told_at("channels", name, "language"):
            _must_be_known("language", "ISO 639-1, such as de", channel.language, language)


def _must_be_known(
    what: str, right: str, code: str | None, clean: Callable[[str], str | None]
) -> None:
    if code is not None and clean(code) != code:
        raise ConfigError(f"there is no {what} of this code; write one of {right}")


__all__ = ["Connector", "connect", "open_store", "record_map", "verify"]
