"""Letters -> senders: one record for each address, folded from what it wrote."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from connectors.imap.letter import Letter
from connectors.imap.reading import LetterReader, Reading


class Sender(NamedTuple):
    """What the letters of one address say; each field is the word of the last that has one."""

    address: str
    name: str = ""
    signature: str = ""
    phones: tuple[str, ...] = ()
    first: str = ""
    last: str = ""
    withdrawn: str = ""
    """When the last unsubscription came in; it never goes away by itself."""

    def payload(self) -> dict[str, Any]:
        """Return the record as the channel shows it."""
        phone, phone2, *_ = (*self.phones, None, None)
        return {
            "address": self.address,
            "name": self.name,
            "signature": self.signature,
            "phone": phone,
            "phone2": phone2,
            "first_mail": self.first,
            "last_mail": self.last,
            "newsletter": "unsubscribed" if self.withdrawn else None,
            "unsubscribed_at": self.withdrawn or None,
        }

    def after(self, letter: Letter, reading: Reading) -> "Sender":
        """Return what is known once this letter was read, too; letters come in their order."""
        at = _text(letter.at)
        return Sender(
            self.address,
            letter.name or self.name,
            reading.signature or self.signature,
            reading.phones or self.phones,
            self.first or at,
            at,
            at if reading.unsubscribes else self.withdrawn,
        )


def fold(address: str, letters: Iterable[Letter], reader: LetterReader, withdrawn: str) -> Sender:
    """Fold letters of one address, in their order."""
    sender = Sender(address, withdrawn=withdrawn)
    for letter in letters:
        sender = sender.after(letter, reader.read(letter))
    return sender._replace(withdrawn=max(sender.withdrawn, withdrawn))


def mail_payload(letter: Letter, validity: int) -> dict[str, Any]:
    """Return one letter as an interaction: who, when and about what, but not what it says."""
    return {
        "id": letter.identity or f"{validity}-{letter.uid}",
        "kind": "mail",
        "from": letter.sender,
        "at": _text(letter.at),
        "subject": letter.subject,
    }


def _text(moment: datetime) -> str:
    return moment.isoformat()
