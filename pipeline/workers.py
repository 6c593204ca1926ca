"""WORKERS: thinking, spread over the machine's processors.

Who writes stays in this process; a worker may read, with a connection of its own. Few items are
done here: a process costs a second to start.
"""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import chain, islice
from typing import Self, TypeVar

from hub.errors import TransientError
from pipeline.circles import seek_circles_rarely

Given = TypeVar("Given")
Made = TypeVar("Made")
_FEW = 3  # chunks that are not worth a process
_AHEAD = 2  # chunks in flight for each worker: bounded memory, and none of them waits
_NICE = 10


class Workers:
    """Processes that start when there is enough to do, and stay until the block ends."""

    def __init__(self, number: int | None = None) -> None:
        """Take how many processes there may be; default: one a processor."""
        self._number = _processors() if number is None else number
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each_chunk(
        self, function: Callable[[Given], Made], chunks: Iterable[Given], *, few: int = _FEW
    ) -> Iterator[Made]:
        """Yield ``function(chunk)`` of every chunk, in their order.

        More than ``few`` chunks go to the processes, so the function must be one that can be
        imported, and what it takes and returns must be picklable; a script that calls this needs
        its ``if __name__ == "__main__"``. Raises TransientError if a worker was killed.
        """
        rest = iter(chunks)
        first = list(islice(rest, few + 1))
        if len(first) <= few or self._number == 1:
            for chunk in chain(first, rest):
                yield function(chunk)
            return
        try:
            waiting: deque[Future[Made]] = deque()
            for chunk in chain(first, rest):
                waiting.append(self._started().submit(function, chunk))
                if len(waiting) > _AHEAD * self._number:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise TransientError("a worker process was killed: out of memory?") from error

    def _started(self) -> ProcessPoolExecutor:
        if self._pool is None:
            # Spawned, not forked: threads and database connections of this process stay here.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._number, mp_context=context, initializer=_begin)
        return self._pool


@contextmanager
def at_work(given: Workers | None, number: int | None) -> Iterator[Workers]:
    """Give the caller's workers, or own ones for as long as the block lasts."""
    if given is not None:
        yield given
        return
    with Workers(number) as own:
        yield own


def _begin() -> None:
    """Begin a worker: nicer than who looks up a customer in the meantime."""
    os.nice(_NICE)
    seek_circles_rarely()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this worker once who started it is gone: killed, it can tell no worker to stop.

    The queue never shows it: each worker holds the writing end of its own queue open.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
