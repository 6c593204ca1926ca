"""E-mail addresses: syntax only, nobody is asked whether they exist.

The local part keeps its case (it is the address that mail is sent to); the domain is lower case.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from mapping.clean.text import CACHED, text
from mapping.clean.words import junk

_ASCII = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_IN_BRACKETS = re.compile(r"<([^<>]*@[^<>]*)>")
_BETWEEN = re.compile(r"[;,\s]+")
_LONGEST = 254


def emails(raw: Any) -> tuple[str, ...]:
    """Return the addresses in ``raw``, in order: ``Anna <a@x.org>; b@y.org`` holds two."""
    value = text(raw)
    return () if value is None or "@" not in value else _emails(value)


def is_email(value: str) -> bool:
    """Tell whether ``value`` is one plain address and nothing else."""
    return "@" in value and _ASCII.fullmatch(value) is not None


@lru_cache(CACHED)
def _emails(value: str) -> tuple[str, ...]:
    if _ASCII.fullmatch(value):
        found = [_accept(value)]
    else:
        wide = unicodedata.normalize("NFKC", value)
        pieces = _IN_BRACKETS.findall(wide) or _BETWEEN.split(wide)
        found = [_address(piece) for piece in pieces if "@" in piece]
    unique: dict[str, str] = {}
    for address in filter(None, found):
        unique.setdefault(address.lower(), address)
    return tuple(unique.values())


def _address(piece: str) -> str | None:
    piece = piece.strip().removeprefix("mailto:").strip(".<>()[]\"'")
    if _ASCII.fullmatch(piece):
        return _accept(piece)
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - 90 ms, rare

    try:
        valid = validate_email(piece, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return _accept(valid.normalized)


def _accept(address: str) -> str | None:
    """Return the address with its domain in lower case; None for junk."""
    mailbox, _, domain = address.rpartition("@")
    domain = domain.lower()
    is_junk = mailbox.lower() in junk("mailboxes") or domain in junk("domains")
    return None if is_junk or len(address) > _LONGEST else f"{mailbox}@{domain}"
