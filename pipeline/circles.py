"""Bulk work makes millions of objects and hardly a circle: to look for circles costs an eighth."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (200_000, 50, 1_000)


@contextmanager
def circles_sought_rarely() -> Iterator[None]:
    """Let Python's cyclic garbage collector run seldom until the block ends."""
    before = gc.get_threshold()
    seek_circles_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def seek_circles_rarely() -> None:
    """Let it run seldom from now on, in a process that does nothing else."""
    gc.set_threshold(*_RARELY)
