"""Which writing system a text is in: names are compared within one script before any other way."""

from enum import StrEnum


class Script(StrEnum):
    """The writing systems that need different treatment; all others are OTHER."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    OTHER = "other"


IDEOGRAPHIC = frozenset({Script.HAN, Script.KANA, Script.HANGUL})
"""Scripts written without spaces, where one character is a syllable or a word."""
ABJAD = frozenset({Script.ARABIC, Script.HEBREW})
"""Scripts that write consonants, and of the vowels only some."""

_RANGES: tuple[tuple[int, int, Script], ...] = (
    (0x0041, 0x024F, Script.LATIN),
    (0x0370, 0x03FF, Script.GREEK),
    (0x0400, 0x052F, Script.CYRILLIC),
    (0x0590, 0x05FF, Script.HEBREW),
    (0x0600, 0x077F, Script.ARABIC),
    (0x08A0, 0x08FF, Script.ARABIC),
    (0x1100, 0x11FF, Script.HANGUL),
    (0x1E00, 0x1EFF, Script.LATIN),
    (0x1F00, 0x1FFF, Script.GREEK),
    (0x3041, 0x30FF, Script.KANA),
    (0x3400, 0x4DBF, Script.HAN),
    (0x4E00, 0x9FFF, Script.HAN),
    (0xAC00, 0xD7AF, Script.HANGUL),
    (0xF900, 0xFAFF, Script.HAN),
    (0xFB1D, 0xFB4F, Script.HEBREW),
    (0xFB50, 0xFDFF, Script.ARABIC),
    (0xFE70, 0xFEFF, Script.ARABIC),
    (0x20000, 0x3FFFF, Script.HAN),
)


def script_of(text: str) -> Script:
    """Return the script of the first letter; any kana makes the text KANA (Japanese)."""
    if text.isascii():
        return Script.LATIN if any(map(str.isalpha, text)) else Script.OTHER
    scripts = [_letter(ord(sign)) for sign in text if sign.isalpha()]
    if Script.KANA in scripts:
        return Script.KANA
    return scripts[0] if scripts else Script.OTHER


def _letter(code: int) -> Script:
    for first, last, script in _RANGES:
        if first <= code <= last:
            return script
    return Script.OTHER
