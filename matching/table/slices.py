"""Work on many pairs in slices, two at a time.

A slice's own arrays stay in the processor's cache and in memory that was used before; those of ten
million pairs at once would be asked of the system anew at every step. What a slice gives does not
depend on the others, so neither their size nor the number of processors changes a result.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from itertools import pairwise
from typing import ParamSpec, TypeVar

from matching.table.duck import FEW

_SIZE = 1 << 19
Call = ParamSpec("Call")
Found = TypeVar("Found")


def slices(size: int) -> list[slice]:
    """Cut so many pairs into slices of about equal size; at least one, which may be empty."""
    parts = max(1, round(size / _SIZE))
    cuts = [size * part // parts for part in range(parts + 1)]
    return [slice(one, other) for one, other in pairwise(cuts)]


def lanes(rows: int) -> Executor:
    """Return what makes calls two at a time; for a few rows, where a thread costs more, in turn."""
    return ThreadPoolExecutor(2) if rows > FEW else _InTurn()


def side_by_side(calls: Sequence[Callable[[], Found]], rows: int) -> list[Found]:
    """Make all calls, two at a time, and return what they found, in their order."""
    with lanes(rows if len(calls) > 1 else 0) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]


class _InTurn(Executor):
    """Makes a call at once, and lets its error out at once."""

    def submit(
        self, fn: Callable[Call, Found], /, *args: Call.args, **kwargs: Call.kwargs
    ) -> Future[Found]:
        """Make the call; the future holds what it returned."""
        done: Future[Found] = Future()
        done.set_result(fn(*args, **kwargs))
        return done
