"""A company and its address in one cell, taken apart: name, street, postcode, town, country.

Parts stand between commas, semicolons or line breaks, the name first. What a part is shows in its
shape (a postcode, a house number beside a way) and its words; what stays unclear is name.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.companies import company_name
from matching.text.fold import fold

_CUTS = re.compile(r"[,;|\n\t\u3001\uff0c]|\s[-\u2013\u2014]\s(?=\d)")
_HOUSE = re.compile(r"^\d{1,5}[a-z]?$")
_STATE = re.compile(r"^[A-Z]{2}$")
_TOWN_STATE = re.compile(r"^(?P<town>\D+?)\s[A-Z]{2}$")
_POSTCODES = tuple(
    re.compile(pattern)
    for pattern in (
        r"^(?P<code>\d{4}\s?[A-Z]{2}|\d{2}-\d{3}|\d{5}-\d{4})(?P<town>)$",
        r"^(?:[A-Z]{1,3}[- ])?(?P<code>\d{4,6})\s+(?P<town>\D{2,})$",
        r"^(?:PL-)?(?P<code>\d{2}-\d{3}|\d{4}\s?[A-Z]{2}|\d{3}\s\d{2})\s+(?P<town>\D{2,})$",
        r"^(?P<town>\D*?)\s*\b[A-Z]{2}\s+(?P<code>\d{5})(?:-\d{4})?$",
        r"^(?P<town>\D*?)\s*\b(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d)$",
        r"^(?P<code>[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2})\s+(?P<town>\D+)$",
        r"^(?P<town>\D*?)\s*[- ]?(?P<code>\d{4,6})(?:-\d{4})?$",
    )
)
"""Postcodes, alone or beside their town, by country: the Netherlands, Poland and long American ones
alone; Germany, France and many more; Poland, the Netherlands, Sweden; America; Britain and Canada;
Britain turned; Australia, India and China."""
_SIDES = frozenset(["n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"])
_STREET_WORDS = range(2, 10)
_NAMED_STREET, _BARE_STREET = range(3, 6), range(2, 5)
_HOUSE_DIGITS = 3
_TOWN_WORDS = 3
_LONGEST_WAY = 4
"""Words between a house number and the word for a way, in a cell without commas."""
_SHORT_COUNTRY = 2
_CACHED = 1 << 16


class Cell(NamedTuple):
    """What a cell says; empty text where it says nothing."""

    name: str
    street: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2."""


class _Words(NamedTuple):
    organisation: frozenset[str]
    unit: re.Pattern[str]
    ways: frozenset[str]
    endings: tuple[str, ...]
    countries: dict[str, str]


@lru_cache(_CACHED)
def split_cell(text: str) -> Cell:
    """Take a cell apart."""
    first, *rest = [part.strip() for part in _CUTS.split(text) if part.strip()] or [""]
    cell, rest = _country(rest)
    cell, rest = _address(cell, rest)
    names = [first]
    for part in rest:
        if _is_town(part) and len((cell.town + " " + part).split()) <= _TOWN_WORDS:
            cell = cell._replace(town=f"{cell.town} {_without_state(part)}".strip())
        elif not _STATE.match(part):
            names.append(part)
    cell = cell._replace(name=" ".join(_without_units(names)))
    return cell if cell.street or cell.postcode else _within(cell)


def _country(parts: list[str]) -> tuple[Cell, list[str]]:
    """Take the country off the end; two letters must be capitals."""
    if not parts:
        return Cell(""), parts
    code = _words().countries.get(fold(parts[-1]))
    if code is None or (len(parts[-1]) <= _SHORT_COUNTRY and not parts[-1].isupper()):
        return Cell(""), parts
    return Cell("", country=code), parts[:-1]


def _address(cell: Cell, parts: list[str]) -> tuple[Cell, list[str]]:
    """Take out the first postcode and the first street; return the other parts."""
    rest: list[str] = []
    for part in parts:
        if not cell.postcode and (found := _postcode(part)):
            cell = cell._replace(postcode=found[0], town=found[1])
        elif not cell.street and _is_street(part):
            cell = cell._replace(street=part)
        else:
            rest.append(part)
    return cell, rest


def _postcode(part: str) -> tuple[str, str] | None:
    for pattern in _POSTCODES:
        if (found := pattern.match(part)) and not any(map(_leads, fold(found["town"]).split())):
            return found["code"], found["town"].strip()
    return None


def _is_street(part: str) -> bool:
    """Tell a house number beside a way, before a name or behind a short one."""
    words = fold(part).split()
    houses = [place for place, word in enumerate(words) if _HOUSE.match(word)]
    if len(words) not in _STREET_WORDS or not houses:
        return False
    if any(map(_leads, words)):
        return True
    if not _words().organisation.isdisjoint(words):
        return False
    last = words[-1] if houses[-1] == len(words) - 1 else ""
    return (houses[0] == 0 and len(words) in _NAMED_STREET) or (
        0 < len(last) <= _HOUSE_DIGITS and len(words) in _BARE_STREET
    )


def _leads(word: str) -> bool:
    """Tell whether a word names a way, or a side of town as streets have it."""
    words = _words()
    return (
        word in words.ways
        or word in _SIDES
        or any(word.endswith(end) and len(word) > len(end) + 1 for end in words.endings)
    )


def _is_town(part: str) -> bool:
    words = fold(part).split()
    if not 0 < len(words) <= _TOWN_WORDS or any(map(str.isdigit, part)) or _STATE.match(part):
        return False
    if not _words().organisation.isdisjoint(words) or _is_unit(part):
        return False
    name = company_name(part)
    return name is not None and name.form is None and "&" not in part


def _without_state(part: str) -> str:
    found = _TOWN_STATE.match(part)
    return found["town"] if found else part


def _without_units(names: list[str]) -> list[str]:
    """Leave out departments and the like, unless nothing else is named."""
    return [name for name in names if not _is_unit(name)] or names


def _is_unit(part: str) -> bool:
    return bool(_words().unit.search(fold(part)))


def _within(cell: Cell) -> Cell:
    """Look for a street inside the name, where no comma sets it off."""
    words = cell.name.split()
    for place in range(1, len(words) - 1):
        if not _HOUSE.match(words[place].lower()):
            continue
        ways = [at for at in _behind(words, place) if _leads_plainly(fold(words[at]))]
        if ways:
            end = ways[0] + 1
            tail = " ".join(words[end:])
            postcode, town = _postcode(tail) or ("", tail)
            return cell._replace(
                name=" ".join(words[:place]),
                street=" ".join(words[place:end]),
                postcode=postcode,
                town=cell.town or town,
            )
    return cell


def _behind(words: list[str], place: int) -> Iterator[int]:
    yield from range(place + 1, min(place + 1 + _LONGEST_WAY, len(words)))


def _leads_plainly(word: str) -> bool:
    return word not in _SIDES and _leads(word)


@cache
def _words() -> _Words:
    table, streets = (
        yaml.load(files("matching.text").joinpath(name).read_text("utf-8"), yaml.CSafeLoader)
        for name in ("cells.yaml", "streets.yaml")
    )
    ways = {fold(word) for spellings in streets["words"].values() for word in spellings}
    endings = {fold(word) for spellings in streets["endings"].values() for word in spellings}
    begins, ends = ("|".join(map(fold, table[name])) for name in ("unit_begins", "unit_ends"))
    return _Words(
        frozenset(map(fold, table["organisation"])),
        re.compile(rf"^(?:the )?(?:{begins})\b|\b(?:{ends})$"),
        frozenset(word for word in ways if len(word) > 1).union(table["ways"]) - _SIDES,
        tuple(sorted(end for end in endings if len(end) > _SHORT_COUNTRY)),
        _countries(table),
    )


def _countries(table: dict[str, dict[str, list[str]]]) -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - loads tables; most runs split no cell

    named = {
        fold(name): code
        for language in table["languages"]
        for code, name in Locale(language).territories.items()
        if code.isalpha()
    }
    return named | {
        spelling: code for code, names in table["countries"].items() for spelling in names
    }
