"""aiosmtpd before Dovecot's own delivery: for whoever runs the tests without being root."""

import asyncio
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.real.servers.process import Account, program

PASSWORD = "mail-Pass1"  # noqa: S105 - of a server that lives as long as the test
BOXES = ("crm@example.test", "keeper@example.test")


class _Deliver:
    """Gives each mail to `dovecot-lda`, and turns strangers away."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: list[str]
    ) -> str:
        if address not in BOXES:
            return "550 5.1.1 no such box"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        for box in envelope.rcpt_tos:
            command = [*self._command, "-d", box, "-f", envelope.mail_from]
            lda = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE)
            await lda.communicate(envelope.content)
            if lda.returncode:
                return "451 4.3.0 not delivered"
        return "250 OK"


def _let_in(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, told: LoginPassword
) -> AuthResult:
    known = told.login.decode() in BOXES and told.password.decode() == PASSWORD
    return AuthResult(success=known, handled=False)


@contextmanager
def run_smtpd(folder: Path, _owner: Account, port: int) -> Iterator[None]:
    """Take mails for crm@ and keeper@example.test while the block lasts."""
    binary = program("dovecot-lda", "dovecot-core", "/usr/lib/dovecot")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    deliver = _Deliver([binary, "-c", str(folder / "dovecot.conf")])
    server = Controller(
        deliver, hostname="127.0.0.1", port=port, tls_context=context, authenticator=_let_in
    )
    server.start()
    try:
        yield
    finally:
        server.stop()
