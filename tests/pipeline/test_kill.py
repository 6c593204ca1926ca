"""Killed at any moment and run again, the tables are the same as after an undisturbed run."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from threading import Timer

from hub.config import load_settings
from sandbox.population import generate
from sandbox.serving import Sandbox
from store.database import Store
from tests.conftest import ROOT
from tests.tables import snapshot

KILLS = 10
# All is loaded once and a run is a fork of that: a kill meets it at work, not at its imports.
PROGRAM = """
import json, os, sys
import connectors.rest.engine, connectors.soap.engine, connectors.sql.engine, pipeline.run
from console.app import main

for line in sys.stdin:
    if not (child := os.fork()):
        os.environ |= json.loads(line)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        main()
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def test_ten_kills_leave_no_trace(tmp_path):
    population = generate(seed=2, records=100)
    arguments = ["run", "--json", "-c", str(ROOT / "goldenrod.yaml")]
    with (
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
        ) as program,
        _world(tmp_path / "smooth", population, program) as smooth,
        _world(tmp_path / "killed", population, program) as killed,
    ):  # fmt: skip
        seconds = smooth.run_to_the_end()
        moments = random.Random(7)  # noqa: S311 - chance, not secrecy
        landed = 0
        for _ in range(KILLS):
            if killed.run_and_kill(moments.uniform(0.1, 1.0) * seconds):
                landed += 1
            else:
                seconds *= 0.7  # the machine has less to do than before, or the run has
        killed.run_to_the_end()
        assert landed, "no run was caught alive: the kills came too late"
        for world in (smooth, killed):
            world.run_to_the_end()
        assert killed.tables() == smooth.tables()


class _world:  # noqa: N801 - reads as a function above
    """A sandbox and a hub of their own, driven as a program."""

    def __init__(self, directory, population, program):
        directory.mkdir()
        self.program = program
        self.sandbox = Sandbox.start(directory / "sandbox", **population.channels)
        self.environment = self.sandbox.environment | {
            "GOLDENROD_STORE": f"sqlite:///{directory / 'hub.db'}",
        }

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.sandbox.close()

    def run_to_the_end(self):
        begun = time.monotonic()
        self._start()
        assert self._end() == 0
        return time.monotonic() - begun

    def run_and_kill(self, after):
        """Kill the run after so many seconds; True if it was still alive."""
        kill = Timer(after, _kill, (self._start(),))
        kill.start()
        code = self._end()
        kill.cancel()
        return code == -signal.SIGKILL

    def _start(self):
        print(json.dumps(self.environment), file=self.program.stdin, flush=True)
        return int(self.program.stdout.readline())

    def _end(self):
        return int(self.program.stdout.readline())

    def tables(self):
        with Store(load_settings(ROOT / "goldenrod.yaml", self.environment).store) as store:
            return snapshot(store)


def _kill(process):
    with suppress(ProcessLookupError):  # it came to its end by itself, just now
        os.kill(process, signal.SIGKILL)
