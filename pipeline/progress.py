"""How the flow tells that it moves, to whoever wants to watch.

A verb calls ``progress(count)`` each time it has done some. Who starts several verbs takes a
``watch``: it is told the name of each step, and gives that step's ``progress`` for as long as the
step lasts.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

Progress = Callable[[int], None]
Watch = Callable[[str], AbstractContextManager[Progress]]


def quiet(_count: int) -> None:
    """Tell nobody."""


def unwatched(_step: str) -> AbstractContextManager[Progress]:
    """Let nobody watch."""
    return nullcontext(quiet)
