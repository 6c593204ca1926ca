"""All comparisons of many pairs: for each field that the table has, the level of each pair."""

from concurrent.futures import ThreadPoolExecutor

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

_ATTRIBUTE = CODES[Field.ATTRIBUTE]

Compared = dict[str, Levels]
"""By field (``attribute:NAME`` for attributes): one level a pair, 0 where it says nothing."""


def compare(frame: Frame, left: Ints, right: Ints, kind: Kind = Kind.PERSON) -> Compared:
    """Compare pairs of records of one kind in every field; fields come in a fixed order."""
    names = _people if kind is Kind.PERSON else _organisations
    with ThreadPoolExecutor(2) as pool:
        parts = [pool.submit(part, frame, left, right) for part in (names, _reach, _rest)]
        found = {field: levels for part in parts for field, levels in part.result().items()}
    return {field: found[field] for field in sorted(found, key=_place)}


def _place(field: str) -> tuple[int, str]:
    return list(Field).index(Field(field.partition(":")[0])), field


def _people(frame: Frame, left: Ints, right: Ints) -> Compared:
    found: Compared = {}
    if frame.names:
        found.update(compare_people(frame.names, left, right))
    if frame.births:
        found[Field.BIRTH_DATE] = compare_births(frame.births, left, right)
    if frame.places:
        found[Field.ADDRESS] = compare_addresses(frame.places, left, right)
    return found


def _organisations(frame: Frame, left: Ints, right: Ints) -> Compared:
    found: Compared = {}
    if frame.companies:
        found[Field.COMPANY] = compare_companies(frame.companies, left, right)
    if frame.names:
        found[Field.CONTACT] = compare_contacts(frame.names, left, right)
    if frame.places:
        found[Field.HOUSE] = compare_company_houses(frame.places, left, right)
    return found


def _reach(frame: Frame, left: Ints, right: Ints) -> Compared:
    found: Compared = {}
    if frame.emails:
        found[Field.EMAIL] = compare_emails(frame.emails, frame.names, left, right)
    if frame.phones:
        found[Field.PHONE] = compare_phones(frame.phones, left, right)
    return found


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
