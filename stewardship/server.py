"""The page's own server: on this machine only, in the foreground or beside other work."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from socket import AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, socket
from typing import Self

from uvicorn import Config, Server

from hub.config import Settings
from hub.errors import ConfigError
from pipeline.wiring import open_store
from stewardship.app import create_app
from store.database import Store

_HOST = "127.0.0.1"


def serve(
    settings: Settings,
    port: int,
    *,
    or_any: bool = False,
    ready: Callable[[str], None] = print,
) -> None:
    """Serve the page until Ctrl-C or SIGTERM; port 0 is any free one.

    ``ready`` hears the address. Raises ConfigError for a port that is taken (unless ``or_any``:
    then another one will do), or a store that can't be opened.
    """
    with (
        open_store(settings) as store,
        _listen(port, or_any=or_any) as listener,
        _until_interrupted(),
    ):
        server = _server(settings, store)
        ready(_address(listener))
        server.run(sockets=[listener])


class Page:
    """The page in a thread of its own, for as long as a ``with`` block lasts; see ``url``."""

    def __init__(self, settings: Settings, store: Store, port: int = 0) -> None:
        self._settings, self._store, self._port = settings, store, port
        self._closing = ExitStack()
        self.url = ""

    def __enter__(self) -> Self:
        listener = self._closing.enter_context(_listen(self._port))
        server = _server(self._settings, self._store)
        thread = threading.Thread(target=server.run, args=([listener],), name="stewards' page")
        thread.start()
        self._closing.callback(thread.join)
        self._closing.callback(setattr, server, "should_exit", True)  # noqa: FBT003 - a name and a value
        self.url = _address(listener)  # requests that come before the app is up wait in the socket
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()


@contextmanager
def _until_interrupted() -> Iterator[None]:
    """Let SIGTERM end the page as Ctrl-C does: uvicorn stops, then raises the signal once more."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _listen(port: int, *, or_any: bool = False) -> Iterator[socket]:
    with socket(AF_INET, SOCK_STREAM) as listener:
        listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
        try:
            listener.bind((_HOST, port))
        except OSError as error:
            if not or_any:
                message = f"port {port} of {_HOST} is taken; choose another with --port, or 0"
                raise ConfigError(message) from error
            listener.bind((_HOST, 0))
        listener.listen()
        yield listener


def _server(settings: Settings, store: Store) -> Server:
    app = create_app(settings, store)
    config = Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=2,
    )
    return Server(config)


def _address(listener: socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}/"
