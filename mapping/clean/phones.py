"""Phone numbers in E.164 (``+4930123456``).

A number that is possible but not known to be in use is kept; numbering plans change faster than
their tables. Text around the number and extensions are left out.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mapping.clean.text import CACHED, text
from mapping.clean.words import junk

if TYPE_CHECKING:
    import phonenumbers

_NUMBER = re.compile(r"[+(]*\d[\d\s()/.+\u00b7\u2013-]*")
_BETWEEN = re.compile(r"[;,|]|\b(?:oder|or|und|and)\b")
_SLASH = re.compile(r"\s/\s")
_FEWEST = 6


def phone(raw: Any, regions: tuple[str | None, ...]) -> str | None:
    """Return the first number in ``raw`` that can be read, None if none can.

    ``regions`` (ISO 3166-1 alpha-2, the likeliest first) are where a number without a country
    code may be: the first where it is valid, else the first where it is possible.
    """
    value = text(raw)
    return None if value is None else _phone(value, regions)


@lru_cache(CACHED)
def _phone(value: str, regions: tuple[str | None, ...]) -> str | None:
    whole = _BETWEEN.split(unicodedata.normalize("NFKC", value))
    # "030 / 1234567" is one number, "030 1234567 / 0151 23456789" is too long for one
    for piece in (*whole, *(part for some in whole for part in _SLASH.split(some))):
        number = _NUMBER.search(piece)
        found = _read(number[0], regions) if number else None
        if found:
            return found
    return None


def _read(digits: str, regions: tuple[str | None, ...]) -> str | None:
    bare = re.sub(r"\D", "", digits)
    if _is_junk(bare):
        return None
    import phonenumbers  # noqa: PLC0415 - 70 ms that only a process with numbers to read pays

    digits = digits.lstrip("(")
    if bare.startswith("00") and "+" not in digits:
        digits = "+" + re.sub(r"^[^\d]*0[^\d]*0", "", digits, count=1)
    places = [None] if digits.startswith("+") else [*dict.fromkeys(filter(None, regions))]
    number = _likeliest(digits, places)
    if number is None:
        return None
    return f"+{number.country_code}{phonenumbers.national_significant_number(number)}"  # E.164


def _likeliest(digits: str, places: Sequence[str | None]) -> "phonenumbers.PhoneNumber | None":
    """Return the first that is valid, else the first that is possible."""
    import phonenumbers  # noqa: PLC0415 - as above

    possible = None
    for place in places:
        number = _parse(digits, place)
        if number is None:
            continue
        # The costly questions are asked only while they decide something.
        if len(places) == 1 or phonenumbers.is_valid_number(number):
            return number
        possible = possible or number
    return possible


def _is_junk(digits: str) -> bool:
    return len(digits) < _FEWEST or len(set(digits)) == 1 or digits in junk("phones")


def _parse(digits: str, region: str | None) -> "phonenumbers.PhoneNumber | None":
    from mapping.clean.numbering import plainly  # noqa: PLC0415 - as above

    number = plainly(digits, region) or _parse_any(digits, region)
    return None if number is None or _is_junk(str(number.national_number)) else number


def _parse_any(digits: str, region: str | None) -> "phonenumbers.PhoneNumber | None":
    """Return what is possible, in whatever way it is written."""
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    reason = phonenumbers.is_possible_number_with_reason(number)
    return number if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


@lru_cache(CACHED)
def mobility(number: str) -> int:
    """Grade an E.164 number: 2 is a mobile, 1 may be one (as in North America), 0 is not."""
    import phonenumbers  # noqa: PLC0415 - as above

    parsed = _parse(number, None)
    kinds = phonenumbers.PhoneNumberType
    grades = {kinds.MOBILE: 2, kinds.FIXED_LINE_OR_MOBILE: 1}
    return grades.get(phonenumbers.number_type(parsed), 0) if parsed else 0
