"""The core of a company's name: what is left without legal forms and in one spelling."""

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.fold import fold

_CACHED = 1 << 16


class CompanyName(NamedTuple):
    """A company's name, split: ``core`` words (never empty) and the short name of its form."""

    core: tuple[str, ...]
    form: str | None
    joined: str
    acronym: str


class _Forms(NamedTuple):
    words: Mapping[tuple[str, ...], str]
    edges: frozenset[str]
    """The first and last words of all forms: a look at a name's two ends tells most names."""
    anywhere: Mapping[str, str]
    signs: Mapping[str, str]
    alike: Mapping[str, str]
    numerals: Mapping[str, str]
    links: frozenset[str]
    longest: int


@lru_cache(_CACHED)
def company_name(text: str) -> CompanyName | None:
    """Split a company's name as given; None if it holds no letter or digit."""
    bare, sign_form = _without_signs(text)
    words = tuple(_join_letters(fold(bare.replace("&", " and ")).split()))
    core, word_form = _without_words(words)
    if not core:
        return None
    core = _spelt_alike(core)
    core = tuple(word for word in core if word not in _forms().links) or core
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
    return _without_inner(words, form)


def _cut_once(words: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    forms = _forms()
    if not words or (words[0] not in forms.edges and words[-1] not in forms.edges):
        return None
    for length in range(min(forms.longest, len(words) - 1), 0, -1):
        for part, rest in (
            (words[-length:], words[:-length]),
            (words[:length], words[length:]),
        ):
            if (form := forms.words.get(part)) and _tells(rest):
                return rest, form
    return None


def _without_inner(words: tuple[str, ...], form: str | None) -> tuple[tuple[str, ...], str | None]:
    """Cut forms that are nothing else wherever they stand: ``Acme GmbH Berlin``."""
    anywhere = _forms().anywhere
    inner = [word for word in words[1:] if word in anywhere]
    if not inner:
        return words, form
    return words[:1] + tuple(w for w in words[1:] if w not in anywhere), form or anywhere[inner[0]]


def _tells(words: tuple[str, ...]) -> bool:
    links = _forms().links
    return any(word not in links for word in words)


def _spelt_alike(core: tuple[str, ...]) -> tuple[str, ...]:
    """Bring words and numerals into one spelling: Little Tykes II is Little Tykes 2.

    A numeral never begins a name (V. Hugo), and a single i is one at the end only (Jan i Syn).
    """
    forms = _forms()
    first, *rest = (forms.alike.get(word, word) for word in core)
    inner = (forms.numerals.get(word, word) if word != "i" else word for word in rest[:-1])
    return first, *inner, *(forms.numerals.get(word, word) for word in rest[-1:])


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
    table = yaml.load(text, yaml.CSafeLoader)
    words: dict[tuple[str, ...], str] = {}
    for form, spellings in table["words"].items():
        for spelling in spellings:
            words.setdefault(tuple(_join_letters(fold(spelling).split())), form)
    signs = sorted(
        ((sign, form) for form, spellings in table["signs"].items() for sign in spellings),
        key=lambda entry: (-len(entry[0]), entry),
    )
    return _Forms(
        words,
        frozenset(edge for spelling in words for edge in (spelling[0], spelling[-1])),
        {word: words[(word,)] for word in table["anywhere"]},
        dict(signs),
        _by_spelling(table["words_alike"]),
        _by_spelling(table["numerals"]),
        frozenset(map(fold, table["links"])),
        max(map(len, words)),
    )


def _by_spelling(table: Mapping[str, list[str]]) -> dict[str, str]:
    pairs = ((word, spelling) for word, spellings in table.items() for spelling in spellings)
    return {fold(spelling): word for word, spelling in pairs}
