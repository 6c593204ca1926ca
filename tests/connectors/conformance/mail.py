"""A mail box: a person is who has written to it, by address."""

from contextlib import ExitStack
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

from tests.connectors.conformance.fake import Fake, Person
from tests.connectors.imap.server import Box, Imap, serving


class MailBox(Fake):
    """IMAP over a socket: whoever changes writes another mail."""

    profile = "imap"
    kind = "mail"
    options: ClassVar = {"erase": "mails"}
    creates = False
    where = "fetch mails 4 to 6: "
    beside: ClassVar = {"interactions": {}}
    troubles: ClassVar = {
        "the connection is cut": "cut",
        "the server is busy": "NO [UNAVAILABLE] later",
        "it is too much": "NO [LIMIT] later",
        "the server says good-bye": "bye",
        "half a mail": "half",
    }

    def open(self, folder: Path) -> str:
        self.box = Box()
        self._stack = ExitStack()
        return f"imap://127.0.0.1:{self._stack.enter_context(serving(self.box, Imap))}"

    def close(self) -> None:
        self._stack.close()

    def begin(self, trouble, *, lasting):
        self.box.faults["UID FETCH"] = self.troubles[trouble]

    def mend(self) -> None:
        self.box.faults.clear()

    def forbid(self) -> None:
        self.box.faults["EXAMINE"] = "NO there is none"

    def id_of(self, number, mail):
        return mail

    def add(self, last, mail=None, **facts):
        person = super().add(last, mail, **facts)
        self._write(person)
        return person

    def edit(self, person_id, **facts):
        person = super().edit(person_id, **facts)
        self._write(person)
        return person

    def remove(self, person_id):
        super().remove(person_id)
        for uid, raw in list(self.box.mails.items()):
            if f"<{person_id}>".encode() in raw:
                del self.box.mails[uid]

    def sync(self) -> None:
        for one in list(self.people):
            if not any(f"<{one}>".encode() in raw for raw in self.box.mails.values()):
                del self.people[one]

    def happen(self, stream, owner):
        mail = self._letter(f"<{owner}@example.com>")
        mail["Message-ID"] = identity = f"<{len(self.others[stream])}@example.com>"
        self.box.add(mail.as_bytes())
        self.others[stream][identity] = Person(
            identity, None, None, None, self.now, self.now, owner=f"{owner}@example.com"
        )
        return identity

    def alter(self, stream, one):
        """A mail stays as it was written; a second copy is the same mail."""
        mail = self._letter(f"<{self.others[stream][one].owner}>")
        mail["Message-ID"] = one
        self.box.add(mail.as_bytes())

    def _write(self, person) -> None:
        name = " ".join(filter(None, (person.first, person.last)))
        sender = f'"{name}" <{person.mail}>' if name else f"<{person.mail}>"
        self.box.add(self._letter(sender).as_bytes())

    def _letter(self, sender: str) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"], mail["Subject"] = "crm@ours.example", "A question"
        mail.set_content("Hello")
        return mail
