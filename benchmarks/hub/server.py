"""A PostgreSQL of its own, from the binaries of this machine.

With the settings it ships with, but for the buffers: a quarter of the memory, as its manual advises
(https://www.postgresql.org/docs/current/runtime-config-resource.html).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """Give the URL of an empty database for as long as the block lasts; None: no server here."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    folder.mkdir(parents=True)
    if os.getuid() == 0:  # initdb and postgres refuse root
        shutil.chown(folder, "postgres")
    place = folder.absolute()
    data, log = str(place / "data"), str(place / "log")
    _run(place, binaries / "initdb", "-D", data, "-U", "goldenrod", "-E", "UTF8")
    # A socket in its own folder: nothing to reach from outside.
    options = f"-k {place} -c listen_addresses= -c shared_buffers={_quarter()}MB"
    _run(place, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        yield f"postgresql://goldenrod@/postgres?host={place}"
    finally:
        _run(place, binaries / "pg_ctl", "-D", data, "-m", "fast", "-w", "stop")


def _quarter() -> int:
    """Return a quarter of this machine's memory, in megabytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 // 2**20


def _binaries() -> Path | None:
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _run(folder: Path, *command: str | Path) -> None:
    user: dict[str, Any] = {"user": folder.owner(), "group": folder.group(), "extra_groups": []}
    subprocess.run(
        command, cwd=folder, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        **(user if os.getuid() == 0 else {}),
    )  # fmt: skip
