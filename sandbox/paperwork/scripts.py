"""Scripts: which ones a name is written in."""

import unicodedata

_TAGS = {
    "CJK": "han",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "HANGUL": "hangul",
    "CYRILLIC": "cyrillic",
    "ARABIC": "arabic",
    "GREEK": "greek",
    "LATIN": "accents",
}


def scripts(text: str) -> tuple[str, ...]:
    """Return the tags of the scripts in a text: han, cyrillic, arabic ...; accents for José.

    Plain ASCII has none.
    """
    families = {
        unicodedata.name(sign, "").split(" ")[0]
        for sign in text
        if sign.isalpha() and not sign.isascii()
    }
    return tuple(sorted({_TAGS[family] for family in families if family in _TAGS}))
