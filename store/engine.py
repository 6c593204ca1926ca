"""One engine for the hub's database: SQLite in a file, or PostgreSQL by changing one URL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from hub.errors import ConfigError

_WAIT = 30  # seconds that a SQLite writer waits for the one before it
_EXPECTED = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_WAIT * 1000}",
    "PRAGMA journal_mode = WAL",  # readers and the writer don't wait for each other
    "PRAGMA synchronous = NORMAL",  # in WAL: a power cut loses the last commits, never the file
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",  # 64 MiB, at most, for each connection
    # 256 MiB of log, then its pages go to the file: each once, however often it was written.
    "PRAGMA wal_autocheckpoint = 64000",
)


def open_engine(text: str) -> Engine:
    """Return the engine for this URL, not yet connected. Raises ConfigError; shows no password.

    Parameters never appear in messages (``hide_parameters``): they are customers.
    """
    url = _read(text)
    if url.drivername != "sqlite":
        # Every thread needs two connections at most, one of them for its lock: no limit but that.
        return create_engine(url, hide_parameters=True, pool_pre_ping=True, max_overflow=-1)
    if in_memory(url):
        engine = create_engine(
            url,
            hide_parameters=True,
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
        )
    else:
        _make_private(Path(str(url.database)))
        engine = create_engine(url, hide_parameters=True, max_overflow=-1)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def in_memory(url: URL) -> bool:
    """Tell whether this SQLite database ends with the process."""
    return url.database in (None, "", ":memory:")


def empty_log(engine: Engine) -> None:
    """Let SQLite write its log into the file and begin it anew; waits for who reads from it.

    By itself SQLite does so as soon as nobody reads: with a reader at any time, never.
    """
    if engine.dialect.name == "sqlite":
        lent = engine.raw_connection()  # outside any transaction, which SQLAlchemy would begin
        try:
            lent.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
        finally:
            lent.close()


def sweep(engine: Engine) -> bool:
    """Write all pages of SQLite anew and empty its log; let PostgreSQL vacuum its tables.

    Returns False if a reader kept SQLite's log from being emptied.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM")
        return True
    lent = engine.raw_connection()  # outside any transaction, which SQLAlchemy would begin
    try:
        cursor = lent.cursor()
        cursor.execute("PRAGMA query_only = OFF")
        cursor.execute("VACUUM")
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.close()
    finally:
        lent.close()
    return not busy


def _read(text: str) -> URL:
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ConfigError(f"store: this is not a database URL; {_EXPECTED}") from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        return url.set(drivername="sqlite")
    raise ConfigError(f"store: {url.drivername!r} is not supported; {_EXPECTED}")


def _make_private(file: Path) -> None:
    """Create the file readable by its owner only: it is full of customers."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
    except OSError as error:
        raise ConfigError(f"store: {file} can't be made ({error.strerror})") from error


def _prepare(driver: Any, _record: Any) -> None:
    driver.isolation_level = None  # the driver would begin by itself, and too late
    for pragma in _PRAGMAS:
        driver.execute(pragma)


def _begin(connection: Connection) -> None:
    """Begin a reader that may not write, or a writer that waits for its turn before it reads.

    A writer that began as a reader would fail at its first write if another one came between.
    """
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
