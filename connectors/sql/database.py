"""A connection to a channel's database, and every failure of it translated."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from connectors.facts.profile import Limits
from connectors.pace import Pace
from hub.config import Channel
from hub.errors import ConfigError, HubError, RejectedError, TransientError

_BAD_LOGIN = ("password", "access denied", "authentication", "login failed", "logon denied")
_NO_DATABASE = ("unknown database", "does not exist", "cannot open database", "command denied")
_DRIVERS = {
    "oracledb": "'goldenrod[oracle]'",
    "pymssql": "'goldenrod[sqlserver]'",
    "pyodbc": "pyodbc",
    "MySQLdb": "mysqlclient",
}
"""Drivers that do not come with the hub: module, and what brings it."""
_PATIENCE = {
    "psycopg": ("connect_timeout", None),
    "pymysql": ("connect_timeout", "read_timeout"),
    "mysqldb": ("connect_timeout", "read_timeout"),
    "oracledb": ("tcp_connect_timeout", None),
    "pymssql": ("login_timeout", "timeout"),
}
"""What each driver calls the seconds to wait for a connection, and for an answer."""
LOCK_PATIENCE = 5
"""Seconds to wait for a lock that somebody else holds in an SQLite file."""


class Database:
    """One channel's database; ``transaction`` is the only way in."""

    def __init__(self, channel: Channel, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        """Read the address; nothing is connected yet. Raises ConfigError."""
        self.name = channel.name
        self.pace = Pace(channel.rate)
        try:
            url = sa.make_url(channel.url)
            if channel.username:
                url = url.set(
                    username=channel.username, password=channel.password.get_secret_value()
                )
            self._engine = _open(url, limits)
        except ModuleNotFoundError as error:
            package = _DRIVERS.get(error.name or "", "the driver")
            raise ConfigError(f"{self.name}: url needs a driver: pip install {package}") from None
        except (exc.ArgumentError, exc.NoSuchModuleError, ImportError) as error:
            # "from None": the library's own text may quote the address with its password.
            kind = type(error).__name__
            raise ConfigError(
                f"{self.name}: this is no database that we can open ({kind}); write one like "
                "sqlite:///FILE or postgresql+psycopg://HOST/DATABASE",
                setting="url",
            ) from None

    @contextmanager
    def transaction(self, doing: str) -> Iterator[sa.Connection]:
        """Open one short transaction; its failures leave as one of the four errors."""
        self._must_be_there()
        try:
            with self.pace.turn(f"{self.name}: {doing}"), self._engine.begin() as connection:
                yield connection
        except exc.SQLAlchemyError as error:
            # "from None": the library's own text holds the statement with its values.
            raise _translate(error, f"{self.name}: {doing}") from None

    def _must_be_there(self) -> None:
        """Refuse an SQLite file that does not exist: SQLite would make an empty one."""
        url = self._engine.url
        file = url.database or ""
        if url.get_backend_name() == "sqlite" and not Path(file).is_file():
            raise ConfigError(f"{self.name}: there is no database file {file}; check url")

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()


def _open(url: sa.URL, limits: Limits) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True, connect_args=patience(url, limits))
    engine = sa.create_engine(url, connect_args={"timeout": LOCK_PATIENCE})
    sa.event.listen(engine, "connect", _read_broken_text)
    return engine


def patience(url: sa.URL, limits: Limits) -> dict[str, int]:
    """Return what keeps this driver from waiting for ever; what the address itself says stays."""
    names = _PATIENCE.get(url.get_driver_name(), (None, None))
    waits = zip(names, (limits.connect, limits.answer), strict=True)
    return {name: max(1, round(wait)) for name, wait in waits if name and name not in url.query}


def _read_broken_text(connection: sqlite3.Connection, _: object) -> None:
    """Show bytes that are no UTF-8 as U+FFFD: one bad row must not hide all others."""
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")


def _translate(error: exc.SQLAlchemyError, where: str) -> HubError:
    kind = type(error).__name__
    spoken = isinstance(error, exc.DBAPIError)  # else SQLAlchemy itself could not bind a value
    if isinstance(error, exc.IntegrityError | exc.DataError) or not spoken:
        return RejectedError(f"{where}: the database refuses the values ({kind})")
    if isinstance(error, exc.ProgrammingError):
        return ConfigError(f"{where}: the statement does not fit the database ({kind})")
    if any(sign in str(error).lower() for sign in _BAD_LOGIN):
        return ConfigError(f"{where}: the login was refused; check the credentials")
    if any(sign in str(error).lower() for sign in _NO_DATABASE):
        return ConfigError(f"{where}: there is no such database, or a right is missing; check url")
    return TransientError(f"{where}: the database does not answer ({kind})")
