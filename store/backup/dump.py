"""A database in one file, taken while the hub works, and put back.

SQLite: its online backup, which reads one moment and holds up no writer. PostgreSQL: pg_dump in
its custom format and pg_restore, as the manual's chapter "SQL Dump" says; a password goes to them
in the environment, never on the command line.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine

from hub.errors import ConfigError, TransientError
from store.tables import metadata


def write(engine: Engine, file: Path) -> None:
    """Write the database as it is at this moment to ``file``, readable by its owner only.

    Raises ConfigError where PostgreSQL's programs are missing, TransientError where they failed.
    """
    file.touch(mode=0o600)
    if engine.dialect.name == "sqlite":
        with _sqlite(engine) as source, closing(sqlite3.connect(file)) as target:
            source.backup(target)
        return
    _call(engine, ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}"])


def read(engine: Engine, file: Path) -> None:
    """Put the database of ``file`` in the place of this one: all of it, or nothing.

    Raises what `write` raises.
    """
    if engine.dialect.name == "sqlite":
        # Immutable: a backup never changes, and needs no lock and no log beside it.
        with (
            closing(sqlite3.connect(f"{file.as_uri()}?immutable=1", uri=True)) as source,
            _sqlite(engine) as target,
        ):
            source.backup(target)
        return
    names = ", ".join([*metadata.tables, "alembic_version"])
    script = file.with_suffix(".sql")
    try:
        script.touch(mode=0o600)
        # Into a file first: psql would take the end of a broken pipe for the end of the dump.
        _call(
            engine,
            ["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file)],
        )
        _call(
            engine,
            [
                *("psql", "--quiet", "--no-psqlrc", "--single-transaction"),
                *("--set=ON_ERROR_STOP=1", f"--command=DROP TABLE IF EXISTS {names} CASCADE"),
                f"--file={script}",
            ],
        )
    finally:
        script.unlink(missing_ok=True)


@contextmanager
def _sqlite(engine: Engine) -> Iterator[sqlite3.Connection]:
    """Lend the driver's own connection, which alone knows the backup."""
    lent = engine.raw_connection()
    try:
        driver = lent.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the engine's dialect says so
        yield driver
    finally:
        lent.close()


def _call(engine: Engine, command: Sequence[str]) -> None:
    url = engine.url
    # libpq's own names; what the URL leaves out, libpq finds as it does for the hub itself.
    known = {
        "PGHOST": url.host or url.query.get("host"),
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password and str(url.password),
        "PGDATABASE": url.database,
    }
    environment = {name: str(value) for name, value in known.items() if value}
    done = subprocess.run(  # noqa: S603 - our own words
        [_program(command[0]), *command[1:]],
        env={**os.environ, **environment},  # noqa: TID251 - handed on to the program
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    if done.returncode:
        why = (done.stderr.decode(errors="replace").strip().splitlines() or ["no reason given"])[0]
        raise TransientError(f"store: {command[0]} failed: {why}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ConfigError(f"store: there is no {name} here; install PostgreSQL's client programs")
    return found
