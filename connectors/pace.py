"""The rate limit of one channel: so many requests a second, evenly spaced."""

import time
from collections.abc import Callable
from threading import Lock

Sleep = Callable[[float], None]


class Pace:
    """Holds requests back; safe to share between threads."""

    def __init__(
        self,
        rate: float | None,
        *,
        sleep: Sleep = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._sleep = sleep
        self._monotonic = monotonic
        self._due = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Wait until the next request may go."""
        if not (self._gap or self._due):
            return
        with self._lock:
            here = self._monotonic()
            due = max(self._due, here)
            self._due = due + self._gap
        if due > here:
            self._sleep(due - here)

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long."""
        if seconds > 0:
            with self._lock:
                self._due = max(self._due, self._monotonic() + seconds)
