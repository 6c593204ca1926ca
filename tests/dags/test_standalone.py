"""`make airflow` ends all that it started, however it is ended."""

import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from orchestration.supervisor import _end, must_be_free, supervise
from sandbox.serving import DEMO_PORTS
from tests.conftest import ROOT

pytestmark = [pytest.mark.xdist_group("airflow"), pytest.mark.filterwarnings("ignore")]
PARENT = "import subprocess, sys; subprocess.Popen(['sleep', '60'], start_new_session=True).wait()"
MARK = f"60.{os.getpid()}"
ORPHAN = f"import subprocess, sys; subprocess.Popen(['sleep', '{MARK}']); sys.exit(3)"
SUPERVISE = """
import sys
from orchestration.supervisor import interruptible, supervise
with interruptible():
    supervise([["sleep", "60"], [sys.executable, "-c", {parent!r}]], {{}})
"""


def descendants(process, count):
    """Wait until this many programs run below the process."""
    while len(found := psutil.Process(process.pid).children(recursive=True)) < count:
        time.sleep(0.01)
    return found


def test_a_program_ends_with_the_children_that_it_would_leave_behind():
    process = subprocess.Popen([sys.executable, "-c", PARENT], start_new_session=True)
    children = descendants(process, 1)
    _end(process)
    assert process.returncode is not None
    assert not any(child.is_running() for child in children)


def test_when_one_program_ends_all_end_also_what_it_left_behind():
    programs = [["sleep", "60"], [sys.executable, "-c", ORPHAN]]
    assert supervise(programs, {}) == 3
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if MARK in (one.info["cmdline"] or ())
    ]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_a_kill_and_a_closed_terminal_end_everything(ending):
    program = SUPERVISE.format(parent=PARENT)
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    found = descendants(process, 3)
    process.send_signal(ending)
    assert process.wait(30) == 0
    assert not any(one.is_running() for one in found)


def test_a_port_that_is_taken_is_told_before_anything_is_started():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"port {port} of 127.0.0.1 is taken"):
            must_be_free(port)
    must_be_free(port)


def test_it_runs_on_the_sandbox_whatever_the_caller_s_environment_says(airflow_home, monkeypatch):
    from orchestration import standalone  # noqa: PLC0415 - imports Airflow

    monkeypatch.setenv("GOLDENROD_SHOP_URL", "https://shop.example/wp-json/wc/v3")
    assert (
        standalone.sandbox_settings(ROOT).channel("shop").url.startswith("http://127.0.0.1:8652/")
    )
    handed_on = standalone._environment(ROOT, airflow_home)
    assert [name for name in handed_on if name.startswith("GOLDENROD_")] == ["GOLDENROD_CONFIG"]


def test_it_never_runs_on_the_systems_of_a_company(airflow_home, tmp_path, monkeypatch, capsys):
    from orchestration import standalone  # noqa: PLC0415 - imports Airflow

    text = (ROOT / "goldenrod.yaml").read_text()
    (tmp_path / "goldenrod.yaml").write_text(text.replace("127.0.0.1:8652", "shop.example"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as left:
        standalone.main()
    assert left.value.code == 2
    assert ": channels.shop.url: this is not the sandbox" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["goldenrod.yaml"]


def test_the_sandbox_has_the_ports_thatmust_be_free():
    from orchestration import standalone  # noqa: PLC0415 - imports Airflow

    assert standalone._SANDBOX_PORTS == DEMO_PORTS
