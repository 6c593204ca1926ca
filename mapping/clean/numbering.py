"""Numbering plans: phone numbers that are written plainly, without the library's long way.

Most numbers are a country code, or none at all, and digits. What such a number is follows from
what the library knows of each country: its code, the sign for a long distance, and how many
digits its numbers have. Whatever is not as plain as that is left to the library; the tests compare
the two.
"""

import re
from functools import cache
from typing import Any, NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumber

_PLAIN = re.compile(r"\+?[0-9 ()./-]+")
_NEVER = re.compile(r"(?!)")
_LONGEST_CODE = 3


class _Plan(NamedTuple):
    """What a country's numbers look like."""

    code: str
    abroad: re.Pattern[str]
    """How a number begins that goes to another country."""
    distance: re.Pattern[str]
    """How a number begins that goes to another town."""
    sign: str
    """The digits that ``distance`` always is; blank: not always the same."""
    own: re.Pattern[str]
    """A number without any of that."""
    lengths: frozenset[int]


def plainly(digits: str, region: str | None) -> PhoneNumber | None:
    """Return the possible number that ``phonenumbers.parse`` would find; None: ask it."""
    if not _PLAIN.fullmatch(digits):
        return None
    bare = re.sub(r"\D", "", digits)
    if digits[0] == "+":
        plan = _abroad(bare)
        return None if plan is None else _read(bare[len(plan.code) :], plan)
    plan = _plan(region) if region else None
    if plan is None or bare.startswith(plan.code) or plan.abroad.match(bare):
        return None
    if plan.sign and bare.startswith(plan.sign):
        bare = bare[len(plan.sign) :]
        if not plan.own.fullmatch(bare):
            return None
    return _read(bare, plan)


def _read(bare: str, plan: _Plan) -> PhoneNumber | None:
    if len(bare) not in plan.lengths or bare[0] == "0" or plan.distance.match(bare):
        return None
    return PhoneNumber(country_code=int(plan.code), national_number=int(bare))


def _abroad(bare: str) -> _Plan | None:
    for end in range(1, _LONGEST_CODE + 1):
        plan = _plan_of_code(bare[:end])
        if plan is not None:
            return plan
    return None


@cache
def _plan_of_code(code: str) -> _Plan | None:
    """Return the plan of the main country with this code."""
    if code.startswith("0") or int(code or 0) not in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
        return None
    region = phonenumbers.region_code_for_country_code(int(code))
    return _made(PhoneMetadata.metadata_for_region_or_calling_code(int(code), region))


@cache
def _plan(region: str) -> _Plan | None:
    """Return the plan of a country; several with one code must agree on what is possible."""
    own = PhoneMetadata.metadata_for_region(region.upper(), None)
    if own is None:
        return None
    plan, main = _made(own), _plan_of_code(str(own.country_code))
    return main and plan._replace(lengths=plan.lengths & main.lengths)


def _made(known: Any) -> _Plan:  # PhoneMetadata, whose types allow for more than there is
    desc, prefix = known.general_desc, known.national_prefix_for_parsing or ""
    plain = prefix.isdigit() and known.national_prefix_transform_rule is None
    return _Plan(
        str(known.country_code),
        re.compile(known.international_prefix) if known.international_prefix else _NEVER,
        re.compile(prefix) if prefix else _NEVER,
        prefix if plain else "",
        re.compile(desc.national_number_pattern or "(?!)"),
        frozenset(desc.possible_length) - frozenset(desc.possible_length_local_only),
    )
