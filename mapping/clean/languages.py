"""Languages: a code, a locale or a name becomes ISO 639-1."""

import re
from functools import cache, lru_cache
from typing import Any

from babel.core import get_global

from mapping.clean.spellings import fold, named, two_letters
from mapping.clean.text import CACHED, text
from mapping.clean.words import aliases


def language(raw: Any) -> str | None:
    """Return the ISO 639-1 code in ``raw`` (``de_DE``, ``DEU``, ``Deutsch``), None if unknown."""
    value = text(raw)
    return None if value is None else _language(value)


@lru_cache(CACHED)
def _language(value: str) -> str | None:
    head = re.split("[-_]", value, maxsplit=1)[0].lower()
    if head in _codes():
        return head
    return _index().get(fold(value)) or _index().get(head)


@cache
def _codes() -> frozenset[str]:
    return two_letters("languages")


@cache
def _index() -> dict[str, str]:
    """Spelling -> code: names, ISO 639-2 and 639-3, the three letters of Windows; ours win."""
    index: dict[str, str] = {}
    for spelling, code in named("languages"):
        if code in _codes():
            index.setdefault(spelling, code)
    for long, short in get_global("language_aliases").items():
        if short in _codes():
            index.setdefault(fold(long), short)
    return index | {fold(spelling): code for spelling, code in aliases("languages")}
