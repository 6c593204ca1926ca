"""One folder of a mail box, read by IMAP, and every failure of it translated.

The folder is opened for reading only: nobody over there sees that the hub was here, unless the
profile names a flag to set.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectors.imap.oauth import MailTokens
from connectors.imap.tls import Way, refuse_plain, trusted
from connectors.pace import Pace
from hub.errors import ConfigError, TransientError

_WINDOW = 20_000
"""UIDs in one answer to a search: a line of some 150 kB."""
_UID = re.compile(rb"UID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]+)"')
_TRANSIENT = ("UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "TRYAGAIN")


class Login(NamedTuple):
    """Who we are."""

    user: str
    password: str
    tokens: MailTokens | None = None
    """Where a token comes from, if one logs in instead."""


class Trust(NamedTuple):
    """Whom we trust, and for how long we wait."""

    authority: str
    """A file with certificates; empty: the ones that this machine knows."""
    patience: float
    """Seconds."""


class State(NamedTuple):
    """What identifies the folder's numbers: they are void once ``validity`` changes."""

    validity: int
    next: int


class Message(NamedTuple):
    """The beginning of a mail."""

    uid: int
    at: datetime
    """When it came in, by the server's clock: the Date header may say anything."""
    raw: bytes


class Mailbox:
    """A connection that is opened at its first use."""

    def __init__(self, channel: str, way: Way, login: Login, trust: Trust, pace: Pace) -> None:
        self.name = channel
        self._way = way
        self._login = login
        self._trust = trust
        self._pace = pace
        self._client: imaplib.IMAP4 | None = None

    def open(self, folder: str, *, writable: bool = False) -> State:
        """Open the folder and return its numbers; raises ConfigError if it is not there.

        They come with the opening: of a folder that is open already, STATUS may tell old ones.
        """
        with self._translated("open the folder") as client:
            try:
                kind, said = client.select(_quoted(folder), readonly=not writable)
            except imaplib.IMAP4.readonly:
                kind, said = "NO", []
            self._must(kind, said, f"the folder {folder} can't be opened; check url and the rights")
            told = [client.response(name)[1][0] for name in ("UIDVALIDITY", "UIDNEXT")]
        numbers = [int(it) for it in told if isinstance(it, bytes) and it.isdigit()]
        if len(numbers) != len(told):
            raise ConfigError(f"{self.name}: the server tells no UIDVALIDITY; it can't be followed")
        return State(*numbers)

    def numbers(self, first: int, end: int) -> Iterator[int]:
        """Yield the UIDs from ``first`` up to before ``end``, in order."""
        for start in range(first, end, _WINDOW):
            last = min(start + _WINDOW, end) - 1
            found = self._search("UID", f"{start}:{last}")
            # A range that lies beyond the last mail shows that mail: drop what was not asked for.
            yield from sorted(uid for uid in found if start <= uid <= last)

    def numbers_from(self, sender: str, before: int, most: int) -> list[int]:
        """Return the latest UIDs below ``before`` whose sender may be this one."""
        if not sender.isascii():
            return []
        found = self._search("UID", f"1:{before - 1}", "FROM", _quoted(sender))
        return sorted(uid for uid in found if uid < before)[-most:]

    def fetch(self, uids: Sequence[int], size: int) -> list[Message]:
        """Fetch the beginning of these mails; those that are gone meanwhile are left out."""
        if not uids:
            return []
        wanted = ",".join(map(str, uids))
        doing = f"fetch mails {uids[0]} to {uids[-1]}"
        with self._translated(doing) as client:
            kind, told = client.uid("FETCH", wanted, f"(UID INTERNALDATE BODY.PEEK[]<0.{size}>)")
            self._must(kind, told, f"{doing}: they can't be fetched")
        return sorted(message for message in map(_message, told) if message)

    def mark(self, uids: Sequence[int], flag: str) -> None:
        """Set a flag on these mails."""
        with self._translated("mark mails") as client:
            which = ",".join(map(str, uids))
            kind, told = client.uid("STORE", which, "+FLAGS.SILENT", f"({flag})")
            self._must(kind, told, f"the flag {flag} can't be set")

    def delete(self, uids: Sequence[int]) -> None:
        """Delete these mails for good, and no others that somebody else marked as deleted."""
        with self._translated("delete mails") as client:
            which = ",".join(map(str, uids))
            client.uid("STORE", which, "+FLAGS.SILENT", r"(\Deleted)")
            kind, told = client.uid("EXPUNGE", which)
            self._must(kind, told, "the mails can't be deleted")

    def close(self) -> None:
        """Log out."""
        if self._login.tokens:
            self._login.tokens.close()
        client, self._client = self._client, None
        if client is not None:
            try:
                client.logout()
            except (imaplib.IMAP4.error, OSError):
                client.shutdown()

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with suppress(OSError):
                client.shutdown()

    def _search(self, *criteria: str) -> list[int]:
        with self._translated("search the folder") as client:
            kind, told = client.uid("SEARCH", *criteria)
            self._must(kind, told, "the search failed")
        return [int(uid) for part in told if part for uid in part.split()]

    def _must(self, kind: str, told: Sequence[object], otherwise: str) -> None:
        """Raise what an answer that is not OK means: a server that is busy says so."""
        if kind == "OK":
            return
        if any(sign in str(told).upper() for sign in _TRANSIENT):
            raise TransientError(f"{self.name}: {otherwise}: the server is busy")
        raise ConfigError(f"{self.name}: {otherwise}")

    @contextmanager
    def _translated(self, doing: str) -> Iterator[imaplib.IMAP4]:
        where = f"{self.name}: {doing}"
        try:
            with self._pace.turn(where):
                self._client = self._client or self._connect()
                yield self._client
        except ssl.SSLCertVerificationError as error:
            raise ConfigError(f"{where}: the server's certificate is not trusted") from error
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            self._hang_up()
            raise TransientError(
                f"{where}: the server broke off ({type(error).__name__})"
            ) from error
        except imaplib.IMAP4.error as error:
            # "from None": the library's own text may quote what was sent.
            if any(sign in str(error).upper() for sign in _TRANSIENT):
                raise TransientError(f"{where}: the server is busy") from None
            raise ConfigError(f"{where}: the server refuses") from None

    def _connect(self) -> imaplib.IMAP4:
        way = self._way
        if way.at_once:
            context = trusted(self._trust.authority, self.name)
            client: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                way.host, way.port, ssl_context=context, timeout=self._trust.patience
            )
        else:
            client = imaplib.IMAP4(way.host, way.port, timeout=self._trust.patience)
        try:
            self._log_in(client)
        except (imaplib.IMAP4.error, OSError, ConfigError, TransientError):
            with suppress(OSError):  # a handshake that failed has closed it
                client.shutdown()
            raise
        return client

    def _log_in(self, client: imaplib.IMAP4) -> None:
        if not self._way.at_once:
            if "STARTTLS" in client.capabilities:
                client.starttls(trusted(self._trust.authority, self.name))
            elif not self._way.plain:
                raise refuse_plain(self.name)
        try:
            self._say_who(client)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            if any(sign in str(error).upper() for sign in _TRANSIENT):
                raise
            raise ConfigError(
                f"{self.name}: the login was refused; check the credentials"
            ) from None

    def _say_who(self, client: imaplib.IMAP4) -> None:
        user, password, tokens = self._login
        if tokens:
            # A refusal comes as a challenge, which an empty answer ends.
            told = iter([tokens.answer().encode()])
            client.authenticate("XOAUTH2", lambda _: next(told, b""))
        elif "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
        else:
            client.login(user, password)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _message(part: Any) -> Message | None:
    if not isinstance(part, tuple):
        return None
    head, raw = part
    uid, at = _UID.search(head), _DATE.search(head)
    if not (uid and at):
        return None
    told = at[1].decode("ascii", "replace").strip()
    moment = datetime.strptime(told, "%d-%b-%Y %H:%M:%S %z")
    return Message(int(uid[1]), moment.astimezone(UTC), raw)
