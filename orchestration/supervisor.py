"""Programs that are started together and end together, with all that they started themselves."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

import psutil

_PAUSE = 0.5  # seconds between two looks at each program
_PATIENCE = 10.0  # seconds for a program to end by itself


@contextmanager
def interruptible() -> Iterator[None]:
    """End the block with Ctrl-C, with SIGTERM, and when the terminal is closed."""
    # SIGINT too: a program that was started in the background inherits that it is ignored.
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        yield


def must_be_free(*ports: int) -> None:
    """Leave with a word to the person if one of these ports of 127.0.0.1 is taken."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                sys.exit(f"port {port} of 127.0.0.1 is taken: end what uses it, then try again")


def supervise(programs: Sequence[Sequence[str]], environment: Mapping[str, str]) -> int:
    """Run these programs until one of them ends; then end all, with all that they started.

    Returns the exit code of the one that ended by itself.
    """
    started: list[subprocess.Popen[bytes]] = []
    try:
        for program in programs:
            started.append(subprocess.Popen(program, env=environment, start_new_session=True))  # noqa: PERF401, S603 - each is remembered before the next is started
        while True:
            for process in started:
                with suppress(subprocess.TimeoutExpired):
                    return process.wait(_PAUSE)
    finally:
        for process in started:
            _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End a program with all that it started: Airflow's parent leaves its children behind."""
    family = _family(process.pid)
    for member in family:
        with suppress(psutil.NoSuchProcess):
            member.terminate()
    _, alive = psutil.wait_procs(family, timeout=_PATIENCE)
    for member in alive:
        with suppress(psutil.NoSuchProcess):
            member.kill()
    process.wait()


def _family(pid: int) -> list[psutil.Process]:
    """Return a program's descendants and all others of its session: its own end hides them."""
    found = {one.pid: one for one in psutil.process_iter() if _session(one.pid) == pid}
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        found |= {one.pid: one for one in (*parent.children(recursive=True), parent)}
    return list(found.values())


def _session(pid: int) -> int | None:
    with suppress(OSError):  # gone meanwhile
        return os.getsid(pid)
    return None
