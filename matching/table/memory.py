"""Memory that nobody uses any more, given back to the system."""

import ctypes
import sys

import pyarrow as pa


def give_back() -> None:
    """Give back what freed columns left behind, so that the next step does not add to it.

    Arrow keeps freed memory for later, and so does the C library where small blocks lie between
    (malloc_trim(3), glibc only; elsewhere only Arrow's is given back).
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", int) if sys.platform == "linux" else int
    trim(0)
