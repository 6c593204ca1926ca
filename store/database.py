"""The store: opened once, brought up to date, then used in units of work.

    with Store(url) as store:
        store.migrate()
        with store.begin() as unit:
            unit.records.land(page, now())

One unit is one transaction: it commits on a clean exit and rolls back on any other.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from hub.errors import ConfigError, TransientError
from store.acts import Acts
from store.allowance import Allowance
from store.backup import dump
from store.consents import Consents
from store.contacts import ContactPoints
from store.customers import GoldenCustomers
from store.decisions import Decisions
from store.engine import empty_log, in_memory, open_engine, sweep
from store.erasure.erasures import Erasures
from store.index import MatchIndex
from store.integrity import Broken, check
from store.journal import Journal
from store.known import Known
from store.lock import exclusive
from store.migrations.head import HEAD, revision
from store.models import Models
from store.outbox import Outbox
from store.pairs import Pairs
from store.pins import Pins
from store.quarantine import Quarantine
from store.records import Records
from store.schema import Schemas
from store.stream_records import StreamRecords
from store.streams import Streams
from store.timeline import Timeline

_FOR_A_PERSON = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")


class Unit:
    """One transaction, and all that can be done in it, by noun."""

    def __init__(self, connection: Connection, secret: str) -> None:
        self.connection = connection
        self.erasures = Erasures(connection, secret)
        self.records = Records(connection, self.erasures)
        self.index = MatchIndex(connection)
        self.pairs = Pairs(connection)
        self.models = Models(connection)
        self.decisions = Decisions(connection)
        self.golden = GoldenCustomers(connection)
        self.outbox = Outbox(connection)
        self.journal = Journal(connection)
        self.quarantine = Quarantine(connection)
        self.known = Known(connection)
        self.streams = Streams(connection)
        self.stream_records = StreamRecords(connection, self.erasures)
        self.schemas = Schemas(connection)
        self.acts = Acts(connection)
        self.pins = Pins(connection)
        self.consents = Consents(connection)
        self.contacts = ContactPoints(connection)
        self.timeline = Timeline(connection)


class Store:
    """The hub's database; may be shared by threads, each with units of its own."""

    def __init__(self, url: str, secret: str = "") -> None:
        """Take ``sqlite:///FILE`` or ``postgresql://…``; nothing is reached yet.

        ``secret`` is behind the hashes of records that must stay away once they were erased.
        Raises ConfigError for a URL that can't be used.
        """
        self._engine = open_engine(url)
        self._secret = secret
        memory = self._engine.dialect.name == "sqlite" and in_memory(self._engine.url)
        # A database in memory is one connection: its users take turns.
        self._turn: AbstractContextManager[Any] = RLock() if memory else nullcontext()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give all connections back; the store can't be used afterwards."""
        self._engine.dispose()

    def migrate(self) -> None:
        """Bring the tables up to date; costs one query if they are.

        Several processes may do it at once. Raises ConfigError if the database can't be reached,
        or was written by a newer Goldenrod.
        """
        try:
            with self._engine.connect() as connection:
                if revision(connection) == HEAD:
                    return
        except DBAPIError as error:
            raise ConfigError(f"store: {_where(self._engine.url)}: {_why(error)}") from None
        from store.migrations.upgrade import upgrade  # noqa: PLC0415 - alembic is slow to import

        with _translated(), self._turn, self._engine.begin() as connection:
            upgrade(connection)

    @contextmanager
    def begin(self) -> Iterator[Unit]:
        """Open a unit of work. Raises TransientError where the database is busy or was lost."""
        with _translated(), self._turn, self._engine.begin() as connection:
            yield Unit(connection, self._secret)

    @contextmanager
    def read(self) -> Iterator[Unit]:
        """Open a unit that sees one moment and writes nothing; it never waits for a writer."""
        reader = self._engine.execution_options(reads=True)
        if reader.dialect.name == "postgresql":
            reader = reader.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with _translated(), self._turn, reader.begin() as connection:
            yield Unit(connection, self._secret)

    def empty_log(self) -> None:
        """Keep SQLite's log short although others read all the time; nothing for PostgreSQL."""
        with _translated(), self._turn:
            empty_log(self._engine)

    @property
    def is_shared(self) -> bool:
        """Whether other processes can open it: a pickled store is opened anew where it arrives."""
        return isinstance(self._turn, nullcontext)

    def __reduce__(self) -> tuple[Any, ...]:
        return _opened, (self._engine.url.render_as_string(hide_password=False), self._secret)

    @property
    def database(self) -> str:
        """Which database this is: ``sqlite`` or ``postgresql``."""
        return self._engine.dialect.name

    def dump(self, file: Path) -> None:
        """Write all that is remembered to ``file``, as it is at this moment."""
        with _translated(), self._turn:
            dump.write(self._engine, file)

    def replace(self, file: Path) -> None:
        """Put what `dump` wrote in the place of all that is remembered; `migrate` must follow."""
        with _translated(), self._turn:
            dump.read(self._engine, file)

    def broken(self) -> list[Broken]:
        """Return the promises of the tables that do not hold: none, in a sound store."""
        with self.read() as unit:
            return check(unit.connection)

    def sweep(self) -> bool:
        """Write the tables anew, so that nothing that was deleted is left in their files.

        SQLite: the file and its log; False if a reader kept the log from being emptied.
        PostgreSQL: what was deleted is taken out of the tables; its own log is the server's.
        """
        with _translated(), self._turn:
            return sweep(self._engine)

    @contextmanager
    def exclusive(self, name: str) -> Iterator[None]:
        """Do ``name`` alone in the whole installation, until the block or the process ends.

        Raises TransientError if another process is at it.
        """
        with _translated(), exclusive(self._engine, name):
            yield

    def allowance(self, channel: str) -> Allowance:
        """Return how fast and how often this channel may be called, by all processes together."""
        return Allowance(self._engine, channel)


@cache  # a worker is sent the same store with every piece of work
def _opened(url: str, secret: str) -> Store:
    return Store(url, secret)


@contextmanager
def _translated() -> Iterator[None]:
    """Sort the driver's errors by what to do next; what is left is a defect of ours."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if name == "SQLITE_ERROR":  # a mistake in our SQL: what PostgreSQL calls ProgrammingError
            raise
        if name.startswith(_FOR_A_PERSON):
            raise ConfigError(f"store: {_why(error)}") from error
        raise TransientError(f"store: {_why(error)}") from error


def _where(url: Any) -> str:
    return str(url.render_as_string(hide_password=True))


def _why(error: DBAPIError) -> str:
    """Return the driver's first line: the ones after it may quote a row."""
    return (str(error.orig).strip().splitlines() or [type(error.orig).__name__])[0]
