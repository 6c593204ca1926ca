"""The lists that names, towns and companies are drawn from: ``sandbox/data/*.yaml``, read once.

The head of each file says how a line is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self

import yaml


@dataclass(frozen=True, slots=True)
class Word:
    """A name as it is written at home, on a Latin keyboard, and in other ways."""

    native: str
    roman: str
    variants: tuple[str, ...] = ()
    feminine: "Word | None" = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``native=romanised/variant;feminine=romanised``; a low line is a space."""
        masculine, _, feminine = text.replace("_", " ").partition(";")
        first, *variants = masculine.split("/")
        native, _, roman = first.partition("=")
        other = cls.parse(feminine) if feminine else None
        return cls(native, roman or native, tuple(variants), other)

    @property
    def foreign(self) -> bool:
        """Whether the home script is not Latin."""
        return self.native != self.roman

    def written(self, *, roman: bool) -> str:
        """Return the name in one of its two scripts."""
        return self.roman if roman else self.native

    def others(self, *, roman: bool) -> tuple[str, ...]:
        """Return the variants in the asked script."""
        if not self.foreign:
            return self.variants
        return tuple(other for other in self.variants if _is_latin(other) == roman)


def _is_latin(text: str) -> bool:
    """Tell a romanised variant from a native one: those in the lists are plain ASCII."""
    return text.isascii()


def parse_words(text: str) -> tuple[Word, ...]:
    """Read a line of names parted by spaces."""
    return tuple(Word.parse(part) for part in text.split())


@dataclass(frozen=True, slots=True)
class Language:
    """How people of one language are called."""

    women: tuple[Word, ...]
    men: tuple[Word, ...]
    families: tuple[Word, ...]
    titles: tuple[str, ...]
    has_middle_names: bool


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its postcode pattern and the pattern of its telephone numbers."""

    postcode: str
    name: Word
    landline: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """What the sandbox knows of a country; see the head of countries.yaml."""

    code: str
    weight: int
    names: Mapping[str, int]
    spelled: tuple[str, ...]
    nav: str
    crm: str
    locale: str
    calling_code: str
    trunk: str
    line: str
    roman_line: str
    streets: tuple[Word, ...]
    short: Mapping[str, str]
    towns: tuple[Town, ...]
    mobile: str
    vat: str


@dataclass(frozen=True, slots=True)
class Naming:
    """How companies of one country are called: words, trades and spellings of legal forms."""

    order: str
    roman_order: str
    words: tuple[Word, ...]
    trades: tuple[Word, ...]
    forms: tuple[tuple[Word, ...], ...]


def _read(name: str) -> Any:
    text = files("sandbox").joinpath("data", f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, yaml.CSafeLoader)


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages by ISO 639-1 code."""
    return {
        code: Language(
            women=parse_words(entry["women"]),
            men=parse_words(entry["men"]),
            families=parse_words(entry["families"]),
            titles=tuple(entry["titles"].split()),
            has_middle_names=entry["middle"],
        )
        for code, entry in _read("names").items()
    }


@cache
def countries() -> Mapping[str, Country]:
    """Return the countries by ISO 3166-1 alpha-2 code."""
    return {code: _country(code, entry) for code, entry in _read("countries").items()}


def _country(code: str, entry: Mapping[str, Any]) -> Country:
    calling_code, trunk = entry["phone"]
    return Country(
        code=code,
        weight=entry["weight"],
        names=entry["names"],
        spelled=tuple(name.replace("_", " ") for name in entry["spelled"]),
        nav=entry["nav"],
        crm=entry["crm"],
        locale=entry["locale"],
        calling_code=calling_code,
        trunk=trunk,
        line=entry["line"],
        roman_line=entry.get("roman", entry["line"]),
        streets=parse_words(entry["streets"]),
        short=entry["short"],
        towns=tuple(
            Town(postcode, Word.parse(name), *rest) for postcode, name, *rest in entry["towns"]
        ),
        mobile=entry["mobile"],
        vat=entry.get("vat", ""),
    )


@cache
def namings() -> Mapping[str, Naming]:
    """Return how companies are named, by country code."""
    lists = _read("companies")
    return {code: _naming(lists, country) for code, country in countries().items()}


def _naming(lists: Mapping[str, Any], country: Country) -> Naming:
    if own := lists["scripts"].get(country.code):
        return Naming(
            order=own["order"],
            roman_order=own["roman"],
            words=parse_words(own["words"]),
            trades=parse_words(own["trades"]),
            forms=tuple(tuple(map(Word.parse, spellings)) for spellings in own["forms"]),
        )
    trades = lists["trades"].get(next(iter(country.names)), lists["trades"]["en"])
    forms = lists["forms"].get(country.code, lists["forms"]["default"])
    return Naming(
        order="{word} {trade} {form}",
        roman_order="{word} {trade} {form}",
        words=parse_words(lists["words"]),
        trades=tuple(map(Word.parse, trades)),
        forms=tuple(tuple(map(Word.parse, spellings)) for spellings in forms),
    )
