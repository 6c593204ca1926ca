"""Every store test runs on both databases.

PostgreSQL is the server that GOLDENROD_TEST_POSTGRES names, or a private one, started from the
binaries of this machine in a temporary directory and stopped at the end. Each worker has its own
database, emptied for every test; SQLite gets a copy of a migrated file.
"""

import os
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from hub.model import (
    Attributes,
    Customer,
    GoldenCustomer,
    Key,
    Kind,
    Origin,
    PersonName,
    SourceRecord,
)
from store.database import Store
from store.records import Due, Mapped
from store.tables import metadata

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")


def _binaries():
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _run(folder, *command):
    """Run a server command; initdb and postgres refuse root, so root becomes their user."""
    user = {"user": folder.owner(), "group": folder.group(), "extra_groups": []}
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        **(user if os.getuid() == 0 else {}),
    )


def _give_away(folder):
    for user in ("postgres", "nobody"):
        try:
            shutil.chown(folder, user)
        except LookupError:
            continue
        return
    pytest.skip("root can't start PostgreSQL: there is no user postgres or nobody")


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a server in which databases may be made."""
    given = os.environ.get("GOLDENROD_TEST_POSTGRES")  # noqa: TID251 - a setting of the tests
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL: set GOLDENROD_TEST_POSTGRES or install a server")
    with tempfile.TemporaryDirectory(prefix="goldenrod-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.getuid() == 0:
            _give_away(folder)
        data = str(folder / "data")
        _run(folder, binaries / "initdb", "-D", data, "-U", "goldenrod", "-E", "UTF8")
        # A socket in its own folder: no port to quarrel about, nothing to reach from outside.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c full_page_writes=off"
        log = str(folder / "log")
        _run(folder, binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        try:
            yield make_url(f"postgresql+psycopg://goldenrod@/postgres?host={folder}")
        finally:
            _run(folder, binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _new_database(server, name):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)


def _migrated(url):
    with Store(url) as store:
        store.migrate()
    return url


@pytest.fixture(scope="session")
def postgres_database(postgres_server, worker_id):
    return _migrated(_new_database(postgres_server, f"goldenrod_{worker_id}"))


@pytest.fixture(params=DATABASES)
def empty_url(request, tmp_path):
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'hub.db'}"
    server = request.getfixturevalue("postgres_server")
    worker = request.getfixturevalue("worker_id")
    return _new_database(server, f"goldenrod_{worker}_empty")


@pytest.fixture(params=DATABASES)
def url(request, tmp_path):
    """A database with empty tables."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        return f"sqlite:///{shutil.copy(template, tmp_path / 'hub.db')}"
    url = request.getfixturevalue("postgres_database")
    tables = ", ".join(metadata.tables)
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    engine.dispose()
    return url


@pytest.fixture
def store(url):
    with Store(url, secret="of the tests") as opened:  # noqa: S106 - no secret of anybody
        yield opened


def customer(key, given="Anna", family="Müller", **more):
    return Customer(key=key, name=PersonName(given=given, family=family), **more)


@pytest.fixture
def land(store):
    """Land and map records ``erp:1 … erp:n``; return their ids."""

    def landed(number, channel="erp"):
        keys = [Key(channel, str(n)) for n in range(1, number + 1)]
        with store.begin() as unit:
            unit.records.land([SourceRecord(key, {"No": key.id}) for key in keys], NOON)
            known = unit.records.by_key(keys)
            ids = [known[key].id for key in keys]
            unit.records.save_mapped(
                [Mapped(n, customer(k), None, Due.MATCH) for n, k in zip(ids, keys, strict=True)]
            )
            unit.records.set_due(ids, None)
        return ids

    return landed


@pytest.fixture
def make_golden(store):
    """Save a golden customer with these members."""

    def made(golden_id, ids=(), version=1, at=NOON, **attributes):
        name = PersonName(given="Anna", family="Müller")
        with store.begin() as unit:
            golden = GoldenCustomer(
                id=golden_id,
                version=version,
                attributes=Attributes(**{"kind": Kind.PERSON, "name": name, **attributes}),
                provenance={"name": (Origin(key=Key("erp", "1"), at=NOON, rule="most_trusted"),)},
                members=tuple(sorted(record.key for record in unit.records.get(ids))),
            )
            unit.golden.save([golden], at, None)
            unit.records.assign([(number, golden_id) for number in ids])
        return golden

    return made
