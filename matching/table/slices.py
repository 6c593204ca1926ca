"""Work on many pairs in slices, two at a time.

A slice's own arrays stay in the processor's cache and in memory that was used before; those of ten
million pairs at once would be asked of the system anew at every step. What a slice gives does not
depend on the others, so neither their size nor the number of processors changes a result.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TypeVar

_SIZE = 1 << 19
Found = TypeVar("Found")


def slices(size: int) -> list[slice]:
    """Cut so many pairs into slices of about equal size; at least one, which may be empty."""
    parts = max(1, round(size / _SIZE))
    cuts = [size * part // parts for part in range(parts + 1)]
    return [slice(one, other) for one, other in pairwise(cuts)]


def side_by_side(calls: Sequence[Callable[[], Found]]) -> list[Found]:
    """Make all calls, two at a time, and return what they found, in their order."""
    if len(calls) == 1:
        return [calls[0]()]
    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]
