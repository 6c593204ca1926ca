"""Killed at any moment and run again, the tables are the same as after an undisturbed run."""

import os
import random
import signal
import subprocess
import sys
import time

from hub.config import load_settings
from sandbox.population import generate
from sandbox.serving import Sandbox
from store.database import Store
from tests.conftest import ROOT
from tests.tables import snapshot

KILLS = 10
RUN = [sys.executable, "-m", "console.app", "run", "--json", "-c", str(ROOT / "goldenrod.yaml")]


def test_ten_kills_leave_no_trace(tmp_path):
    population = generate(seed=2, records=100)
    smooth = _world(tmp_path / "smooth", population)
    killed = _world(tmp_path / "killed", population)
    with smooth.sandbox, killed.sandbox:
        seconds = smooth.run_to_the_end()
        moments = random.Random(7)  # noqa: S311 - chance, not secrecy
        landed = 0
        for _ in range(KILLS):
            if killed.run_and_kill(moments.uniform(0.3, 1.0) * seconds):
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

    def __init__(self, directory, population):
        directory.mkdir()
        self.sandbox = Sandbox.start(directory / "sandbox", **population.channels)
        self.environment = {
            **os.environ,  # noqa: TID251 - handed on to the program
            **self.sandbox.environment,
            "GOLDENROD_STORE": f"sqlite:///{directory / 'hub.db'}",
        }

    def run_to_the_end(self):
        begun = time.monotonic()
        subprocess.run(RUN, env=self.environment, check=True, capture_output=True)
        return time.monotonic() - begun

    def run_and_kill(self, after):
        """Kill the run after so many seconds; True if it was still alive."""
        process = subprocess.Popen(
            RUN, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
        return False

    def tables(self):
        with Store(load_settings(ROOT / "goldenrod.yaml", self.environment).store) as store:
            return snapshot(store)
