"""All comparisons of many pairs: for each field that the table has, the level of each pair."""

from collections.abc import Callable
from functools import partial

import numpy as np

from hub.model import Kind
from matching.comparisons.births import compare_births
from matching.comparisons.companies import compare_companies, compare_company_houses
from matching.comparisons.homes import compare_addresses
from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.people import compare_contacts, compare_people
from matching.comparisons.reach import (
    compare_emails,
    compare_identifiers,
    compare_phones,
    compare_websites,
)
from matching.table.columns import Ints, Levels, Words
from matching.table.frame import Frame
from matching.table.slices import side_by_side, slices

_ATTRIBUTE = CODES[Field.ATTRIBUTE]

Compared = dict[str, Levels]
"""By field (``attribute:NAME`` for attributes): one level a pair, 0 where it says nothing."""


def compare(frame: Frame, left: Ints, right: Ints, kind: Kind = Kind.PERSON) -> Compared:
    """Compare pairs of records of one kind in every field; fields come in a fixed order."""
    parts = _parts(kind)
    cuts = slices(len(left))
    found = side_by_side(
        [partial(part, frame, left[cut], right[cut]) for cut in cuts for part in parts], len(left)
    )
    of = [found[place :: len(parts)] for place in range(len(parts))]
    fields = {
        field: np.concatenate([one[field] for one in sliced])
        for sliced in of
        for field in sliced[0]
    }
    return {field: fields[field] for field in sorted(fields, key=_place)}


def _parts(kind: Kind) -> tuple[Callable[[Frame, Ints, Ints], Compared], ...]:
    """Return what is compared of a kind, the dearest first."""
    if kind is Kind.PERSON:
        return _people, _emails, _addresses, _phones, _births, _rest
    return _companies, _contacts, _houses, _emails, _phones, _rest


def _place(field: str) -> tuple[int, str]:
    return list(Field).index(Field(field.partition(":")[0])), field


def _people(frame: Frame, left: Ints, right: Ints) -> Compared:
    return compare_people(frame.names, left, right) if frame.names else {}


def _births(frame: Frame, left: Ints, right: Ints) -> Compared:
    return {Field.BIRTH_DATE: compare_births(frame.births, left, right)} if frame.births else {}


def _addresses(frame: Frame, left: Ints, right: Ints) -> Compared:
    return {Field.ADDRESS: compare_addresses(frame.places, left, right)} if frame.places else {}


def _companies(frame: Frame, left: Ints, right: Ints) -> Compared:
    return (
        {Field.COMPANY: compare_companies(frame.companies, left, right)} if frame.companies else {}
    )


def _contacts(frame: Frame, left: Ints, right: Ints) -> Compared:
    return {Field.CONTACT: compare_contacts(frame.names, left, right)} if frame.names else {}


def _houses(frame: Frame, left: Ints, right: Ints) -> Compared:
    return {Field.HOUSE: compare_company_houses(frame.places, left, right)} if frame.places else {}


def _emails(frame: Frame, left: Ints, right: Ints) -> Compared:
    emails = frame.emails
    return {Field.EMAIL: compare_emails(emails, frame.names, left, right)} if emails else {}


def _phones(frame: Frame, left: Ints, right: Ints) -> Compared:
    return {Field.PHONE: compare_phones(frame.phones, left, right)} if frame.phones else {}


def _rest(frame: Frame, left: Ints, right: Ints) -> Compared:
    found: Compared = {}
    if frame.websites:
        found[Field.WEBSITE] = compare_websites(frame.websites, left, right)
    for kind, numbers in frame.identifiers.items():
        name = f"{Field.IDENTIFIER}:{kind}" if kind else Field.IDENTIFIER
        found[name] = compare_identifiers(numbers, left, right)
    for name, words in frame.attributes.items():
        found[f"{Field.ATTRIBUTE}:{name}"] = _attribute(words, left, right)
    return found


def _attribute(words: Words, left: Ints, right: Ints) -> Levels:
    one, other = words.codes[left], words.codes[right]
    found = np.where(one == other, _ATTRIBUTE[Level.SAME], _ATTRIBUTE[Level.DIFFERENT])
    found[(one < 0) | (other < 0)] = 0
    return found.astype(np.int8)
