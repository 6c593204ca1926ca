"""The tier of real software: servers that nobody here wrote, and the hub between them.

`make test-real` runs it; `make test` never looks here. Each server is a process of this machine,
started for the tests that need it and ended by its number. What is missing is a failure that names
the package, not a skip.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from tests.real.hub import Hub
from tests.real.servers.databases import run_mariadb, run_postgresql
from tests.real.servers.mail import run_post
from tests.real.servers.sftp import run_sftp
from tests.real.servers.tryton import run_tryton
from tests.real.servers.vendure import run_vendure
from tests.real.worlds.world import World

SERVERS = {
    "postgresql": run_postgresql,
    "mariadb": run_mariadb,
    "post": run_post,
    "sftp": run_sftp,
    "tryton": run_tryton,
    "vendure": run_vendure,
}
OWNERS = {"postgresql": "postgres", "mariadb": "mysql"}
"""Whose folder it must be, if root starts the server: it would not run as root."""


def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.real)


def _serve(name):
    @pytest.fixture(scope="session", name=name)
    def server():
        with tempfile.TemporaryDirectory(prefix=f"goldenrod-{name}-") as place:
            folder = Path(place)
            folder.chmod(0o755)
            if os.getuid() == 0 and name in OWNERS:
                shutil.chown(folder, OWNERS[name])
            with SERVERS[name](folder) as running:
                yield running

    return server


postgresql, mariadb, post, sftp, tryton, vendure = (_serve(name) for name in SERVERS)


@pytest.fixture
def hub(tmp_path):
    """Return a function: a world -> a hub with its channel and the office beside it."""
    made = []

    def make(world: World) -> Hub:
        made.append(Hub(tmp_path, world))
        return made[-1]

    yield make
    for one in made:
        one.close()
