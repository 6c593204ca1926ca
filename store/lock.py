"""One process at a time: a lock that dies with the process that holds it.

Beside a SQLite file it is a file lock, in PostgreSQL an advisory lock of a session of its own, and
for a database in memory a lock inside the process. None of them has to be cleared by hand after a
crash, so a delivery found in mid-sending under the lock belongs to a dead process for certain.
"""

import fcntl
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, text

from hub.errors import TransientError

_PATIENCE = 10.0  # seconds: longer than one transaction of a verb that is about to end
_PAUSE = 0.05
# By the engine itself: its `id` may be another one's when it is gone.
_in_memory: WeakKeyDictionary[Engine, dict[str, threading.Lock]] = WeakKeyDictionary()


@contextmanager
def exclusive(engine: Engine, name: str, patience: float | None = None) -> Iterator[None]:
    """Hold the lock called ``name``; raises TransientError if another keeps it for too long."""
    with ExitStack() as held:
        attempt = _attempt(engine, name, held)
        deadline = time.monotonic() + (_PATIENCE if patience is None else patience)
        while not attempt():
            if time.monotonic() >= deadline:
                raise TransientError(f"another process is at it: {name}", retry_after=60)
            time.sleep(_PAUSE)
        yield


def _attempt(engine: Engine, name: str, held: ExitStack) -> Callable[[], bool]:
    """Return a function that tries once; what it takes is given back when ``held`` closes."""
    if engine.dialect.name == "postgresql":
        return _advisory(engine, name, held)
    database = engine.url.database
    if database in (None, "", ":memory:"):
        return _thread(engine, name, held)
    return _file(Path(str(database)), name, held)


def _advisory(engine: Engine, name: str, held: ExitStack) -> Callable[[], bool]:
    connection = held.enter_context(engine.connect())
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)

    def attempt() -> bool:
        taken = connection.execute(text("select pg_try_advisory_lock(:n)"), {"n": number}).scalar()
        connection.commit()  # the lock belongs to the session, not to an open transaction
        if taken:
            held.callback(_release, connection, number)
        return bool(taken)

    return attempt


def _release(connection: Connection, number: int) -> None:
    connection.execute(text("select pg_advisory_unlock(:n)"), {"n": number})
    connection.commit()


def _thread(engine: Engine, name: str, held: ExitStack) -> Callable[[], bool]:
    lock = _in_memory.setdefault(engine, {}).setdefault(name, threading.Lock())

    def attempt() -> bool:
        taken = lock.acquire(blocking=False)
        if taken:
            held.callback(lock.release)
        return taken

    return attempt


def _file(database: Path, name: str, held: ExitStack) -> Callable[[], bool]:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
    file = held.enter_context(database.with_name(f"{database.name}.{slug}.lock").open("w"))

    def attempt() -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    return attempt
