"""The folder with the files, here or on an SFTP server, and every failure of it translated."""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

import paramiko
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.sftp import SFTPFileSystem

from connectors.files.hostkey import KnownHost
from connectors.files.profile import Sftp
from connectors.pace import Pace
from hub.config import Channel
from hub.errors import ConfigError, HubError, TransientError

_SCHEMES = ("file", "sftp")
_SSH_PORT = 22
_PATIENCE = 30
"""Seconds to wait for an SFTP server."""


class Entry(NamedTuple):
    """A file as the listing shows it."""

    name: str
    size: int
    time: float
    """Of the last change, in seconds; some servers tell whole ones only."""


class Folder:
    """One channel's folder."""

    def __init__(self, channel: Channel, facts: Sftp, pace: Pace) -> None:
        """Read the address; nothing is opened yet. Raises ConfigError."""
        self.name = channel.name
        self._channel = channel
        self._facts = facts
        self._pace = pace
        self._address = urlsplit(channel.url if "://" in channel.url else f"file://{channel.url}")
        if self._address.scheme not in _SCHEMES or not self._address.path:
            raise ConfigError(
                f"{self.name}: url is no folder; expected a path, file:///PATH or sftp://HOST/PATH"
            )
        self._root = PurePosixPath(unquote(self._address.path))
        self._known = KnownHost(channel.name, facts) if self._address.scheme == "sftp" else None
        self._files: AbstractFileSystem | None = None

    def list(self, pattern: str, most: int) -> list[Entry]:
        """Return the files whose name fits, the oldest first; letter case counts for nothing."""
        with self._translated("list the folder"):
            files = self._open()
            shown = files.ls(str(self._root), detail=True)
            shown = [files.info(one["name"]) if one["type"] == "link" else one for one in shown]
        found = [_entry(one) for one in shown if one["type"] == "file"]
        fitting = [one for one in found if fnmatch(one.name.lower(), pattern.lower())]
        if len(fitting) > most:
            raise ConfigError(
                f"{self.name}: the folder holds {len(fitting)} files; move those that are done away"
            )
        return sorted(fitting, key=lambda one: (one.time, one.name))

    def look(self, name: str) -> Entry | None:
        """Look at one file again; None if it is gone."""
        with self._translated(f"look at {name}"):
            try:
                return _entry(self._open().info(str(self._root / name)))
            except FileNotFoundError:
                return None

    def fetch(self, name: str, into: Path) -> None:
        """Copy one file; raises TransientError if it went away or changed on the way."""
        with self._translated(f"fetch {name}"):
            try:
                self._open().get_file(str(self._root / name), str(into))
            except FileNotFoundError as error:
                raise TransientError(f"{self.name}: {name} went away while it was read") from error

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Write a file so that nobody ever sees half of it: under another name, then renamed."""
        place = self._root / folder
        part = place / f".{name}.part"
        with self._translated(f"write {name}"):
            files = self._open()
            files.makedirs(str(place), exist_ok=True)
            with files.open(str(part), "wb") as stream:
                stream.write(content)
            files.mv(str(part), str(place / name))

    def close(self) -> None:
        """Give the connection back."""
        if isinstance(self._files, SFTPFileSystem):
            self._files.client.close()
        self._files = None

    def _open(self) -> AbstractFileSystem:
        if self._files is None:
            self._files = self._connect(self._known) if self._known else LocalFileSystem()
        return self._files

    def _connect(self, known: KnownHost) -> SFTPFileSystem:
        secret = self._channel.password.get_secret_value()
        login: dict[str, Any] = {"password": secret}
        if self._facts.key_file:
            login = {"key_filename": self._facts.key_file, "passphrase": secret or None}
        try:
            return SFTPFileSystem(
                self._address.hostname or "",
                port=self._address.port or _SSH_PORT,
                username=self._channel.username,
                host_key_policy=known,
                look_for_keys=False,
                allow_agent=False,
                timeout=_PATIENCE,
                banner_timeout=_PATIENCE,
                auth_timeout=_PATIENCE,
                skip_instance_cache=True,
                **login,
            )
        except (HubError, paramiko.SSHException, OSError, EOFError):
            known.hang_up()
            raise

    @contextmanager
    def _translated(self, doing: str) -> Iterator[None]:
        where = f"{self.name}: {doing}"
        try:
            with self._pace.turn(where):
                yield
        except paramiko.AuthenticationException as error:
            raise ConfigError(f"{where}: the login was refused; check the credentials") from error
        except paramiko.SSHException as error:
            raise TransientError(
                f"{where}: the server broke off ({type(error).__name__})"
            ) from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ConfigError(f"{where}: there is no such folder; check url") from error
        except PermissionError as error:
            raise ConfigError(f"{where}: a right is missing") from error
        except (OSError, EOFError) as error:
            raise TransientError(f"{where}: it failed ({type(error).__name__})") from error


def _entry(shown: dict[str, Any]) -> Entry:
    moment = shown["mtime"]
    seconds = moment if isinstance(moment, float | int) else moment.timestamp()
    return Entry(PurePosixPath(shown["name"]).name, shown["size"], float(seconds))
