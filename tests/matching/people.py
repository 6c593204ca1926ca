"""Customers in one line, for the tests of the match, and what the match says of two of them."""

from datetime import date
from itertools import count
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from hub.model import Address, Customer, Identifier, Key, Kind, PersonName
from matching.blocking.blocks import recipe_number, stored_keys
from matching.blocking.recipes import HUB
from matching.comparisons.compare import compare
from matching.comparisons.levels import levels_of
from matching.table.customers import read_customers
from matching.verdicts import Proposal, chances, house_judge, score

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
) -> Customer:
    """``at`` is ``street, postcode, locality``; each of the sets may be one text or many."""
    return Customer(
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


def frame(*customers):
    keys = pa.array([str(one.key) for one in customers])
    return read_customers(keys, pa.array([one.model_dump_json() for one in customers]))


LEFT, RIGHT = np.array([0]), np.array([1])


def levels(left, right):
    """What each field says of two customers."""
    kinds = {left.kind, right.kind}
    kind = Kind.PERSON if kinds == {Kind.PERSON} else Kind.ORGANISATION
    found = compare(frame(left, right), LEFT, RIGHT, kind)
    return {field: levels_of(field)[-int(one[0])] for field, one in found.items() if one[0]}


class Judged(NamedTuple):
    weight: float
    probability: float
    outcome: Proposal
    evidence: tuple
    veto: str | None


JUDGE = house_judge(0.9, 0.3)


def judged(left, right, judge=JUDGE):
    """What the match says of two customers."""
    found = score(frame(left, right), LEFT, RIGHT, judge)
    return Judged(
        float(found.bits[0]),
        float(chances(found.bits)[0]),
        found.outcome(0),
        tuple(found.evidence(np.array([0]))[0]),
        found.veto(0),
    )


def keys(*customers):
    """The stored blocking keys of each customer."""
    found, owners = stored_keys(frame(*customers), HUB)
    return [set(found[owners == place].tolist()) for place in range(len(customers))]


def shared(left, right):
    """The recipes by which two customers meet."""
    names = {recipe.number: recipe.name for recipe in HUB}
    return {names[recipe_number(key)] for key in set.intersection(*keys(left, right))}


def _many(value):
    return (value,) if isinstance(value, str) else tuple(value)


def _address(line):
    street, postcode, locality = (part.strip() or None for part in line.split(","))
    return Address(street=street, postcode=postcode, locality=locality)
