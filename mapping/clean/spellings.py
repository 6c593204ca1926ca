"""How people spell what CLDR gives names in many languages: countries and languages."""

import unicodedata
from collections.abc import Iterator, Mapping

from babel import Locale

SPOKEN = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr", "ar", "zh", "zh_Hant")
"""Languages in which a country or a language may be named."""


def fold(spelling: str) -> str:
    """Fold a spelling to compare it: without case, accents, blanks and punctuation."""
    plain = unicodedata.normalize("NFKD", spelling.casefold())
    return "".join(filter(str.isalnum, plain))


def two_letters(kind: str) -> frozenset[str]:
    """Return the codes of two letters that CLDR knows for ``territories`` or ``languages``."""
    names: Mapping[str, str] = getattr(Locale("en"), kind)
    return frozenset(code for code in names if len(code) == len("xx") and code.isalpha())


def named(kind: str) -> Iterator[tuple[str, str]]:
    """Yield (folded name, code) for ``territories`` or ``languages``, English first."""
    for language in SPOKEN:
        names: Mapping[str, str] = getattr(Locale.parse(language), kind)
        for code, name in names.items():
            yield fold(name), code
