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

    Memory is the highest sum of the resident sizes of this process and all below it, so what they
    share counts more than once: it is never told too low but for what lasts less than a fifth of a
    second.
    """
    ended, began, used, most = threading.Event(), time.monotonic(), _processor(), [_memory()]

    def watch() -> None:
        while not ended.wait(_PAUSE):
            most[0] = max(most[0], _memory())

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


def _memory() -> int:
    return sum(map(_resident, _tree("self")))


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
