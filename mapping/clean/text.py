"""Text as people see it: repaired, trimmed, in NFC; blank is None.

Nothing is normalised for matching here. What is mended is what no person would call the value:
broken encodings (``MÃ¼ller``), control signs, half a surrogate pair, blanks around and doubled.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

LIMIT = 2_000
"""No name, street or number is longer; what is longer is something else in the wrong place."""
CACHED = 1 << 16
"""Distinct raw values that a cleaning function remembers; a customer base repeats itself."""

_HALVES = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control signs that are not white space
    "\xad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"  # marks without a shape
    "\ud800-\udfff]"
)


class UncleanError(ValueError):
    """A raw value that must be looked at; the message says what would be right, never the value."""


def text(raw: Any) -> str | None:
    """Return ``raw`` as text, None if blank. Raises UncleanError for what can't be text."""
    if isinstance(raw, str):
        if not raw:  # as most columns are
            return None
        given = raw
    elif raw is None:
        return None
    else:
        given = _number(raw)
    if len(given) > LIMIT:
        raise UncleanError(f"longer than {LIMIT:,} characters")
    if given.isascii() and given.isprintable():
        return " ".join(given.split()) or None
    return _mend(given) or None


def _number(raw: Any) -> str:
    """Return a number as a person would have typed it; blank for not-a-number."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise UncleanError(f"expected text, found {_JSON_NAMES.get(type(raw), type(raw).__name__)}")
    if isinstance(raw, float):
        if raw != raw:  # noqa: PLR0124 - not-a-number, a blank cell of many exports
            return ""
        return str(int(raw)) if raw.is_integer() else str(raw)
    if raw.bit_length() > LIMIT:
        raise UncleanError(f"longer than {LIMIT:,} characters")
    return str(raw)


_JSON_NAMES: dict[type, str] = {dict: "an object", list: "a list", bool: "true or false"}


@lru_cache(CACHED)
def _mend(given: str) -> str:
    while (mended := _mend_once(given)) != given:
        given = mended  # what was taken out may have hidden the next break
    return given


def _mend_once(given: str) -> str:
    visible = _INVISIBLE.sub("", _decode_again(given))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _decode_again(given: str) -> str:
    """Undo a wrong decoding, if that makes the whole text clean; half a repair is no repair."""
    from ftfy import fix_encoding  # noqa: PLC0415 - 60 ms that only non-ASCII text is worth
    from ftfy.badness import is_bad  # noqa: PLC0415

    if not is_bad(given):
        return given
    fixed = fix_encoding(_HALVES.sub("", given))
    return given if is_bad(fixed) or "\ufffd" in fixed else fixed
