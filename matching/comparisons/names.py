"""Two names of persons: same script first, native spelling; transliteration only across scripts.

One pair of distinct names at a time. What can be done for plain words in bulk is in ``spellings``.
"""

import re
from functools import lru_cache
from itertools import takewhile
from operator import eq

from rapidfuzz.distance import OSA, JaroWinkler

from matching.comparisons.levels import Level
from matching.text.names import Part
from matching.text.nicknames import formal_names, is_nickname
from matching.text.romanise import breathed, unrounded
from matching.text.script import ABJAD, IDEOGRAPHIC

CLOSE, SIMILAR = 0.92, 0.84
UNLIKE = 0.7
"""Below, two spellings in Latin letters are not of one name, whoever romanised it."""
TYPO = 4
"""Shortest name in which one wrong letter is a typing error; below, it is another name."""
FORM = 5
"""Shortest full name that a slip is looked for in, given what somebody is called."""
BONES = 2
"""Fewer consonants than this fit too many names; Arabic and Hebrew write little else."""
ROUNDED = re.compile("[ouw]")
"""A vowel that Arabic and Hebrew may write, as a w; or a w."""
STEM = 3
"""Shortest beginning of a name that people are called by: Max, Alex, Barb."""
_LETTERS = 2
"""Two names of a letter each: a and e, whose beginnings are all of them."""
_CACHED = 1 << 16
_OTHER_SEX = frozenset({"a", "e", "o", "ina", "ine", "ette", "etta", "elle", "ella"})
"""Endings that make another name of a given name: Jan and Jana, Paul and Paulina are siblings."""

_ENDINGS = "os/a is/a us/a es/a и/я /а /я οσ/α οσ/η ησ/α ισ/α /α /ه"  # noqa: RUF001 - no Latin
_OTHER_SEXES = frozenset(frozenset(ends.split("/")) for ends in _ENDINGS.split())
"""The same where both have an ending: Georgios and Georgia, Евгений and Евгения, سعيد and سعيدة."""


def given_level(one: Part, other: Part) -> Level:
    """Compare two given names."""
    level = _by_script(one, other)
    if level is None:
        return _alphabetic_given(one, other)
    across = level in {Level.SIMILAR, Level.DIFFERENT} and one.script is not other.script
    return Level.TRANSLITERATED if across and _forms(one) & _forms(other) else level


def family_level(one: Part, other: Part) -> Level:
    """Compare two family names."""
    return _by_script(one, other) or _alphabetic_family(one, other)


def _alphabetic_given(one: Part, other: Part) -> Level:
    forms, others = _forms(one), _forms(other)
    apart = forms.isdisjoint(others) and forms.isdisjoint(_called(other.roman))
    if not (apart and others.isdisjoint(_called(one.roman))):
        return Level.VARIANT
    if _initials(one.words, other.words):
        return Level.INITIAL
    if is_other_sex(one.text, other.text):
        return Level.SIMILAR
    if _shortens(one.text, other.text):
        return Level.VARIANT
    level = _spelling(one, other)
    slip = level in {Level.SIMILAR, Level.DIFFERENT} and is_form_mistyped(one.roman, other.roman)
    return Level.CLOSE if slip else level


def _forms(part: Part) -> frozenset[str]:
    """Return the formal names of the whole given name and of its first word, in Latin letters."""
    return frozenset() if part.script in IDEOGRAPHIC else _formal(part.roman)


@lru_cache(_CACHED)
def _formal(roman: str) -> frozenset[str]:
    return formal_names(roman) | formal_names(roman.partition(" ")[0])


@lru_cache(_CACHED)
def _called(roman: str) -> frozenset[str]:
    """Return the full names among the words; a shared initial is no shared name."""
    return frozenset(name for name in (roman, *roman.split()) if len(name) > 1)


def _alphabetic_family(one: Part, other: Part) -> Level:
    if set(one.words) <= set(other.words) or set(other.words) <= set(one.words):
        return Level.PART
    return Level.INITIAL if _initials(one.words, other.words) else _spelling(one, other)


def _by_script(one: Part, other: Part) -> Level | None:
    """Return the level where the script decides; None for two spellings in one alphabet."""
    if one.text == other.text:
        return Level.SAME
    if one.script is not other.script:
        return _across(one, other)
    return _signs(one.text, other.text) if one.script in IDEOGRAPHIC else None


def is_other_sex(one: str, other: str) -> bool:
    """Tell whether two given names are a man's and a woman's form: Jan and Jana, Paul and Paula."""
    if one[:1] != other[:1] and len(one) + len(other) > _LETTERS:
        return False  # as nearly always
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        if long[:-1] == short[:-1] and {one[-1], other[-1]} <= _OTHER_SEX:
            return True
    elif long.startswith(short) and long[len(short) :] in _OTHER_SEX:
        return True
    stem = sum(takewhile(bool, map(eq, one, other)))
    return stem >= STEM and frozenset((one[stem:], other[stem:])) in _OTHER_SEXES


def is_form_mistyped(one: str, other: str) -> bool:
    """Tell whether one given name stands for a name that the other is but for a slip.

    Tom and Thmas. The other must be no name of its own: Tina is no slip of Christian's.
    """
    short, long = (one, other) if is_nickname(one) else (other, one)
    if len(long) < FORM or is_nickname(long):
        return False
    return any(
        full[0] == long[0]
        and OSA.distance(full, long, score_cutoff=1) <= 1
        and not is_other_sex(full, long)
        for full in formal_names(short)
        if len(full) >= FORM
    )


def _shortens(one: str, other: str) -> bool:
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return STEM <= len(short) < len(long) - 1 and long.startswith(short)


def _initials(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one side has initials only, and they fit the other: J. P. and Jean-Paul."""
    if one and other and len(one[0]) > 1 < len(other[0]):
        return False  # as nearly always
    if max(map(len, one), default=0) > 1 < max(map(len, other), default=0):
        return False
    short, long = sorted((one, other), key=lambda words: (len("".join(words)), -len(words)))
    return all(len(word) == 1 for word in short) and all(
        full[0] == letter for letter, full in zip(short, long, strict=False)
    )


def _spelling(one: Part, other: Part) -> Level:
    a, b = one.text.replace(" ", ""), other.text.replace(" ", "")
    if a == b:
        return Level.SAME
    likeness = JaroWinkler.similarity(a, b, score_cutoff=SIMILAR)
    edits = OSA.distance(a, b, score_cutoff=1) if min(len(a), len(b)) >= TYPO else 2
    if edits <= 1 or likeness >= CLOSE:
        return Level.CLOSE
    return Level.SIMILAR if likeness >= SIMILAR else Level.DIFFERENT


def _signs(one: str, other: str) -> Level:
    """Compare names of two to four signs, where one other sign is another name."""
    return Level.CLOSE if sorted(one) == sorted(other) else Level.DIFFERENT


def _across(one: Part, other: Part) -> Level:
    if _initials(tuple(one.roman.split()), tuple(other.roman.split())):
        return Level.INITIAL
    a, b = one.roman.replace(" ", ""), other.roman.replace(" ", "")
    likeness = JaroWinkler.similarity(a, b)
    bones = _shared_bones(one, other)
    same_bones = bones is not None
    if len(bones or "") >= BONES or likeness >= CLOSE:
        return Level.TRANSLITERATED
    # Japanese names have many readings, so an unlike one says nothing.
    readable = IDEOGRAPHIC.isdisjoint((one.script, other.script))
    unlike = readable and not same_bones and likeness < UNLIKE
    return Level.DIFFERENT if unlike else Level.SIMILAR


def _shared_bones(one: Part, other: Part) -> str | None:
    """Return the consonants that both spellings have; None if they differ."""
    if ABJAD.isdisjoint((one.script, other.script)):
        return one.bones if one.bones == other.bones else None
    if breathed(one.roman) == breathed(other.roman):
        return breathed(one.roman)
    for written, spelt in ((one, other), (other, one)):
        rounded = written.script in ABJAD and ROUNDED.search(spelt.roman)
        if rounded and unrounded(written.roman) == breathed(spelt.roman):
            return breathed(spelt.roman)
    return None
