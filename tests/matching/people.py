"""Customers in one line, for the tests of the match."""

from datetime import date
from itertools import count

from hub.model import Address, Customer, Identifier, Key, Kind, PersonName
from matching.features import Features, features

_numbers = count(1)


def person(name="", **said):
    """``Family, Given Middle, Suffix`` or one column; see ``customer`` for the rest."""
    family, _, rest = (part.strip() for part in name.partition(","))
    given, _, suffix = (part.strip() for part in rest.partition(","))
    first, _, middle = given.partition(" ")
    parts = {"family": family, "given": first, "middle": middle, "suffix": suffix}
    named = {part: text for part, text in parts.items() if text}
    return customer(name=PersonName(**named) if named else None, **said)


def company(name="", contact="", **said):
    """A company by its name, with a contact person's name as ``Family, Given``."""
    family, _, given = (part.strip() for part in contact.partition(","))
    named = PersonName(given=given, family=family) if contact else None
    return customer(kind=Kind.ORGANISATION, organisation=name or None, name=named, **said)


def customer(
    *,
    kind=Kind.PERSON,
    name=None,
    organisation=None,
    born=None,
    email=(),
    phone=(),
    at=(),
    vat=None,
    key=None,
) -> Features:
    """``at`` is ``street, postcode, locality``; each of the sets may be one text or many."""
    return features(
        Customer(
            key=key or Key("test", f"{next(_numbers):06}"),
            kind=kind,
            name=name,
            organisation=organisation,
            birth_date=date.fromisoformat(born) if born else None,
            emails=_many(email),
            phones=_many(phone),
            addresses=tuple(map(_address, _many(at))),
            identifiers=(Identifier(kind="vat", value=vat),) if vat else (),
        )
    )


def _many(value):
    return (value,) if isinstance(value, str) else tuple(value)


def _address(line):
    street, postcode, locality = (part.strip() or None for part in line.split(","))
    return Address(street=street, postcode=postcode, locality=locality)
