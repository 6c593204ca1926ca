"""PostgreSQL and MariaDB, each a server of its own in a folder of its own."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from tests.real.servers.process import account, free_port, program, run, serving


@contextmanager
def run_postgresql(folder: Path) -> Iterator[sa.URL]:
    """Run PostgreSQL; yields the address of its one database and the login in it."""
    who, port = account("postgres"), free_port()
    binaries = [str(found) for found in Path("/usr/lib/postgresql").glob("*/bin")]
    initdb = program("initdb", "postgresql", *binaries)
    data = folder / "data"
    secret = folder / "secret"
    secret.write_text("root-Pass1")
    secret.chmod(0o644)
    given = ["-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "-U", "postgres"]
    run([initdb, "-D", data, *given], who, cwd=folder)
    url = sa.make_url(f"postgresql+psycopg://postgres:root-Pass1@127.0.0.1:{port}/postgres")
    options = ["-p", port, "-k", data, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    postgres = Path(initdb).with_name("postgres")
    with serving(
        [postgres, "-D", data, *options],
        folder,
        lambda: _execute(url),
        who=who,
        stop=signal.SIGINT,  # the quick, clean way out
    ):
        _execute(
            url, "create role crm login password 'crm-Pass1'", "create database legacy owner crm"
        )
        yield url.set(username="crm", password="crm-Pass1", database="legacy")  # noqa: S106


@contextmanager
def run_mariadb(folder: Path) -> Iterator[sa.URL]:
    """Run MariaDB with a database in latin1, as old systems have it; yields address and login."""
    who, port = account("mysql"), free_port()
    server = program("mariadbd", "mariadb-server")
    data, pipe = folder / "data", folder / "m.sock"
    install = program("mariadb-install-db", "mariadb-server")
    run(
        [install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal",
         "--skip-test-db", f"--user={who.name}"],
        who,
        cwd=folder,
    )  # fmt: skip
    root = sa.URL.create("mariadb+pymysql", "root", host="127.0.0.1", port=port)
    with serving(
        [server, "--no-defaults", f"--datadir={data}", "--bind-address=127.0.0.1",
         f"--port={port}", f"--socket={pipe}", f"--pid-file={folder / 'm.pid'}",
         "--innodb-flush-log-at-trx-commit=0"],
        folder,
        lambda: _execute(root),
        who=who,
    ):  # fmt: skip
        _execute(
            root,
            # At localhost: an anonymous user there would hide one of any other place.
            "create user crm@localhost identified by 'crm-Pass1'",
            "create database legacy character set latin1",
            "grant all on legacy.* to crm@localhost",
        )
        yield root.set(username="crm", password="crm-Pass1", database="legacy")  # noqa: S106


def _execute(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            for statement in statements or ("select 1",):
                connection.exec_driver_sql(statement)
    finally:
        engine.dispose()
