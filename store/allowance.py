"""The allowance: how fast, and how often a day, all processes of the hub may call one channel.

One small state per channel, changed under a lock that dies with its process: beside a SQLite file
it is a file of 32 bytes (some ten microseconds a call), in PostgreSQL a row (a few round trips),
and for a database in memory a value inside the process.
"""

import fcntl
import os
import re
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select, text

from store.bulk import upsert
from store.stream_tables import allowance

_DAY = 86_400
_SPARE = 0.8
"""From this part of a day's quota on, what is left is spread over what is left of the day."""
_FORM = struct.Struct("<dqqq")
_PAUSE = 0.02


class Spent(NamedTuple):
    """What one channel was asked so far."""

    due: float = 0.0
    """Seconds since 1970: no request before then."""
    day: int = 0
    """Days since 1970."""
    used: int = 0
    """Requests of that day."""
    quota: int | None = None
    """Requests a day, as the channel itself told."""


class Grant(NamedTuple):
    """Leave for one request: after so many seconds. If not ``given``, it must not be sent."""

    wait: float
    given: bool


def spend(
    spent: Spent, moment: float, *, rate: float | None, per_day: int | None, patience: float
) -> tuple[Spent, Grant]:
    """Take one request out of the allowance, at ``moment`` (seconds since 1970).

    Requests are evenly spaced. A quota that is nearly spent widens the space, so that the rest
    lasts until the day (UTC) ends; a spent one, and a wait beyond ``patience``, refuse.
    """
    today = int(moment // _DAY)
    spent = spent if spent.day == today else Spent(spent.due, today)
    quota = min((limit for limit in (per_day, spent.quota) if limit is not None), default=None)
    gap, night = (1 / rate if rate else 0.0), (today + 1) * _DAY - moment
    if quota is not None:
        left = quota - spent.used
        if left <= 0:
            return spent, Grant(night, given=False)
        if spent.used >= quota * _SPARE:
            gap = max(gap, night / left)
    start = max(spent.due, moment)
    if start - moment > patience:
        return spent, Grant(start - moment, given=False)
    after = spent._replace(due=start + gap, used=spent.used + 1)
    return after, Grant(start - moment, given=True)


Change = Callable[[Spent, float], Spent]


class Allowance:
    """The allowance of one channel; see `connectors.pace.Shared`."""

    def __init__(self, engine: Engine, channel: str) -> None:
        self._engine = engine
        self._channel = channel
        self._change = _changer(engine, channel)

    def take(self, rate: float | None, per_day: int | None, patience: float) -> tuple[float, bool]:
        """Take one request; return how long to wait before it, and whether it may go at all."""
        granted = Grant(0.0, given=False)

        def one(spent: Spent, moment: float) -> Spent:
            nonlocal granted
            after, granted = spend(spent, moment, rate=rate, per_day=per_day, patience=patience)
            return after

        self._change(one)
        return granted

    def put_off(self, seconds: float) -> None:
        """Let nobody call for so many seconds: the channel asked for it."""
        self._change(lambda spent, now: spent._replace(due=max(spent.due, now + seconds)))

    def told(self, used: int, quota: int) -> None:
        """Believe the channel's own count of today: others may call it, too."""
        self._change(lambda spent, now: Spent(spent.due, int(now // _DAY), used, quota))

    def spent(self) -> Spent:
        """Return what was spent today."""
        seen = Spent()

        def look(spent: Spent, moment: float) -> Spent:
            nonlocal seen
            today = int(moment // _DAY)
            seen = spent if spent.day == today else Spent(spent.due, today)
            return spent

        self._change(look)
        return seen

    @contextmanager
    def slot(self, at_once: int) -> Iterator[None]:
        """Be one of at most ``at_once`` requests under way; wait for one to end."""
        with ExitStack() as held:
            while not any(_try_slot(self._engine, self._channel, n, held) for n in range(at_once)):
                time.sleep(_PAUSE)
            yield


def _changer(engine: Engine, channel: str) -> Callable[[Change], None]:
    if engine.dialect.name == "postgresql":
        return lambda change: _in_row(engine, channel, change)
    database = engine.url.database
    if database in (None, "", ":memory:"):
        return lambda change: _in_process(engine, channel, change)
    file = _beside(str(database), channel, "limits")
    return lambda change: _in_file(file, change)


def _in_file(file: Path, change: Change) -> None:
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        bytes_ = os.pread(handle, _FORM.size, 0)
        before = Spent()
        if len(bytes_) == _FORM.size:  # empty at the very first time
            due, day, used, quota = _FORM.unpack(bytes_)
            before = Spent(due, day, used, quota if quota >= 0 else None)
        after = change(before, time.time())
        if after != before:
            quota = -1 if after.quota is None else after.quota
            os.pwrite(handle, _FORM.pack(after.due, after.day, after.used, quota), 0)
    finally:
        os.close(handle)


def _in_row(engine: Engine, channel: str, change: Change) -> None:
    table = allowance.c
    with engine.begin() as connection:
        fresh = upsert(connection, allowance).values(channel=channel, **Spent()._asdict())
        connection.execute(fresh.on_conflict_do_nothing())
        query = select(table.due, table.day, table.used, table.quota)
        # The database's clock: several machines may share it.
        moment = func.extract("epoch", func.clock_timestamp()).label("moment")
        row = connection.execute(
            query.add_columns(moment).where(table.channel == channel).with_for_update()
        ).one()
        after = change(Spent(*row[:4]), float(row[4]))
        if after != Spent(*row[:4]):
            connection.execute(
                allowance.update().where(table.channel == channel).values(**after._asdict())
            )


# By the engine itself: its `id` may be another one's when it is gone.
_in_memory: WeakKeyDictionary[Engine, dict[str, Spent]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()


def _in_process(engine: Engine, channel: str, change: Change) -> None:
    with _one_at_a_time:
        spent = _in_memory.setdefault(engine, {})
        spent[channel] = change(spent.get(channel, Spent()), time.time())


_slots: WeakKeyDictionary[Engine, dict[tuple[str, int], threading.Lock]] = WeakKeyDictionary()


def _try_slot(engine: Engine, channel: str, number: int, held: ExitStack) -> bool:
    if engine.dialect.name == "postgresql":
        return _try_advisory(engine, f"slot {channel} {number}", held)
    database = engine.url.database
    if database in (None, "", ":memory:"):
        lock = _slots.setdefault(engine, {}).setdefault((channel, number), threading.Lock())
        taken = lock.acquire(blocking=False)
        if taken:
            held.callback(lock.release)
        return taken
    stream = _beside(str(database), channel, f"slot-{number}").open("wb")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        return False
    held.callback(stream.close)
    return True


def _try_advisory(engine: Engine, name: str, held: ExitStack) -> bool:
    """Take the lock for the length of a transaction: it ends with the connection."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
    opened: AbstractContextManager[Connection] = engine.begin()
    connection = opened.__enter__()
    taken = connection.execute(text("select pg_try_advisory_xact_lock(:n)"), {"n": number}).scalar()
    if taken:
        held.push(opened)
    else:
        opened.__exit__(None, None, None)
    return bool(taken)


def _beside(database: str, channel: str, what: str) -> Path:
    file = Path(database)
    return file.with_name(f"{file.name}.{re.sub(r'[^a-z0-9]+', '-', channel)}.{what}")
