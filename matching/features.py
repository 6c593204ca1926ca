"""Everything that keys and comparisons ask of a customer, normalised once.

In: a ``Customer``, one channel's word. Out: ``Features``; what is missing is None or empty.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hub.model import Customer, Identifier, Key, Kind
from matching.text.companies import CompanyName, company_name
from matching.text.mailboxes import Email, email_of, is_made_of
from matching.text.names import Name, name_of
from matching.text.places import Place, place_of

_TAIL = 8
"""Digits at the end of a phone number that tell it apart, whatever stands before them."""
_SHORTEST_PHONE = 6
_NO_DIGIT = re.compile(r"\D+")
_NO_WORD = re.compile(r"[\W_]+")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Features:
    """A customer, ready to be compared."""

    key: Key
    kind: Kind
    name: Name
    company: CompanyName | None
    emails: tuple[Email, ...]
    phones: tuple[str, ...]
    """The last eight digits of each number."""
    places: tuple[Place, ...]
    identifiers: tuple[tuple[str, str], ...]
    """Kind and value, in capitals without spaces and signs."""
    birth_date: date | None


def features(customer: Customer) -> Features:
    """Normalise a customer for keys and comparisons."""
    name = name_of(customer.name)
    return Features(
        key=customer.key,
        kind=customer.kind,
        name=name,
        company=company_name(customer.organisation) if customer.organisation else None,
        emails=_known(_email(text, name) for text in customer.emails),
        phones=_known(map(_phone_tail, customer.phones)),
        places=_known(map(place_of, customer.addresses)),
        identifiers=_known(map(_identifier, customer.identifiers)),
        birth_date=customer.birth_date,
    )


def _known(values: Iterable[T | None]) -> tuple[T, ...]:
    """Return the values that are there, once each, in their order."""
    return tuple(dict.fromkeys(value for value in values if value is not None))


def _email(text: str, name: Name) -> Email | None:
    email = email_of(text)
    if email is None or not (name.given and name.family):
        return email
    return email._replace(named=is_made_of(email.local, name.given.roman, name.family.roman))


def _phone_tail(phone: str) -> str | None:
    digits = _NO_DIGIT.sub("", phone)
    return digits[-_TAIL:] if len(digits) >= _SHORTEST_PHONE else None


def _identifier(identifier: Identifier) -> tuple[str, str] | None:
    value = _NO_WORD.sub("", identifier.value).upper()
    return (identifier.kind, value) if value else None
