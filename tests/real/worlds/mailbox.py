"""A mail box in Dovecot, to which Postfix delivers: a customer is who writes to it."""

import imaplib
import json
import time
from collections.abc import Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from tests.real.servers.mail import PASSWORD, Post
from tests.real.worlds.world import PHONE, Person, digits

PATIENCE = 120
KEEPER = "keeper@example.test"
CRM = "crm@example.test"
MAP = """
vendor: mailbox
fields:
  - {path: name, field: name, format: "{prefix} {given} {middle} {family} {suffix}"}
  - {path: address, field: emails, required: true, write: never}
  - {path: phone, field: phones}
  - {path: last_mail, field: changed_at, format: iso}
consents:
  - path: newsletter
    purpose: newsletter
    values: {unsubscribed: denied}
    at: {denied: unsubscribed_at}
"""


class MailWorld:
    lists_all = False
    deletes = True
    better = ("phone", PHONE)

    def __init__(self, server: Post) -> None:
        self.server = server
        self.names: dict[str, str] = {}
        self.channel = (
            f"profile: imap\nmap: mail_map.yaml\nurl: imaps://127.0.0.1:{server.imaps}\n"
            f"username: {CRM}\npassword: ${{REAL_PASSWORD}}\n"
            f"options: {{authority: {server.authority}, smtp: 'smtp://127.0.0.1:{server.smtp}',"
            f" sender: hub@example.test, keeper: {KEEPER}, erase: mails}}"
        )
        self.password = PASSWORD
        self.files = {"mail_map": MAP}
        for user in (CRM, KEEPER):
            self.empty(user)

    def create(self, persons: Sequence[Person]) -> list[str]:
        self.names |= {it.email: f"{it.first} {it.last}" for it in persons}
        self.send([(it.email, "Hello") for it in persons])
        return [it.email for it in persons]

    def edit(self, ids: Sequence[str], mark: str) -> None:
        """Write another mail with the mark as signature."""
        self.send([(one, f"Something new.\n\n-- \n{mark}\n") for one in ids])

    def mark(self, payload: Mapping[str, Any]) -> str:
        return str(payload["signature"])

    def told(self, remote_id: str) -> str:
        """Return what the keeper of the addresses was told by mail."""
        told = [it["fields"] for it in self.letters() if it["id"] == remote_id]
        return digits(" ".join(str(fields.get("phone")) for fields in told))

    def apply(self) -> None:
        """Wait until Postfix has delivered what the hub sent."""
        self.wait(KEEPER, 1)

    def delete(self, remote_id: str) -> None:
        box = self.server.box(CRM)
        box.select("INBOX")
        _, found = box.uid("SEARCH", "FROM", f'"{remote_id}"')
        box.uid("STORE", found[0].decode().replace(" ", ","), "+FLAGS", r"(\Deleted)")
        box.expunge()
        box.logout()

    def close(self) -> None:
        """The boxes go with the server."""

    # --- beyond the contract ---------------------------------------------------------------

    def send(self, letters: Sequence[tuple[str, str]], **headers: str) -> None:
        """Send letters and wait until all of them lie in the box."""
        wanted = self.size(CRM) + len(letters)
        with self.server.sender() as server:
            for sender, text in letters:
                mail = EmailMessage()
                mail["From"] = f"{self.names.get(sender, '')} <{sender}>"
                mail["To"], mail["Subject"] = headers.get("to", CRM), headers.get("subject", "Hi")
                mail.set_content(text)
                server.send_message(mail, to_addrs=[CRM])
        self.wait(CRM, wanted)

    def wait(self, user: str, wanted: int) -> None:
        until = time.monotonic() + PATIENCE
        while self.size(user) < wanted:
            assert time.monotonic() < until, f"only {self.size(user)} of {wanted} mails came"
            time.sleep(0.2)

    def size(self, user: str) -> int:
        box = self.server.box(user)
        try:
            return int(box.select("INBOX", readonly=True)[1][0])
        finally:
            box.logout()

    def letters(self) -> list[Any]:
        box = self.server.box(KEEPER)
        box.select("INBOX", readonly=True)
        told = []
        for raw in _all(box):
            (attached,) = message_from_bytes(raw, policy=policy.default).iter_attachments()
            told.append(json.loads(attached.get_content()))
        box.logout()
        return told

    def empty(self, user: str) -> None:
        box = self.server.box(user)
        box.select("INBOX")
        if self.size(user):
            box.store("1:*", "+FLAGS", r"(\Deleted)")
        box.expunge()
        box.logout()


def _all(box: imaplib.IMAP4) -> list[bytes]:
    _, parts = box.fetch("1:*", "(BODY.PEEK[])")
    return [part[1] for part in parts if isinstance(part, tuple)]
