"""Dovecot, and who brings it the mails: Postfix, or aiosmtpd where we are not root.

Postfix starts for root only. Nothing leaves the machine.
"""

import grp
import imaplib
import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.real.servers.issuer import run_issuer
from tests.real.servers.postfix import run_postfix
from tests.real.servers.process import Account, account, free_port, program, serving
from tests.real.servers.smtpd import PASSWORD, run_smtpd

DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{mail}/%u
mail_uid = {owner.uid}
mail_gid = {owner.gid}
first_valid_uid = 1
first_valid_gid = 1
auth_failure_delay = 0
auth_mechanisms = plain xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner.uid} gid={owner.gid} home={mail}/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
  }}
}}
"""

OAUTH = """
tokeninfo_url = http://127.0.0.1:{issuer}/tokeninfo?access_token=
username_attribute = email
"""


class Post(NamedTuple):
    """Where mails are read and where they are sent."""

    imap: int
    imaps: int
    smtp: int
    issuer: int
    """Where tokens are given out, for who logs in without a password."""
    authority: Path

    def box(self, user: str) -> imaplib.IMAP4_SSL:
        """Return a client of our own, logged in."""
        context = ssl.create_default_context(cafile=str(self.authority))
        client = imaplib.IMAP4_SSL("127.0.0.1", self.imaps, ssl_context=context)
        client.login(user, PASSWORD)
        return client

    def sender(self) -> smtplib.SMTP:
        """Return a client of our own that may send."""
        return smtplib.SMTP("127.0.0.1", self.smtp, local_hostname="client.example.test")


@contextmanager
def run_post(folder: Path) -> Iterator[Post]:
    """Run both servers; the boxes are crm@ and keeper@example.test."""
    dovecot = program("dovecot", "dovecot-imapd")
    owner = account("nobody")
    mail = folder / "mail"
    mail.mkdir()
    os.chown(mail, owner.uid, owner.gid)
    _certify(folder)
    arrives = run_smtpd if os.getuid() else run_postfix
    with run_issuer() as issuer:
        at = Post(free_port(), free_port(), free_port(), issuer, folder / "cert.pem")
        with _dovecot(dovecot, folder, mail, owner, at), arrives(folder, owner, at.smtp):
            yield at


@contextmanager
def _dovecot(binary: str, folder: Path, mail: Path, owner: Account, at: Post) -> Iterator[None]:
    for name in ("run", "state"):
        (folder / name).mkdir()
    text = DOVECOT.format(
        folder=folder, mail=mail, owner=owner, password=PASSWORD, imap=at.imap, imaps=at.imaps,
        **_servants(owner),
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text)
    (folder / "oauth2.conf").write_text(OAUTH.format(issuer=at.issuer))

    def ready() -> None:
        at.box("crm@example.test").logout()

    with serving([binary, "-F", "-c", folder / "dovecot.conf"], folder, ready):
        yield


def _servants(owner: Account) -> dict[str, str]:
    """Return whom the parts of Dovecot run as: its own users, or us, who can't become others."""
    if os.getuid():
        group = grp.getgrgid(owner.gid).gr_name
        return {"internal": owner.name, "group": group, "login": owner.name}
    return {"internal": "dovecot", "group": "dovecot", "login": "dovenull"}


def _certify(folder: Path) -> None:
    """Write a key and a certificate for 127.0.0.1 that trusts itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.test")])
    now = datetime.now(UTC)  # noqa: TID251 - a certificate is about this very hour
    hosts = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(hosts, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "key.pem").touch(0o600)
    (folder / "key.pem").write_bytes(private)
