"""One spelling for what people write in many: width, case, accents, umlauts, Han variants.

A folded text serves comparison only; what a person sees is always what the channel gave.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from matching.text.script import Script, script_of

if TYPE_CHECKING:
    from opencc import OpenCC

_UNACCENTED = frozenset(
    {Script.LATIN, Script.GREEK, Script.CYRILLIC, Script.ARABIC, Script.HEBREW, Script.OTHER}
)
"""Where a combining mark is an accent. In kana it makes another syllable, so it stays."""

_LETTERS = str.maketrans(
    {
        "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
        "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
        "\N{ARABIC TATWEEL}": None,
    }
)  # fmt: skip
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e")
"""``ue`` for ``ü`` and so on, but not after a vowel (Bauer, Neuer) or q (Duquesne)."""
_JOINERS = re.compile(
    r"['`\u2018\u2019\u02bb\u02bc\u00b4]"  # apostrophes of all kinds
    r"|(?<=\b\w)\.(?=\w\b)"  # the dots of an abbreviation such as S.A.
    r"|(?<=\w)[?\ufffd](?=\w)"  # letters lost on the way
)
_GAPS = re.compile(r"[\W_]+")
_CACHED = 1 << 16


@lru_cache(_CACHED)
def fold(text: str) -> str:
    """Fold ``text`` to lower-case words with single spaces; empty if it holds no letter or digit.

    ``Müller``, ``Mueller``, ``MULLER`` and ``Muller`` fold to one form; so do ``陳`` and ``陈``,
    full and half width, ``O'Brien`` and ``OBrien``.
    """
    words = unicodedata.normalize("NFKC", text).casefold()
    if not words.isascii():
        words = _fold_letters(words, script_of(words))
    words = _GAPS.sub(" ", _JOINERS.sub("", words)).strip()
    return _UMLAUT.sub(r"\1", words)


def _fold_letters(words: str, script: Script) -> str:
    if script in _UNACCENTED:
        parts = unicodedata.normalize("NFD", words.translate(_LETTERS))
        plain = "".join(sign for sign in parts if not unicodedata.combining(sign))
        return unicodedata.normalize("NFC", plain)
    if script is Script.HAN:
        return str(_simplifier().convert(words))
    return words


@cache
def _simplifier() -> "OpenCC":
    from opencc import OpenCC  # noqa: PLC0415 - loads dictionaries; most runs meet no Han

    return OpenCC("t2s")
