"""Dovecot and Postfix, bound to each other by a folder of mails. Nothing leaves the machine."""

import imaplib
import os
import shutil
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.real.servers.process import Account, account, free_port, program, run, serving

PASSWORD = "mail-Pass1"  # noqa: S105 - of a server that lives as long as the test
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
POSTFIX = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/data/log
maillog_file_prefixes = {folder}
myhostname = mail.example.test
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
smtpd_tls_cert_file = {folder}/cert.pem
smtpd_tls_key_file = {folder}/key.pem
smtpd_tls_security_level = may
smtpd_client_connection_rate_limit = 0
virtual_mailbox_domains = example.test
virtual_mailbox_base = {mail}
virtual_mailbox_maps = texthash:{folder}/conf/boxes
virtual_uid_maps = static:{owner.uid}
virtual_gid_maps = static:{owner.gid}
default_transport = error:no outbound mail in tests
"""


class Post(NamedTuple):
    """Where mails are read and where they are sent."""

    imap: int
    imaps: int
    smtp: int
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
    dovecot, postfix = program("dovecot", "dovecot-imapd"), program("postfix", "postfix")
    if os.getuid():
        pytest.fail("Postfix starts for root only: run this tier as root", pytrace=False)
    owner = account("nobody")
    mail = folder / "mail"
    mail.mkdir()
    os.chown(mail, owner.uid, owner.gid)
    _certify(folder)
    at = Post(free_port(), free_port(), free_port(), folder / "cert.pem")
    with _dovecot(dovecot, folder, mail, owner, at), _postfix(postfix, folder, mail, owner, at):
        yield at


@contextmanager
def _dovecot(binary: str, folder: Path, mail: Path, owner: Account, at: Post) -> Iterator[None]:
    for name in ("run", "state"):
        (folder / name).mkdir()
    text = DOVECOT.format(
        folder=folder, mail=mail, owner=owner, password=PASSWORD, imap=at.imap, imaps=at.imaps,
        internal="dovecot", group="dovecot", login="dovenull",
    )  # fmt: skip
    (folder / "dovecot.conf").write_text(text)

    def ready() -> None:
        at.box("crm@example.test").logout()

    with serving([binary, "-F", "-c", folder / "dovecot.conf"], folder, ready):
        yield


@contextmanager
def _postfix(binary: str, folder: Path, mail: Path, owner: Account, at: Post) -> Iterator[None]:
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir()
    conf = folder / "conf"
    for file in Path("/etc/postfix").iterdir():
        if file.is_file() and file.name != "main.cf":
            shutil.copy(file, conf)
    shutil.chown(folder / "data", "postfix")
    master = Path("/usr/share/postfix/master.cf.dist").read_text().splitlines()
    listens = f"127.0.0.1:{at.smtp} inet n - n - - smtpd"
    lines = [listens if line.startswith("smtp ") and "inet" in line else line for line in master]
    lines = [_unjailed(line) for line in lines]
    (conf / "master.cf").write_text("\n".join(lines) + "\n")
    (conf / "main.cf").write_text(POSTFIX.format(folder=folder, mail=mail, owner=owner))
    boxes = "".join(f"{name}@example.test {name}@example.test/\n" for name in ("crm", "keeper"))
    (conf / "boxes").write_text(boxes)

    def ready() -> None:
        at.sender().quit()

    with serving([binary, "-c", conf, "start-fg"], folder, ready):
        try:
            yield
        finally:
            run([binary, "-c", conf, "stop"])


def _unjailed(line: str) -> str:
    """Let every part of Postfix run outside its jail, which nobody has filled."""
    parts = line.split()
    if line[:1].isspace() or line.startswith("#") or len(parts) < 8:
        return line
    parts[4] = "n"
    return " ".join(parts)


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
