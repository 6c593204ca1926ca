"""The server of ``goldenrod listen``: the door for webhooks, and nothing else."""

import socket
from collections.abc import Callable

import uvicorn

from connectors.webhook.app import make_app
from hub.config import Settings
from hub.errors import ConfigError


def listen(
    settings: Settings, host: str, port: int, *, ready: Callable[[str], None] = print
) -> None:
    """Serve until Ctrl-C or SIGTERM; ``ready`` hears the address.

    Raises ConfigError for a port that is taken, or a channel that has an inbox but no secret.
    """
    app = make_app(settings.channels)
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        kind = type(error).__name__
        raise ConfigError(
            f"can't listen on {host}:{port} ({kind}); choose another --port"
        ) from error
    with listener:
        address, taken = listener.getsockname()[:2]
        ready(f"Webhooks: http://{address}:{taken}/CHANNEL")
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, date_header=False
        )
        uvicorn.Server(config).run(sockets=[listener])
