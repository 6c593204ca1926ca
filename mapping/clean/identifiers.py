"""Numbers that somebody issued, proven by their own check digits; nobody is asked about them.

A number that fails its check is None, so it can never count as evidence that two customers are
one; the payload keeps what the channel said.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import Any

from hub.model import Identifier
from mapping.clean.text import CACHED, text

_TAX_NUMBERS = {
    "AT": ("at.tin",),
    "CN": ("cn.uscc",),
    "DE": ("de.stnr", "de.idnr"),
    "ES": ("es.nif",),
    "FR": ("fr.siren", "fr.siret"),
    "GB": ("gb.utr",),
    "IT": ("it.codicefiscale",),
    "RU": ("ru.inn",),
    "US": ("us.ein",),
}
"""National tax numbers by country: modules of python-stdnum."""
_VAT_OUTSIDE_THE_EU = {"CH": "ch.vat", "GB": "gb.vat", "NO": "no.mva"}
_SWISS_ENDING = re.compile(r"(?:MWST|TVA|IVA|TPV)$")


def identifier(raw: Any, kind: str, country: str | None) -> Identifier | None:
    """Return the number of this ``kind`` in ``raw``; None if its check digits are wrong.

    ``country`` (ISO 3166-1 alpha-2) is where a number without a prefix was issued. Kinds that
    have no check here are taken as they stand.
    """
    value = text(raw)
    if value is None:
        return None
    number = _CHECKS[kind](value, country) if kind in _CHECKS else value
    return None if number is None else Identifier(kind=kind, value=number)


@lru_cache(CACHED)
def _vat(value: str, country: str | None) -> str | None:
    compact = re.sub(r"[^0-9A-Z+*]", "", value.upper())
    if not compact[:2].isalpha():
        compact = f"{'EL' if country == 'GR' else country or ''}{compact}"
    prefix = compact[:2]
    outside = _VAT_OUTSIDE_THE_EU.get(prefix)
    if outside is None:
        return _valid("eu.vat", compact)
    if prefix == "CH":  # the ending says in which language VAT is charged; it may be left out
        number = _valid(outside, f"{_SWISS_ENDING.sub('', compact)}MWST")
        return None if number is None else number.removesuffix("MWST")
    number = _valid(outside, compact)
    return None if number is None else prefix + number


@lru_cache(CACHED)
def _tax(value: str, country: str | None) -> str | None:
    valid = (_valid(module, value) for module in _TAX_NUMBERS.get(country or "", ()))
    return next(filter(None, valid), None)


@lru_cache(CACHED)
def _lei(value: str, _country: str | None) -> str | None:
    return _valid("lei", value)


def _valid(module: str, value: str) -> str | None:
    """Return the compact number, None if it fails the check of this module of python-stdnum."""
    check = import_module(f"stdnum.{module}")
    return str(check.compact(value)) if check.is_valid(value) else None


_CHECKS: dict[str, Callable[[str, str | None], str | None]] = {
    "vat": _vat,
    "tax": _tax,
    "lei": _lei,
}
