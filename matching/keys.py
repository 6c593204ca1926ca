"""Blocking keys: customers that share one are worth comparing.

In: ``Features``. Out: signed 64-bit numbers that fit any database's integer column, the same on
every machine and in every run. The highest byte is the kind of key, so that a surname never
meets a town, and a report can name the kind of a crowded key without knowing anybody's data.
"""

from collections.abc import Iterator
from enum import IntEnum
from hashlib import blake2b

from hub.model import Kind
from matching.features import Features
from matching.text.companies import CompanyName
from matching.text.names import Name, Part
from matching.text.places import Place
from matching.text.sound import sound

_HASH_BITS = 56
_SIGN = 1 << 63
_STEM = 3
"""Letters of a name that survive most typing errors and endings."""
_RARE = 5
"""A word of a company's name this long is seldom shared by chance."""


class KeyKind(IntEnum):
    """What a key was made of. Numbers are stored: add at the end, never reuse one."""

    IDENTIFIER = 1
    EMAIL = 2
    MAILBOX = 3
    PHONE = 4
    NAME = 5
    SOUND = 6
    STEMS = 7
    NICKNAME = 8
    ROMANISED = 9
    GIVEN_BIRTH = 10
    FAMILY_BIRTH = 11
    NAME_POSTCODE = 12
    NAME_STREET = 13
    HOUSE = 14
    COMPANY = 15
    COMPANY_WORD = 16
    COMPANY_PLACE = 17
    DOMAIN = 18
    BIRTH_POSTCODE = 19


def blocking_keys(features: Features) -> frozenset[int]:
    """Return the keys of a customer; none if too little is known to look for another."""
    return frozenset(_number(kind, text) for kind, text in _texts(features))


def named_keys(features: Features) -> dict[str, int]:
    """Return the keys by what they were made of, ``kind:text``: for tests and explanations.

    The texts are personal data; logs and reports count by ``kind_of`` instead.
    """
    return {
        f"{kind.name.lower()}:{text}": _number(kind, text)
        for kind, text in sorted(_texts(features))
    }


def kind_of(key: int) -> KeyKind:
    """Return what a key was made of."""
    return KeyKind((key + _SIGN) >> _HASH_BITS)


def _number(kind: KeyKind, text: str) -> int:
    digest = blake2b(text.encode(), digest_size=_HASH_BITS // 8).digest()
    return (kind << _HASH_BITS | int.from_bytes(digest)) - _SIGN


def _texts(features: Features) -> Iterator[tuple[KeyKind, str]]:
    yield from _contact_texts(features)
    if features.kind is Kind.PERSON:
        yield from _name_texts(features.name)
        yield from _birth_texts(features)
        yield from _where_texts(features)
    if features.company:
        yield from _company_texts(features.company, features)


def _contact_texts(features: Features) -> Iterator[tuple[KeyKind, str]]:
    for kind, value in features.identifiers:
        yield KeyKind.IDENTIFIER, f"{kind} {value}"
        yield KeyKind.IDENTIFIER, value[-8:]
    for email in features.emails:
        yield KeyKind.EMAIL, email.match
        if not email.shared:
            yield KeyKind.MAILBOX, email.local
    for phone in features.phones:
        yield KeyKind.PHONE, phone
    for place in features.places:
        if place.way and place.number:
            yield KeyKind.HOUSE, f"{place.way} {place.number} {place.postcode or place.locality}"


def _name_texts(name: Name) -> Iterator[tuple[KeyKind, str]]:
    given, family = name.given, name.family
    if given and family:
        yield KeyKind.NAME, name.whole
        yield KeyKind.ROMANISED, _pair(given.bones, family.bones)
        yield KeyKind.SOUND, _pair(sound(given.roman), sound(family.roman))
        yield KeyKind.STEMS, _pair(given.roman[:_STEM], family.roman[:_STEM])
        for form in name.forms:
            yield KeyKind.NICKNAME, f"{form} {family.text}"
    elif one := given or family:
        yield KeyKind.NAME, one.text


def _pair(left: str, right: str) -> str:
    """Join two codes in either order, so that swapped columns meet."""
    return " ".join(sorted((left, right)))


def _birth_texts(features: Features) -> Iterator[tuple[KeyKind, str]]:
    born = features.birth_date
    if born is None:
        return
    name = features.name
    for kind, part in ((KeyKind.GIVEN_BIRTH, name.given), (KeyKind.FAMILY_BIRTH, name.family)):
        if part:
            yield kind, f"{sound(part.roman)} {born}"
            yield kind, f"{part.text} {born.year}"
    for place in features.places:
        yield KeyKind.BIRTH_POSTCODE, f"{born} {place.postcode or place.locality}"


def _where_texts(features: Features) -> Iterator[tuple[KeyKind, str]]:
    """Yield names at places: for records with neither e-mail, phone nor birth date in common."""
    for part in _parts(features.name):
        code = sound(part.roman)
        for place in features.places:
            yield from _place_texts(code, place)


def _parts(name: Name) -> Iterator[Part]:
    yield from (part for part in (name.given, name.family) if part)


def _place_texts(code: str, place: Place) -> Iterator[tuple[KeyKind, str]]:
    if place.postcode or place.locality:
        yield KeyKind.NAME_POSTCODE, f"{code} {place.postcode or place.locality}"
    if place.way:
        yield KeyKind.NAME_STREET, f"{code} {place.way}"


def _company_texts(company: CompanyName, features: Features) -> Iterator[tuple[KeyKind, str]]:
    yield KeyKind.COMPANY, " ".join(sorted(company.core))
    yield KeyKind.COMPANY, company.joined
    if company.acronym:
        yield KeyKind.COMPANY, company.acronym
    for word in company.core:
        if len(word) >= _RARE or not word.isascii():
            yield KeyKind.COMPANY_WORD, word
        for place in features.places:
            yield KeyKind.COMPANY_PLACE, f"{word[:_STEM]} {place.postcode or place.locality}"
    for email in features.emails:
        if email.own_domain:
            yield KeyKind.DOMAIN, email.domain
