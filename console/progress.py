"""What a person at a terminal sees while long work goes on; nothing when the output is piped."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Lines
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from pipeline.progress import Progress, Watch, unwatched


@contextmanager
def watching(*, silent: bool = False) -> Iterator[Watch]:
    """Draw a line for each step while it lasts: its name, how many records, how long.

    Nothing is drawn where ``silent``, or where nobody looks: standard output is no terminal.
    """
    screen = Console(stderr=True)
    if silent or not (sys.stdout.isatty() and screen.is_terminal):
        yield unwatched
        return
    columns = (
        SpinnerColumn(finished_text=""),
        TextColumn("{task.fields[mark]}"),
        TextColumn("{task.description:<10}"),
        TextColumn("{task.completed:>9,.0f}"),
        TimeElapsedColumn(),
    )
    with Lines(*columns, console=screen, transient=True) as lines:

        @contextmanager
        def watch(step: str) -> Iterator[Progress]:
            line, mark = lines.add_task(step, total=None, mark=""), "[red]✗"
            try:
                yield lambda count: lines.advance(line, count)
                mark = "[green]✓"
            finally:  # a total that is reached stops spinner and clock
                lines.update(line, total=lines.tasks[line].completed, mark=mark)

        yield watch
