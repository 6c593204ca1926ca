"""Claims: what every member says, attribute by attribute, and when two of them say the same."""

import re
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from hub.model import Claim, Customer, Key, PersonName

SCALARS = ("kind", "name", "organisation", "birth_date", "language", "status", "parent")
"""Attributes of one value; a name is one unit."""
SETS = ("emails", "phones", "addresses", "identifiers", "roles")
"""Attributes of many values; the first is the survivor, and an address is one unit."""
_NO_WORD = re.compile(r"[\W_]+")
_PLACEHOLDERS = frozenset(
    {
        "", "unknown", "unbekannt", "inconnu", "none", "null", "na", "n a", "nn", "n n", "tbd",
        "tba", "test", "dummy", "xxx", "xx", "x", "no name", "noname", "not known", "nobody",
        "guest", "kunde",
    }
)  # fmt: skip
_BEGINNINGS = frozenset(word[:1] for word in _PLACEHOLDERS)
_DIGITS = frozenset("0123456789")
_PLACEHOLDER_DATES = frozenset({date(1753, 1, 1), date(1900, 1, 1), date(1970, 1, 1)})
"""Days on which nobody was born in a system that never asked: its zero."""


def claims_of(members: Iterable[Customer], attribute: str) -> Iterator[Claim]:
    """Yield what each member says of ``attribute``; one claim for each element of a set."""
    for member in members:
        for one in elements(getattr(member, attribute)):
            if one is not None:
                yield Claim(member.key, attribute, one, member.changed_at)


def elements(value: Any) -> tuple[Any, ...]:
    """Return the elements of a set; a single value is the only element of its own."""
    several = isinstance(value, tuple) and not isinstance(value, Key)  # a key is a pair, not a set
    return value if several else (value,)


def extra_claims(members: Iterable[Customer]) -> Iterator[tuple[str, Claim]]:
    """Yield every extra's name with what a member says of it."""
    for member in members:
        for name, value in member.extras.items():
            yield name, Claim(member.key, "extras", value, member.changed_at)


def sameness(value: Any) -> Hashable:
    """Return what is equal for values that say the same: case and punctuation don't count."""
    if isinstance(value, BaseModel):
        return _words(str(value))
    return value.strip().casefold() if isinstance(value, str) else value


def is_placeholder(value: Any) -> bool:
    """Tell whether a value only fills a field: it never survives over a real one."""
    if isinstance(value, PersonName):
        text = f"{value.given or ''} {value.family or ''}"
    elif isinstance(value, date):
        return value in _PLACEHOLDER_DATES
    else:
        text = str(value)
    first = text[:1]
    if first.isalnum() and first.casefold()[:1] not in _BEGINNINGS:  # as most; cheap to see
        return False
    return text[-1:] not in _DIGITS and _words(text) in _PLACEHOLDERS


@lru_cache(1 << 12)  # the members of a customer say the same, and each is asked twice
def _words(text: str) -> str:
    return _NO_WORD.sub(" ", text).strip().casefold()
