"""Vendure 3.7, a web shop: from npm, in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.real.servers.home import home
from tests.real.servers.process import free_port, program, run, serving

PACKAGES = ("@vendure/core@3.7.3", "sql.js@1.16.0")
PASSWORD = "superadmin"  # noqa: S105 - of a server that lives as long as the test
SCRIPT = Path(__file__).with_name("vendure.js")


class Vendure:
    """A client of our own."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/admin-api"
        self._http = requests.Session()

    def log_in(self) -> None:
        self.ask(
            'mutation { login(username: "superadmin", password: "superadmin") { __typename } }'
        )

    def ask(self, query: str, **variables: Any) -> Any:
        body = {"query": query, "variables": variables}
        answer = self._http.post(self.url, json=body, timeout=120)
        if token := answer.headers.get("vendure-auth-token"):
            self._http.headers["Authorization"] = f"Bearer {token}"
        told = answer.json()
        if told.get("errors"):
            raise RuntimeError(told["errors"])
        return told["data"]

    def close(self) -> None:
        self._http.close()


@contextmanager
def run_vendure(folder: Path) -> Iterator[Vendure]:
    """Install it and serve it with an empty shop."""
    node, npm = program("node", "nodejs"), program("npm", "npm")
    if (version := run([node, "--version"]).strip()).removeprefix("v").split(".")[0] < "20":
        pytest.fail(f"Vendure needs Node 20 or newer, and this is {version}", pytrace=False)
    place = home("vendure")
    if not (place / "installed").exists():
        (place / "package.json").write_text('{"private": true}')
        quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
        run([npm, "install", *quiet, *PACKAGES], cwd=place)
        (place / "installed").touch()
    client = Vendure(port := free_port())
    env = {"NODE_PATH": str(place / "node_modules"), "VENDURE_DISABLE_TELEMETRY": "true"}
    with serving([node, SCRIPT, port], folder, client.log_in, env=env):
        yield client
        client.close()
