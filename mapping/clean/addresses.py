"""Parts of postal addresses. Streets and towns stay as written; a country becomes its code."""

import re
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.core import get_global

from mapping.clean.spellings import fold, named, two_letters
from mapping.clean.text import CACHED, text
from mapping.clean.words import aliases, junk, word

_NO_COUNTRIES = frozenset(
    {"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"}
)
"""Two letters that CLDR names but that no address is in, or that ISO only keeps in reserve."""

_LETTERED = frozenset(
    {"AD", "AI", "AR", "AZ", "BB", "BM", "BN", "CA", "FK", "GB", "GG", "GI", "GS", "HN", "IE", "IM",
     "IO", "JE", "KY", "KZ", "LC", "LV", "MD", "MS", "MT", "NL", "PN", "SH", "SO", "SZ", "TC", "VC",
     "VG"}
)  # fmt: skip
"""Where postcodes hold letters, or may (Universal Postal Union, addressing systems by country)."""
_COUNTRY_MARK = re.compile(r"^[A-Z]{1,3}[- ]?(?=\d+$)", re.IGNORECASE)
"""Of ``D-10115``: where the letter comes from, no part of the postcode."""


def address_part(raw: Any) -> str | None:
    """Return one part of an address; None for blanks and placeholders."""
    value = word(raw)
    return None if value is None or value.casefold() in junk("addresses") else value


def country(raw: Any) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country: a code, or its name in many languages.

    None if it is not known; a wrong country would be worse than none.
    """
    value = text(raw)
    if value is None:
        return None
    code = value.upper()
    return code if code in _codes() else _by_spelling(value)


def may_be_in(postcode: str | None, code: str | None) -> bool:
    """Tell whether an address with this postcode can be in the country that ``code`` names.

    Letters tell: London's SW1A 1AA is not in Germany, whatever the channel's own country is.
    """
    if postcode is None or code in _LETTERED:
        return True
    return not any(sign.isalpha() for sign in _COUNTRY_MARK.sub("", postcode.strip()))


def country_name(code: str, language: str) -> str:
    """Return what this country is called in ``language``; the code itself if CLDR has no name."""
    return str(Locale(language).territories.get(code, code))


@lru_cache(CACHED)
def _by_spelling(value: str) -> str | None:
    return _index().get(fold(value))


@cache
def _codes() -> frozenset[str]:
    return two_letters("territories") - _NO_COUNTRIES


@cache
def _index() -> dict[str, str]:
    """Spelling -> code: names, alpha-3, numbers, codes of states that are gone; ours win."""
    index: dict[str, str] = {}
    for spelling, code in named("territories"):
        if code in _codes():
            index.setdefault(spelling, code)
    for old, new in get_global("territory_aliases").items():
        if len(new) == 1 and new[0] in _codes():
            index.setdefault(fold(old), new[0])
    return index | {fold(spelling): code for spelling, code in aliases("countries")}
