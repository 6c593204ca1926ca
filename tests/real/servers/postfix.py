"""Postfix, which delivers into the folder of mails that Dovecot shows; it starts for root only."""

import shutil
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real.servers.process import Account, program, run, serving

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
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = texthash:{folder}/conf/boxes
virtual_uid_maps = static:{owner.uid}
virtual_gid_maps = static:{owner.gid}
default_transport = error:no outbound mail in tests
"""


@contextmanager
def run_postfix(folder: Path, owner: Account, port: int) -> Iterator[None]:
    """Take mails for crm@ and keeper@example.test while the block lasts."""
    binary = program("postfix", "postfix")
    for name in ("conf", "spool", "data"):
        (folder / name).mkdir()
    conf = folder / "conf"
    for file in Path("/etc/postfix").iterdir():
        if file.is_file() and file.name != "main.cf":
            shutil.copy(file, conf)
    shutil.chown(folder / "data", "postfix")
    master = Path("/usr/share/postfix/master.cf.dist").read_text().splitlines()
    listens = f"127.0.0.1:{port} inet n - n - - smtpd"
    lines = [listens if line.startswith("smtp ") and "inet" in line else line for line in master]
    lines = [_unjailed(line) for line in lines]
    (conf / "master.cf").write_text("\n".join(lines) + "\n")
    (conf / "main.cf").write_text(POSTFIX.format(folder=folder, owner=owner))
    boxes = "".join(f"{name}@example.test {name}@example.test/\n" for name in ("crm", "keeper"))
    (conf / "boxes").write_text(boxes)

    def ready() -> None:
        smtplib.SMTP("127.0.0.1", port, local_hostname="client.example.test").quit()

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
