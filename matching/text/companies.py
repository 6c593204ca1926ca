"""The core of a company's name: what is left without legal forms and in one spelling."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.fold import fold

_LINKS = frozenset({"and", "und", "et", "e", "y", "en", "og", "och", "i", "the"})
"""Words that join names of partners, or stand before one; they tell no two companies apart."""
_CACHED = 1 << 16


class CompanyName(NamedTuple):
    """A company's name, split: ``core`` words (never empty) and the short name of its form."""

    core: tuple[str, ...]
    form: str | None
    joined: str
    acronym: str


class _Forms(NamedTuple):
    words: Mapping[tuple[str, ...], str]
    signs: Mapping[str, str]
    alike: Mapping[str, str]
    longest: int


@lru_cache(_CACHED)
def company_name(text: str) -> CompanyName | None:
    """Split a company's name as given; None if it holds no letter or digit."""
    bare, sign_form = _without_signs(text)
    words = tuple(_join_letters(fold(bare.replace("&", " and ")).split()))
    core, word_form = _without_words(words)
    core = tuple(word for word in core if word not in _LINKS) or core
    if not core:
        return None
    alike = _forms().alike
    core = tuple(alike.get(word, word) for word in core)
    acronym = "".join(word[0] for word in core) if len(core) > 1 else ""
    return CompanyName(core, word_form or sign_form, "".join(core), acronym)


def _without_signs(text: str) -> tuple[str, str | None]:
    """Cut the first legal form written in East Asian signs, if something is left without it."""
    text = unicodedata.normalize("NFKC", text)
    for sign, form in _forms().signs.items():
        if sign in text and fold(rest := text.replace(sign, " ")):
            return rest, form
    return text, None


def _without_words(words: tuple[str, ...]) -> tuple[tuple[str, ...], str | None]:
    """Cut legal forms off both ends, longest first, as long as something is left."""
    form: str | None = None
    while cut := _cut_once(words):
        words, found = cut
        form = form or found
    return words, form


def _cut_once(words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    forms = _forms()
    for length in range(min(forms.longest, len(words) - 1), 0, -1):
        for part, rest in (
            (words[-length:], words[:-length]),
            (words[:length], words[length:]),
        ):
            if (form := forms.words.get(part)) and _tells(rest):
                return rest, form
    return None


def _tells(words: tuple[str, ...]) -> bool:
    return any(word not in _LINKS for word in words)


def _join_letters(words: list[str]) -> Iterator[str]:
    """Join single letters that follow each other: ``n v`` and ``nv`` are one form."""
    letters = ""
    for word in words:
        if len(word) == 1 and word.isalpha():
            letters += word
            continue
        if letters:
            yield letters
            letters = ""
        yield word
    if letters:
        yield letters


@cache
def _forms() -> _Forms:
    text = files("matching.text").joinpath("legal_forms.yaml").read_text("utf-8")
    table = yaml.safe_load(text)
    words: dict[tuple[str, ...], str] = {}
    for form, spellings in table["words"].items():
        for spelling in spellings:
            words.setdefault(tuple(_join_letters(fold(spelling).split())), form)
    signs = sorted(
        ((sign, form) for form, spellings in table["signs"].items() for sign in spellings),
        key=lambda entry: (-len(entry[0]), entry),
    )
    alike = {
        spelling: word for word, spellings in table["words_alike"].items() for spelling in spellings
    }
    return _Forms(words, dict(signs), alike, max(map(len, words)))
