"""Names of persons and organisations, as their channel writes them.

A name in one column (``MUELLER, ANNA DR``) is taken apart; a name in capitals only is given
proper case then, because such a system has no other letters. Parts that stand in their own columns
are left as they are.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from hub.model import PersonName
from mapping.clean.emails import is_email
from mapping.clean.text import CACHED, UncleanError
from mapping.clean.words import word

if TYPE_CHECKING:
    from nameparser import Parser

_WORD = r"[A-Za-zÀ-ɏ]{2,}(?:['\u2019-][A-Za-zÀ-ɏ]+)*"
_PLAIN = re.compile(rf"(?P<first>{_WORD})(?P<comma>,)? (?P<rest>{_WORD}(?: {_WORD})?)")
_TITLE = r"(?:dr|prof|dipl|ing|mag|med|phil|jur|rer|nat)\b\.?"
_TRAILING_TITLE = re.compile(
    rf"(?P<name>[^,]+,\s*[^,]*?[^\s,])[,\s]\s*(?P<title>{_TITLE}(?:\s*{_TITLE})*)", re.IGNORECASE
)
_TITLED = re.compile(
    rf"(?P<title>(?:dr|prof)\b\.?(?:\s*{_TITLE})*)\s*(?P<given>\w.*)", re.IGNORECASE
)
_GENERATION = re.compile(
    r"(?P<family>.*[^\s,])\s*[,\s]\s*(?P<suffix>(?:jr|sr|jun|sen|junior|senior|ii|iii|iv)\.?)",
    re.IGNORECASE,
)
_GENERATION_FIRST = re.compile(
    r"(?P<family>[^,]+),\s*(?P<suffix>(?:jr|sr|ii|iii|iv)\.?)\s*,(?P<given>.+)", re.IGNORECASE
)
_LONGEST = 200
_SHOUTED = 3
"""Letters that a surname in capitals has at least (``SATO Taro``); fewer are initials."""


def name_part(raw: Any) -> str | None:
    """Return one part of a name, or an organisation's name; None for blanks and placeholders.

    Raises UncleanError for an e-mail address: somebody typed it into the wrong column.
    """
    value = word(raw)
    if value is not None and is_email(value):
        raise UncleanError("an e-mail address in place of a name")
    return value


def full_name(raw: Any) -> PersonName | None:
    """Take apart a person's name that stands in one column, in either order.

    Raises UncleanError for a text that is too long to be one.
    """
    value = name_part(raw)
    if value is not None and len(value) > _LONGEST:
        raise UncleanError(f"longer than {_LONGEST} characters: not a person's name")
    return None if value is None else _parse(value)


def person_name(**parts: str | None) -> PersonName | None:
    """Make one name of its columns; None without a given or family name.

    ``Dr. Eva`` in a given-name column is a title and a name, ``Miller Jr.`` in a surname column a
    surname and a suffix: the one tells nobody apart, the other a father from his son.
    """
    if not (parts.get("given") or parts.get("family")):
        return None
    if not parts.get("prefix") and (found := _TITLED.fullmatch(parts.get("given") or "")):
        parts |= {"prefix": found["title"], "given": found["given"]}
    if not parts.get("suffix"):
        family, suffix = split_generation(parts.get("family"))
        parts |= {"family": family, "suffix": suffix}
    return PersonName(**parts)


def split_generation(family: str | None) -> tuple[str | None, str | None]:
    """Split ``Miller Jr.`` into surname and suffix; the suffix is None if there is none."""
    found = _GENERATION.fullmatch(family) if family else None
    return (found["family"], found["suffix"]) if found else (family, None)


def is_generation(suffix: str) -> bool:
    """Tell whether ``suffix`` is one that `split_generation` finds again behind a surname."""
    return _GENERATION.fullmatch(f"X {suffix}") is not None


def write_name(name: PersonName, template: str) -> str:
    """Write a name as ``template`` says (``{family}, {given} {middle}``); absent parts close up."""
    parts = {part: value or "" for part, value in name.model_dump().items()}
    return " ".join(template.format_map(parts).split()).replace(" ,", ",").strip(" ,")


@lru_cache(CACHED)
def _parse(value: str) -> PersonName | None:
    name = _parse_plain(value) or _parse_any(value)
    if name["given"] and not name["family"] and not value.startswith(","):
        name |= {"given": "", "family": name["given"]}  # who gives one name gives the surname
    return person_name(**{part: name_part(words.strip(" ,")) for part, words in name.items()})


def _parse_plain(value: str) -> dict[str, str] | None:
    """Take apart two or three plain words: nine names in ten, twenty times as fast."""
    found = _PLAIN.fullmatch(value)
    if not found or not _vocabulary().isdisjoint(re.split("[ ,]+", value.casefold())):
        return None
    first, rest = found["first"], found["rest"]
    if value.isupper() or value.islower():
        if re.search(r"(?i)\bma?c", value):  # McDonald, MacLeod, but Mack: not plain
            return None
        first, rest = _proper(first), _proper(rest)
    if found["comma"] or _is_shouted(first, rest):
        given, _, middle = rest.partition(" ")
        return {"given": given, "middle": middle, "family": first}
    middle, _, family = rest.rpartition(" ")
    return {"given": first, "middle": middle, "family": family}


def _parse_any(value: str) -> dict[str, str]:
    """Take apart any name: titles, suffixes, particles, several scripts."""
    value = _in_order(value)
    first, _, rest = value.partition(" ")
    if "," not in value and first.casefold() not in _vocabulary() and _is_shouted(first, rest):
        value = f"{first}, {rest}"
    name = _parser().parse(value)
    if value.isupper() or value.islower():
        name = name.capitalized(force=True)
    return {
        "prefix": _lower_i(name.title),
        "given": _lower_i(name.given),
        "middle": _lower_i(name.middle),
        "family": _lower_i(name.family),
        "suffix": _lower_i(name.suffix),
    }


def _in_order(value: str) -> str:
    """Put titles and generations where the parser expects them: ``SURNAME JR, TITLE GIVEN``."""
    if found := _GENERATION_FIRST.fullmatch(value):
        value = f"{found['family']} {found['suffix']}, {found['given'].strip()}"
    if found := _TRAILING_TITLE.fullmatch(value):
        family, _, given = found["name"].partition(",")
        value = f"{family}, {found['title']} {given.strip()}"
    return value


def _is_shouted(first: str, rest: str) -> bool:
    """Tell whether only the first word is in capitals: that marks a surname (``SATO Taro``)."""
    return len(first) >= _SHOUTED and first.isupper() and not any(map(str.isupper, rest.split()))


def _proper(words: str) -> str:
    return _lower_i(re.sub(r"\w+", lambda word: word[0].capitalize(), words))


def _lower_i(words: str) -> str:
    """Take out the dot that Python leaves over when it lowers the Turkish ``İ``."""
    return words.replace("i\u0307", "i")


@cache
def _parser() -> "Parser":
    """Chinese surnames without a blank, Russian patronymics; the rest as the library does it."""
    from nameparser import locales, parser_for  # noqa: PLC0415 - 100 ms, for one-column names only

    return parser_for(locales.ZH, locales.RU)


@cache
def _vocabulary() -> frozenset[str]:
    """Words that are more than a name: titles, suffixes, particles, "and", "geb."."""
    from nameparser import Lexicon  # noqa: PLC0415 - as above

    known = Lexicon.default()
    words = (
        known.titles | known.suffix_words | known.suffix_acronyms | known.particles
        | known.conjunctions | known.bound_given_names | known.maiden_markers
        | known.after_given_titles | known.honorific_tails | known.given_name_titles
    )  # fmt: skip
    return frozenset(words) | {"jun", "sen", "dipl", "ing", "mag"}
