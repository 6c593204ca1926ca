"""Tryton 8.2, an ERP: from PyPI into an environment of its own, on SQLite."""

import base64
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from tests.real.servers.home import home
from tests.real.servers.process import free_port, run, serving

PASSWORD = "admin-Pass1"  # noqa: S105 - of a server that lives as long as the test
PACKAGES = Path(__file__).with_name("tryton.txt")
"""Every package with its version: one that is new must not change the test."""


class Tryton:
    """A client of our own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/crm/rpc/"
        self._http = requests.Session()

    def log_in(self) -> None:
        uid, token, *_ = self.call("common.db.login", "admin", {"password": PASSWORD}, "en")
        key = base64.b64encode(f"admin:{uid}:{token}".encode()).decode()
        self._http.headers["Authorization"] = f"Session {key}"

    def call(self, method: str, *given: Any) -> Any:
        body = {"id": 1, "method": method, "params": list(given)}
        answer = self._http.post(self.url, json=body, timeout=120)
        answer.raise_for_status()
        told = answer.json()
        if told.get("error"):
            raise RuntimeError(told["error"])
        return told["result"]

    def party(self, method: str, *given: Any) -> Any:
        return self.call(f"model.party.party.{method}", *given, {})

    def close(self) -> None:
        self._http.close()


@contextmanager
def run_tryton(folder: Path) -> Iterator[Tryton]:
    """Install it, make a database with the modules of parties and mailing lists, and serve it."""
    place = home("tryton")
    binaries = place / "bin"
    installed = place / "installed"
    if not installed.exists() or installed.read_text() != PACKAGES.read_text():
        run([sys.executable, "-m", "venv", "--clear", place])
        run([binaries / "pip", "install", "--quiet", "--disable-pip-version-check", "-r", PACKAGES])
        installed.write_text(PACKAGES.read_text())
    port = free_port()
    conf, secret = folder / "trytond.conf", folder / "secret"
    conf.write_text(f"[database]\nuri=sqlite://\npath={folder}\n[web]\nlisten=127.0.0.1:{port}\n")
    secret.write_text(PASSWORD)
    (folder / "crm.sqlite").touch()  # it makes no file by itself
    admin = [binaries / "trytond-admin", "-c", conf, "-d", "crm"]
    env = {"TRYTONPASSFILE": str(secret), "PATH": "/usr/bin:/bin"}
    run([*admin, "--all", "--email", "a@example.test"], env=env, cwd=folder)
    run([*admin, "-u", "marketing_email", "--activate-dependencies"], env=env, cwd=folder)
    client = Tryton(port)
    with serving([binaries / "trytond", "-c", conf, "-d", "crm"], folder, client.log_in):
        yield client
        client.close()
