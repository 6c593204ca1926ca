"""What a person at a terminal sees while long work goes on; nothing when the output is piped."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

_STEPS = ("pull", "resolve", "push")


@contextmanager
def spinning(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Give a function that hears each step as it begins, and draws how far the run is."""
    screen = Console(stderr=True, quiet=quiet)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task("starting", total=len(_STEPS))

        def announce(step: str) -> None:
            progress.update(task, description=step, completed=_STEPS.index(step))

        yield announce
