"""Run a program as a whole process, and see how long it took and how much memory it had."""

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What one process cost, from its start to its end; the code is 0 if it went well."""

    seconds: float
    cpu: float
    megabytes: float
    code: int


def run(command: Sequence[str], log: Path) -> Run:
    """Run a command to its end, its words going to a log, and measure it.

    ``cpu`` is the time of all its threads together: it says what the work costs even while others
    use the machine. The memory is the highest resident size of the process itself (``ru_maxrss``,
    in KB on Linux).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)
