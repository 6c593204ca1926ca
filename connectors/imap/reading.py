"""A letter's text -> its signature, the phone numbers in it, and whether it unsubscribes."""

import re
import unicodedata
from typing import NamedTuple

from mailparser_reply import EmailReplyParser

from connectors.imap.letter import Letter
from connectors.imap.profile import MailStream, Unsubscribe

_OWN = 20_000
"""Characters from the beginning in which a sender's own words are looked for."""
_LAST_LINES = 8
"""Where a signature is looked for that nothing announces."""
_LABEL = (
    r"tel|tél|fon|phone|telefon|telefoon|teléfono|telefono|téléphone|mobil|mobile|mobiel|handy|cell|"
    r"móvil|portable|cellulare|тел|моб|電話|电话|手机|携帯|전화|[tmp]"
)
_NUMBER = r"\+?\(?\d[\d ()./\-]{5,22}\d"
_PHONE = re.compile(
    rf"(?:(?<![^\W_])(?:{_LABEL})[a-zé]*\.?\s*[:\uff1a.]?\s*(?P<told>{_NUMBER})|(?P<bare>\+{_NUMBER[3:]}))",
    re.IGNORECASE,
)
_FAX = re.compile(r"(?<![^\W_])(?:(?:tele)?fax|f)\.?\s*[:\uff1a]?\s*" + _NUMBER, re.IGNORECASE)
_MOST_PHONES = 2
_MOST_LINES = 15


class Reading(NamedTuple):
    """What a letter says of its sender."""

    signature: str
    phones: tuple[str, ...]
    unsubscribes: bool


class LetterReader:
    """Reads letters as a profile says."""

    def __init__(self, stream: MailStream) -> None:
        self._replies = EmailReplyParser(languages=list(stream.languages))
        self._rules = stream.unsubscribe
        self._words = frozenset(_bare(word) for word in stream.unsubscribe.words)

    def read(self, letter: Letter) -> Reading:
        """Read one letter; what is quoted in it was said by somebody else."""
        own, signature = self._own_words(letter.text)
        announced = [line for line in signature.splitlines() if line.strip(" -_")]
        lines = announced or _unquoted(own)[-_LAST_LINES:]
        return Reading(
            "\n".join(announced[:_MOST_LINES]),
            phones_in(lines),
            self._unsubscribes(letter, own),
        )

    def _own_words(self, text: str) -> tuple[str, str]:
        replies = self._replies.read(text[:_OWN]).replies
        if not replies:
            return text, ""
        return replies[0].body or "", replies[0].signatures or ""

    def _unsubscribes(self, letter: Letter, own: str) -> bool:
        if any(_is_address(address, self._rules) for address in letter.to):
            return True
        first = next((line for line in _unquoted(own) if line.strip()), "")
        return _bare(letter.subject) in self._words or _bare(first) in self._words


def phones_in(lines: list[str]) -> tuple[str, ...]:
    """Return the phone numbers of a signature, as they are written; never a fax."""
    found: list[str] = []
    for line in lines[:_MOST_LINES]:
        for phone in _PHONE.finditer(_FAX.sub(" ", line)):
            number = (phone["told"] or phone["bare"]).strip(" ./-")
            if number not in found:
                found.append(number)
    return tuple(found[:_MOST_PHONES])


def _unquoted(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith((">", "|"))]


def _is_address(address: str, rules: Unsubscribe) -> bool:
    return re.split(r"[@+]", address, maxsplit=1)[0] in rules.to


def _bare(text: str) -> str:
    """Return the words alone: no marks, no letter case, no ``Re:``."""
    text = re.sub(r"^(\s*(re|aw|fwd?|wg|antw|sv|rv|tr)\s*:)+", "", text, flags=re.IGNORECASE)
    kept = (sign if sign.isalnum() or sign == "-" else " " for sign in text)
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).casefold().split())
