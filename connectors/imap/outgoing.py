"""Changes -> mails to whoever keeps the addresses over there; one each, with the data attached."""

import json
import smtplib
import ssl
from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from functools import partial
from typing import Any

from connectors.imap.mailbox import Login
from connectors.imap.profile import Outgoing
from connectors.imap.tls import Way, refuse_plain, trusted, way_to
from connectors.records import RecordReader
from connectors.writing import failed
from hub.errors import ConfigError, RejectedError, TransientError
from hub.model import Change, Outcome, Receipt

_LATER = 500
"""Below this an SMTP answer means: try again."""
_PATIENCE = 60
"""Seconds to wait for the mail server."""


class MailWriter:
    """Sends mails. The same change has the same Message-ID, so that a second one can be dropped."""

    def __init__(
        self, channel: str, facts: Outgoing, login: Login, authority: str, *, plain: bool
    ) -> None:
        """Read the address; raises ConfigError for one that is none."""
        self._name = channel
        self._facts = facts
        self._login = login
        self._authority = authority
        self._way: Way = way_to(facts.url, channel, plain=plain)
        for address in (facts.sender, facts.to):
            try:
                Address(addr_spec=address)
            except (MessageError, ValueError, IndexError) as error:
                raise ConfigError(f"{channel}: outgoing needs a sender and a to") from error

    def push(self, changes: Sequence[Change], records: RecordReader) -> list[Receipt]:
        """Send one mail a change; raises ConfigError while nothing was sent yet."""
        receipts: list[Receipt] = []
        try:
            with self._connect() as server:
                for change in changes:
                    receipts.append(self._send(server, change, records))  # noqa: PERF401 - partial
        except (smtplib.SMTPException, OSError, TransientError) as error:
            trouble = TransientError(
                f"{self._name}: the mail server fails ({type(error).__name__})"
            )
            receipts += [failed(change, trouble) for change in changes[len(receipts) :]]
        return receipts

    def _send(self, server: smtplib.SMTP, change: Change, records: RecordReader) -> Receipt:
        try:
            server.send_message(self._write(change))
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            if code < _LATER:
                raise
            return Receipt(
                change.id, Outcome.REJECTED, reason=f"{self._facts.to} is refused: {code}"
            )
        except smtplib.SMTPDataError as error:
            if error.smtp_code < _LATER:
                raise
            return Receipt(change.id, Outcome.REJECTED, reason=f"refused: {error.smtp_code}")
        except RejectedError as error:
            return Receipt(change.id, Outcome.REJECTED, reason=str(error))
        held = {**(change.base or {}), **change.fields}
        return Receipt(change.id, Outcome.SENT, records.read(held) if change.base else None)

    def _write(self, change: Change) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self._facts.sender, self._facts.to
        mail["Subject"] = f"Goldenrod: {change.operation} {_one_line(change.remote_id or 'new')}"
        mail["Message-ID"] = f"<{_one_line(change.id)}.{change.reference}@goldenrod.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        lines = [f"{name}: {_one_line(value)}" for name, value in change.fields.items()]
        mail.set_content(
            "\n".join([f"Customer {change.remote_id or change.reference}", *lines, ""])
        )
        told = {
            "id": change.remote_id,
            "reference": change.reference,
            "operation": change.operation,
            "fields": dict(change.fields),
        }
        try:
            body = json.dumps(told, ensure_ascii=False).encode()
        except (TypeError, UnicodeEncodeError):
            # "from None": the reason quotes the value.
            raise RejectedError("a value can't be written into a mail") from None
        mail.add_attachment(body, maintype="application", subtype="json", filename="change.json")
        return mail

    def _connect(self) -> smtplib.SMTP:
        way, name = self._way, self._facts.sender.rpartition("@")[2]
        context = trusted(self._authority, self._name)
        # A name is given, for the library would ask the network for this machine's.
        facts: dict[str, Any] = {"local_hostname": name, "timeout": _PATIENCE}
        kind = partial(smtplib.SMTP_SSL, context=context) if way.at_once else smtplib.SMTP
        try:
            server = kind(way.host, way.port, **facts)
            try:
                self._log_in(server, context)
            except (smtplib.SMTPException, OSError, ConfigError, TransientError):
                server.close()
                raise
        except ssl.SSLCertVerificationError as error:
            raise ConfigError(
                f"{self._name}: the mail server's certificate is not trusted"
            ) from error
        except smtplib.SMTPAuthenticationError:
            raise ConfigError(f"{self._name}: the mail server refuses the login") from None
        return server

    def _log_in(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        server.ehlo()
        if not self._way.at_once:
            if server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif not self._way.plain:
                raise refuse_plain(self._name)
        if not server.has_extn("auth"):
            return
        user, password, tokens = self._login
        if tokens:
            told = iter([tokens.answer()])
            server.auth("XOAUTH2", lambda _=None: next(told, ""))
        elif user:
            server.login(user, password)


def _one_line(value: object) -> str:
    return " ".join(str(value).split())[:500]
