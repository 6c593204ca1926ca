"""Start and stop the sandbox: three servers on loopback, one a system, and the CRM's file.

``Sandbox.start`` runs them on threads of this process; ``serve_forever`` is the life of a process
of its own (``goldenrod sandbox``).
"""

import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from waitress import wasyncore
from waitress.server import create_server

from hub.clock import now as clock_now
from hub.errors import ConfigError
from sandbox.crm import create_crm
from sandbox.erp import PATH as ERP_PATH
from sandbox.erp import Erp
from sandbox.faults import Faulty
from sandbox.mail import BASE as MAIL_BASE
from sandbox.mail import Mail, limit_connections
from sandbox.shop import BASE as SHOP_BASE
from sandbox.shop import Shop
from sandbox.wire.web import as_wsgi

HOST = "127.0.0.1"
FREE_PORTS = (0, 0, 0)
DEMO_PORTS = (8651, 8652, 8653)
"""ERP, shop, mail."""
_THREADS = 16
"""More than the mailing system serves at once, so that its limit can be met."""

Records = Iterable[Mapping[str, Any]]


class Server:
    """One sandbox system on a port of its own, on threads of its own."""

    def __init__(self, faulty: Faulty, port: int) -> None:
        """Listen on ``port`` (0: any free one); raises ``ConfigError`` where it is taken."""
        self.system, self.plan, self.stats = faulty.system, faulty.plan, faulty.stats
        listener = _listen(port)
        self.address = f"http://{HOST}:{listener.getsockname()[1]}"
        self._channels: dict[int, Any] = {}
        self._server = create_server(
            as_wsgi(faulty.answer),
            map=self._channels,
            sockets=[listener],
            threads=_THREADS,
            ident=None,
            asyncore_use_poll=True,
        )
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=f"sandbox {self.address}")
        self._thread.start()

    def close(self) -> None:
        """Let go of the requests held up, end the threads, close the sockets."""
        self.plan.close()
        self._closing.set()
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        wasyncore.close_all(self._channels)

    def _serve(self) -> None:
        while not self._closing.is_set():
            wasyncore.loop(timeout=30, use_poll=True, map=self._channels, count=1)


class Sandbox:
    """The four systems, running; as a context manager it closes them at the end."""

    def __init__(self, erp: Server, shop: Server, mail: Server, crm_url: str) -> None:
        self.erp, self.shop, self.mail = erp, shop, mail
        self.environment = {
            "GOLDENROD_ERP_URL": erp.address + ERP_PATH,
            "GOLDENROD_SHOP_URL": shop.address + SHOP_BASE,
            "GOLDENROD_MAIL_URL": mail.address + MAIL_BASE,
            "GOLDENROD_CRM_URL": crm_url,
        }
        """The addresses, under the names that goldenrod.yaml refers to."""

    @classmethod
    def start(
        cls,
        directory: Path,
        *,
        erp: Records = (),
        shop: Records = (),
        mail: Records = (),
        crm: Records = (),
        ports: tuple[int, int, int] = FREE_PORTS,
        now: Callable[[], datetime] = clock_now,
    ) -> Self:
        """Start the systems on these records, each in its vendor's shape (the ERP's without Key).

        The CRM's file is made anew in ``directory``. Raises ``ConfigError`` where a port is taken;
        then nothing is left running.
        """
        # Broken connections and full queues are what the sandbox is for, not news.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        with ExitStack() as started:

            def serve(faulty: Faulty, port: int) -> Server:
                server = Server(faulty, port)
                started.callback(server.close)
                return server

            sandbox = cls(
                serve(Faulty(Erp(erp, now=now)), ports[0]),
                serve(Faulty(Shop(shop, now=now)), ports[1]),
                serve(Faulty(Mail(mail, now=now), guard=limit_connections), ports[2]),
                create_crm(directory, crm),
            )
            started.pop_all()
        return sandbox

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the servers; the CRM's file stays."""
        for server in (self.erp, self.shop, self.mail):
            server.close()


def serve_forever(
    directory: Path,
    *,
    seed: int = 1,
    records: int = 2000,
    ports: tuple[int, int, int] = DEMO_PORTS,
) -> None:
    """Run the sandbox on generated records until SIGTERM or SIGINT.

    The records and the truth about them are written to ``directory``. Prints a line
    ``NAME=address`` for each system and then ``ready``, each at once.
    """
    from sandbox.population import generate  # noqa: PLC0415 - only this entrance makes data

    # Blocked before any thread starts, so that the signal waits for sigwait and nobody else.
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    population = generate(seed=seed, records=records)
    population.write(directory)
    with Sandbox.start(
        directory,
        erp=population.erp,
        shop=population.shop,
        mail=population.mail,
        crm=population.crm,
        ports=ports,
    ) as sandbox:
        for name, address in sandbox.environment.items():
            _say(f"{name}={address}")
        _say("ready")
        signal.sigwait(ends)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=1024)
    except OSError as error:
        message = f"port {port} of {HOST} can't be used: {error.strerror}"
        raise ConfigError(message) from error


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
