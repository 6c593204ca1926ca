"""The door for webhooks: POST /CHANNEL. Signature checked, raw body kept, answered at once.

Nothing is parsed and nobody else is called here: a vendor that waits for an answer stops sending.
What the channel's next pull makes of it is `connectors.webhook.hints`.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI, Request, Response

from connectors.registry import webhook_of
from connectors.webhook.facts import Webhook
from connectors.webhook.inbox import FullError, Inbox
from connectors.webhook.signature import is_signed
from hub.clock import now
from hub.config import Channel
from hub.errors import ConfigError

LARGEST_BODY = 2**20
"""Bytes; a customer is not that large."""
SECRETS = ("webhook", "webhook_before")
"""Names among a channel's secrets; the second one is good while the first is being changed."""
_log = logging.getLogger(__name__)


class Door(NamedTuple):
    """What is needed to let in the deliveries of one channel."""

    facts: Webhook
    secrets: tuple[str, ...]
    inbox: Inbox


def make_app(channels: Mapping[str, Channel]) -> FastAPI:
    """Return the app that takes the webhooks of all channels that have an inbox.

    Raises ConfigError for a channel whose profile knows no webhooks or that has no secret.
    """
    doors = {name: _door(channel) for name, channel in channels.items() if channel.inbox}
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/{channel}")
    async def receive(channel: str, request: Request) -> Response:
        door = doors.get(channel)
        if door is None:
            return Response(status_code=404)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not is_signed(door.facts, door.secrets, request.headers, body):
            _log.warning("%s: a delivery without a good signature was turned away", channel)
            return Response(status_code=401)
        headers, facts = request.headers, door.facts
        topic = headers.get(facts.topic, "") if facts.topic else ""
        try:
            door.inbox.keep(headers.get(facts.delivery, ""), topic, body, now())
        except (FullError, ConfigError):
            _log.exception("%s: a delivery could not be kept; it will come again", channel)
            return Response(status_code=503, headers={"Retry-After": "300"})
        return Response(status_code=202)

    return app


async def _body(request: Request) -> bytes | None:
    """Read the raw body; None if it is too large, however long it says it is."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _door(channel: Channel) -> Door:
    facts = webhook_of(channel)
    secrets = tuple(
        channel.secrets[name].get_secret_value() for name in SECRETS if name in channel.secrets
    )
    if facts is None:
        raise ConfigError(f"{channel.name}: the profile knows no webhooks; take inbox out")
    if not all(secrets) or not secrets:
        raise ConfigError(f"{channel.name}: webhooks need secrets.webhook; add it to the channel")
    return Door(facts, secrets, Inbox(Path(channel.inbox or ""), channel.name))
