"""`make airflow` ends all that it started."""

import subprocess
import sys
import time

import psutil
import pytest

pytestmark = [pytest.mark.xdist_group("airflow"), pytest.mark.filterwarnings("ignore")]
PARENT = "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True).wait()"


def test_a_program_ends_with_the_children_that_it_would_leave_behind(airflow_home):
    from orchestration.standalone import _end  # noqa: PLC0415 - imports Airflow

    process = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True)
    while not (children := psutil.Process(process.pid).children()):
        time.sleep(0.01)
    _end(process)
    assert process.returncode is not None
    assert not any(child.is_running() for child in children)
