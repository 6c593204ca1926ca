"""Memory that nobody uses any more, given back to the system."""

import ctypes
import sys

import pyarrow as pa

_ARENAS = -8
"""M_ARENA_MAX of malloc.h."""


def give_back() -> None:
    """Give back what freed columns left behind, so that the next step does not add to it.

    Arrow keeps freed memory for later, and so does the C library where small blocks lie between
    (malloc_trim(3), glibc only; elsewhere only Arrow's is given back).
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", int) if sys.platform == "linux" else int
    trim(0)


def share_heap() -> None:
    """Let all threads of this program take memory from one heap (mallopt(3), glibc only).

    With a heap each, what one thread freed is kept from the others, and asked of the system anew.
    For the start of a program of its own: it changes the whole process.
    """
    limit = getattr(ctypes.CDLL(None), "mallopt", max) if sys.platform == "linux" else max
    limit(_ARENAS, 1)
