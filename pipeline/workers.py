"""WORKERS: thinking that needs no database, spread over the machine's processors.

The reader and the writer stay in this process; what goes to a worker and comes back are texts. Few
items are done here: a process costs a second to start.
"""

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import TypeVar

from hub.errors import TransientError

Given = TypeVar("Given")
Made = TypeVar("Made")
_FEW = 3  # chunks that are not worth a process
_AHEAD = 2  # chunks in flight for each worker: bounded memory, and none of them waits


def each_chunk(
    function: Callable[[Given], Made], chunks: Iterable[Given], workers: int | None = None
) -> Iterator[Made]:
    """Yield ``function(chunk)`` of every chunk, in their order.

    More than a few chunks go to ``workers`` processes (default: one a processor), so the function
    must be one that can be imported, and what it takes and returns must be picklable; a script
    that calls this needs its ``if __name__ == "__main__"``. Raises TransientError if a worker was
    killed.
    """
    rest = iter(chunks)
    first = list(islice(rest, _FEW + 1))
    number = _processors() if workers is None else workers
    if len(first) <= _FEW or number == 1:
        for chunk in chain(first, rest):
            yield function(chunk)
        return
    # Spawned, not forked: threads and database connections of this process stay here.
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(number, mp_context=context) as pool:
            waiting: deque[Future[Made]] = deque()
            for chunk in chain(first, rest):
                waiting.append(pool.submit(function, chunk))
                if len(waiting) > _AHEAD * number:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
    except BrokenProcessPool as error:
        raise TransientError("a worker process was killed: out of memory?") from error


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
