"""A channel of goldenrod.yaml -> its connector."""

import time
from importlib import import_module
from importlib.resources import files
from pathlib import Path

from connectors.base import Connector
from connectors.connector import EngineConnector
from connectors.facts.profile import read_profile
from connectors.pace import Sleep
from connectors.webhook.facts import Webhook
from connectors.webhook.hints import Hints
from connectors.webhook.inbox import Inbox
from hub.config import Channel
from hub.errors import ConfigError
from hub.model import Value
from hub.yamlfile import Document, check

ENGINES = {
    "files": "connectors.files.engine",
    "graphql": "connectors.graphql.engine",
    "imap": "connectors.imap.engine",
    "rest": "connectors.rest.engine",
    "rpc": "connectors.rpc.engine",
    "soap": "connectors.soap.engine",
    "sql": "connectors.sql.engine",
}
"""Imported only when a channel needs one: zeep and SQLAlchemy take half a second each."""


def connect(channel: Channel, *, sleep: Sleep = time.sleep) -> Connector:
    """Return the connector of ``channel``; nothing is sent yet.

    The profile is a name (``connectors/profiles/NAME.yaml``) or the path of a YAML file. Raises
    ConfigError for a profile that does not exist or says something wrong, with file and line.
    """
    document = _read(channel)
    engine = document.data.get("engine") if isinstance(document.data, dict) else None
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise ConfigError(f"{document.where('engine')}: engine {engine!r} is none of: {known}")
    connector: Connector = import_module(ENGINES[engine]).open_channel(channel, document, sleep)
    facts = _webhook(document)
    if channel.inbox and facts and isinstance(connector, EngineConnector):
        inbox = Inbox(Path(channel.inbox), channel.name)
        connector.hints = Hints(channel.name, facts, inbox)
    return connector


def webhook_of(channel: Channel) -> Webhook | None:
    """Return what the channel's profile says of webhooks; None if nothing."""
    return _webhook(_read(channel))


def _webhook(document: Document) -> Webhook | None:
    told = document.data.get("webhook") if isinstance(document.data, dict) else None
    if told is None:
        return None
    return check(document._replace(data={"webhook": told}), _Webhooks).webhook


class _Webhooks(Value):
    webhook: Webhook


def profile_names() -> list[str]:
    """Return the names of the profiles that ship with the hub."""
    names = [entry.name for entry in files("connectors").joinpath("profiles").iterdir()]
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml"))


def _read(channel: Channel) -> Document:
    named = channel.profile
    if named.endswith((".yaml", ".yml")):
        place, name = Path(named), named
    else:
        place = Path(str(files("connectors"))) / "profiles" / f"{named}.yaml"
        name = f"connectors/profiles/{named}.yaml"
        if named not in profile_names():
            known = ", ".join(profile_names())
            raise ConfigError(
                f"{channel.name}: there is no profile {named!r}; known: {known}, or a YAML file"
            )
    try:
        text = place.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        kind = type(error).__name__
        raise ConfigError(f"{channel.name}: profile {name} can't be read ({kind})") from error
    return read_profile(text, name, channel.options)
