"""What a step costs: time, processor time of all its processes, and their memory together."""

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_PAUSE = 0.2
_MB = 2**20
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = resource.getpagesize()
Figures = dict[str, Any]


@contextmanager
def cost(figures: Figures) -> Iterator[None]:
    """Fill ``figures`` with ``seconds``, ``cpu`` and ``megabytes`` of what the block does.

    Memory is that of this process and all below it together; what they share counts once.
    """
    ended, began, used, most = threading.Event(), time.monotonic(), _processor(), [_most(0)]

    def watch() -> None:
        while not ended.wait(_PAUSE):
            most[0] = _most(most[0])

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
    figures["seconds"] = round(time.monotonic() - began, 2)
    figures["cpu"] = round(_processor() - used, 2)
    figures["megabytes"] = round(most[0] / _MB)


def _processor() -> float:
    """Return the seconds of the tree, those of its children that ended included (proc_pid_stat(5)).

    Workers are children of a server of theirs, so getrusage does not know them.
    """
    return sum(map(_spent, _tree("self"))) / _TICKS


def _spent(process: str) -> int:
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except OSError:
        return 0
    return sum(map(int, told.split()[11:15]))


def _most(before: int) -> int:
    """Return the memory of the tree, or ``before`` if that was more.

    To share out what is shared costs milliseconds, so it is only asked where it may be more.
    """
    tree = list(_tree("self"))
    if sum(map(_resident, tree)) <= before:
        return before
    return max(before, sum(map(_share, tree)))


def _tree(process: str) -> Iterator[str]:
    yield process
    for task in _read(f"/proc/{process}/task", "children"):
        for child in task.split():
            yield from _tree(child)


def _read(folder: str, name: str) -> list[str]:
    try:
        return [(task / name).read_text() for task in Path(folder).iterdir()]
    except OSError:  # it ended in the meantime
        return []


def _resident(process: str) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * _PAGE
    except OSError:
        return 0


def _share(process: str) -> int:
    """Return the proportional set size: shared pages divided among those who share them."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
