"""The pace of one channel: so many requests a second, a day, and at once.

By itself a connector only knows its own requests. The hub gives it an allowance that all processes
share (see `store.allowance`); then all of them together keep to the limits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock, Semaphore
from typing import Self

from connectors.base import Shared
from connectors.facts.profile import Limits
from hub.config import Channel
from hub.errors import TransientError

Sleep = Callable[[float], None]

PATIENCE = 60.0
"""Seconds: whoever must wait longer is told to come back later."""


class Pace:
    """Holds requests back, and counts them; safe to share between threads."""

    def __init__(
        self,
        rate: float | None,
        *,
        per_day: int | None = None,
        at_once: int | None = None,
        sleep: Sleep = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._rate = rate
        self._per_day = per_day
        self._at_once = at_once
        self._sleep = sleep
        self._shared: Shared = _Alone(monotonic, at_once)
        self.calls = 0

    @classmethod
    def of(
        cls,
        channel: Channel,
        limits: Limits,
        *,
        sleep: Sleep = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> Self:
        """Return the pace of a channel: its profile's limits, but for those that it overrides."""
        return cls(
            channel.rate or limits.rate,
            per_day=channel.per_day or limits.per_day,
            at_once=channel.at_once or limits.at_once,
            sleep=sleep,
            monotonic=monotonic,
        )

    def share(self, shared: Shared) -> None:
        """Keep to the limits together with the hub's other processes from now on."""
        self._shared = shared

    @contextmanager
    def turn(self, where: str) -> Iterator[None]:
        """Wait until a request may go, and make it inside the block.

        Raises TransientError where the wait is too long or the day's quota is spent.
        """
        seconds, given = self._shared.take(self._rate, self._per_day, PATIENCE)
        if not given:
            raise TransientError(
                f"{where}: no more requests for now, the channel's limit is reached",
                retry_after=seconds,
            )
        if seconds > 0:
            self._sleep(seconds)
        self.calls += 1
        if self._at_once is None:
            yield
            return
        with self._shared.slot(self._at_once):
            yield

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long, from no process."""
        if seconds > 0:
            self._shared.put_off(seconds)

    def warn(self, seconds: float) -> None:
        """Tell the others that the channel wants a pause; whoever calls this keeps it anyway."""
        if not isinstance(self._shared, _Alone):
            self._shared.put_off(seconds)

    def told(self, used: int, quota: int) -> None:
        """Pass on what the channel says of its own quota."""
        self._shared.told(used, quota)


class _Alone:
    """The limits of one connector by itself, where there is no hub around it."""

    def __init__(self, monotonic: Callable[[], float], at_once: int | None) -> None:
        self._monotonic = monotonic
        self._due = 0.0
        self._lock = Lock()
        self._slots = Semaphore(at_once or 1)

    def take(self, rate: float | None, per_day: int | None, patience: float) -> tuple[float, bool]:  # noqa: ARG002 - a day outlasts a connector
        if not (rate or self._due):
            return 0.0, True
        with self._lock:
            here = self._monotonic()
            due = max(self._due, here)
            if due - here > patience:
                return due - here, False
            self._due = due + (1 / rate if rate else 0.0)
        return due - here, True

    def put_off(self, seconds: float) -> None:
        with self._lock:
            self._due = max(self._due, self._monotonic() + seconds)

    def told(self, used: int, quota: int) -> None:
        """Nobody else needs to know."""

    @contextmanager
    def slot(self, at_once: int) -> Iterator[None]:  # noqa: ARG002 - known from the beginning
        with self._slots:
            yield
