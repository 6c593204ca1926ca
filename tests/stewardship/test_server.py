import signal
import socket
import subprocess
import sys
import threading

import pytest
import requests

from hub.errors import ConfigError
from stewardship.server import Page, serve

CHANNELS = """
channels:
  erp: {profile: dynamics_nav, url: "http://127.0.0.1:1/x"}
"""
SERVE = """
from hub.config import load_settings
from stewardship.server import serve
serve(load_settings("goldenrod.yaml"), 0, ready=lambda url: print(url, flush=True))
"""


def test_the_page_runs_beside_other_work(settings, store):
    with Page(settings, store) as page:
        assert page.url.startswith("http://127.0.0.1:")
        assert "5 open cases" in requests.get(page.url, timeout=10).text
    with pytest.raises(requests.ConnectionError):
        requests.get(page.url, timeout=10)
    assert not any(one.name == "stewards' page" for one in threading.enumerate())


def test_a_port_that_is_taken_is_named(settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ConfigError, match=str(port)):
            serve(settings, port)


def test_another_port_will_do_where_the_caller_says_so(settings):
    heard = []

    def ready(url):
        heard.append(url)
        signal.raise_signal(signal.SIGTERM)

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        serve(settings, port, or_any=True, ready=ready)
    assert heard
    assert f":{port}/" not in heard[0]


def test_a_signal_that_comes_at_once_is_heard(settings):
    before = signal.getsignal(signal.SIGTERM)
    serve(settings, 0, ready=lambda _: signal.raise_signal(signal.SIGTERM))
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_page_cleanly(tmp_path, ending):
    (tmp_path / "goldenrod.yaml").write_text(f"store: sqlite:///hub.db{CHANNELS}")
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", SERVE],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        url = process.stdout.readline().strip()
        assert "Nothing to decide" in requests.get(url, timeout=10).text
        process.send_signal(ending)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")
