"""Real servers as processes of this machine: started, awaited, and ended by their own number."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

PATIENCE = 120
"""Seconds that a server may take to answer for the first time, on a busy machine."""


class Account(NamedTuple):
    """Whom a server runs as: whoever runs the tests, or, if that is root, a user of its own."""

    name: str
    uid: int
    gid: int

    @property
    def switch(self) -> dict[str, object]:
        """Return what subprocess needs to become this user."""
        if self.uid == os.getuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def account(*servants: str) -> Account:
    """Return who we are, unless we are root: then the first of ``servants`` that there is."""
    if os.getuid():
        me = pwd.getpwuid(os.getuid())
        return Account(me.pw_name, me.pw_uid, me.pw_gid)
    for name in (*servants, "nobody"):
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise AssertionError(f"root starts no server, and there is no user {servants}")


def program(name: str, package: str, *folders: str) -> str:
    """Return the path of a program; fails with the name of the Debian package that brings it."""
    path = os.pathsep.join([os.defpath, "/usr/sbin", "/sbin", *folders])
    found = shutil.which(name) or shutil.which(name, path=path)
    if found is None:
        pytest.fail(f"{name} is missing: apt-get install {package}", pytrace=False)
    return found


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def run(command: Sequence[object], who: Account | None = None, **given: object) -> str:
    """Run a command to its end; what it says becomes part of the failure."""
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=10 * PATIENCE,
        **{**(who.switch if who else {}), **given},
    )
    if done.returncode:
        pytest.fail(f"{command[0]} failed:\n{done.stdout[-3000:]}", pytrace=False)
    return done.stdout


@contextmanager
def serving(
    command: Sequence[object],
    folder: Path,
    ready: Callable[[], object],
    *,
    who: Account | None = None,
    env: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[int]:
    """Run a server while the block lasts, from when it answers; yields its process id."""
    log = folder / "log"
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=None if env is None else {**os.environ, **env},  # noqa: TID251 - a server's own
            start_new_session=True,
            **(who.switch if who else {}),
        )
    try:
        wait(ready, process, log)
        yield process.pid
    finally:
        process.send_signal(stop)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)


def wait(ready: Callable[[], object], process: subprocess.Popen[bytes], log: Path) -> None:
    """Ask until the server answers; fails with the end of its log."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            ready()
        except Exception as error:  # noqa: BLE001 - whatever a client library raises meanwhile
            if process.poll() is not None or time.monotonic() > until:
                text = log.read_text(errors="replace")[-3000:]
                pytest.fail(f"no answer ({error!r}):\n{text}", pytrace=False)
            time.sleep(0.1)
        else:
            return
