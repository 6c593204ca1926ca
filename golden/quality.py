"""Quality: what speaks against a value. A bad one never survives over a good one.

A *bad* value can't be true, or only fills a field. A *doubtful* one failed its check but may be
true: it is trusted less, and each element of a set carries its own doubt.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from golden.claims import is_placeholder
from hub.model import Address, Identifier, PersonName

_MAILBOX = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_FILLED_MAILBOX = re.compile(
    r"(?:no[-_.]?(?:e?mail|mail|address)|keine?|none|unknown|unbekannt|xxx+|nomail)@.*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[@\d²³¹]")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CHOSEN = frozenset({"kind", "status"})
"""Attributes that are one of a few words: always good."""
_FEWEST_DIGITS = 5
_OLDEST_BIRTH = date(1900, 1, 2)


class Doubt(NamedTuple):
    """What speaks against a value; ``bad``: so much that any other goes first."""

    reason: str
    bad: bool


def doubt(attribute: str, value: Any) -> Doubt | None:
    """Return what speaks against this value of ``attribute``; None if nothing does."""
    if attribute in _CHOSEN:
        return None
    if is_placeholder(value):
        return _PLACEHOLDER
    check = _CHECKS.get(attribute)
    return None if check is None else check(value)


_PLACEHOLDER = Doubt("it only fills the field", bad=True)


def _email(value: str) -> Doubt | None:
    if not _MAILBOX.fullmatch(value):
        return Doubt("not an e-mail address", bad=True)
    return _PLACEHOLDER if _FILLED_MAILBOX.fullmatch(value) else None


def _phone(value: str) -> Doubt | None:
    if _E164.fullmatch(value) and len(set(value)) > 2:  # noqa: PLR2004 - the plus and two digits
        return None
    digits = re.sub(r"\D", "", value)
    if len(digits) < _FEWEST_DIGITS or len(set(digits)) == 1:
        return Doubt("not a phone number", bad=True)
    return Doubt("not an international number", bad=False)


def _name(value: PersonName) -> Doubt | None:
    if _NO_NAME.search(str(value)):
        return Doubt("not a person's name", bad=True)
    whole = value.given and value.family
    return None if whole else Doubt("half a name", bad=False)


def _address(value: Address) -> Doubt | None:
    if not (value.street or value.extra) or not value.locality:
        return Doubt("not enough to send a letter to", bad=False)
    return None


def _identifier(value: Identifier) -> Doubt | None:
    digits = re.sub(r"\D", "", value.value)
    filled = len(digits) > 1 and len(set(digits)) == 1
    return _PLACEHOLDER if filled else None


def _birth_date(value: date) -> Doubt | None:
    return Doubt("nobody alive was born then", bad=True) if value < _OLDEST_BIRTH else None


_CHECKS: Mapping[str, Callable[[Any], Doubt | None]] = {
    "emails": _email,
    "phones": _phone,
    "name": _name,
    "addresses": _address,
    "identifiers": _identifier,
    "birth_date": _birth_date,
}
