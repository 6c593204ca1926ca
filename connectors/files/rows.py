"""A row of a file, whatever the layout: where it stood, and what it says or why it says nothing."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from connectors.facts.paths import reader
from hub.model import Payload

_ALLOWED = frozenset("\t\n\r")
_SHOWN = 200


class Row(NamedTuple):
    """One row."""

    place: str
    """For a person to find it: ``line 17``, ``record 17``, ``row 17``."""
    payload: Payload
    reason: str = ""
    """Why it can't be used; empty: it can."""
    field: str = ""
    """The field that is to blame, where it is one."""


def broken(place: str, reason: str, text: str = "") -> Row:
    """Return a row that can't be used, with the beginning of what stood there."""
    return Row(place, {"row": text[:_SHOWN]}, reason)


def lacks(columns: Sequence[str], needed: str) -> bool:
    """Tell whether no column is the one that is needed."""
    return bool(needed) and reader(needed)(dict.fromkeys(columns, True)) is None


def checked(place: str, payload: Mapping[str, Any], most: int) -> Row:
    """Return the row, refused if a value is huge or holds what no text holds.

    Control characters are how a wrong code page, a binary file or an attack shows itself.
    """
    for name, value in payload.items():
        if isinstance(value, str) and (reason := _fault(value, most)):
            return Row(place, _shown(payload), reason, name)
    return Row(place, payload)


def _fault(text: str, most: int) -> str:
    if len(text) > most:
        return f"a value of more than {most} characters"
    if text.isprintable():
        return ""
    if "\0" in text:
        return "a NUL byte"
    if any(unicodedata.category(sign) == "Cc" and sign not in _ALLOWED for sign in text):
        return "a control character; is the encoding the right one?"
    return ""


def _shown(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return the payload as the quarantine can keep it: no huge values, no NUL."""
    return {
        name: value[:_SHOWN].replace("\0", "\ufffd") if isinstance(value, str) else value
        for name, value in payload.items()
    }
