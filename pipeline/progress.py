"""How a verb tells that it moves: it calls ``progress(count)`` each time it has done some."""

from collections.abc import Callable

Progress = Callable[[int], None]


def quiet(_count: int) -> None:
    """Tell nobody."""
