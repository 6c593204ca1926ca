"""Run a program as a whole process, and see how long it took and how much memory it had.

Linux lets a process inherit the highest memory of the one that started it (getrusage(2)), so a
small process stands between: this module, run as a program.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What one process cost, from its start to its end; the code is 0 if it went well.

    ``cpu`` is the time of all its threads together: it says what the work costs even while others
    use the machine. The memory is the highest resident size of the process itself.
    """

    seconds: float
    cpu: float
    megabytes: float
    code: int


def run(command: Sequence[str], log: Path) -> Run:
    """Run a command to its end, its words going to a log, and measure it."""
    log.parent.mkdir(parents=True, exist_ok=True)
    between = [sys.executable, "-m", "benchmarks.measure", str(log), *command]
    told = subprocess.run(between, stdout=subprocess.PIPE, check=True).stdout
    return Run(*json.loads(told))


def _measured(log: Path, command: Sequence[str]) -> Run:
    with log.open("wb") as out:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    return Run(seconds, cpu, usage.ru_maxrss / 1024, process.returncode)


if __name__ == "__main__":
    print(json.dumps(_measured(Path(sys.argv[1]), sys.argv[2:])))
