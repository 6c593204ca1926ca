"""Two names of persons: same script first, native spelling; transliteration only across scripts."""

from collections.abc import Iterator

from rapidfuzz.distance import OSA, JaroWinkler

from matching.comparisons.levels import Field, Level
from matching.text.names import Name, Part, swapped
from matching.text.script import IDEOGRAPHIC

_CLOSE = 0.92
_SIMILAR = 0.84
_UNLIKE = 0.7
"""Below, two spellings in Latin letters are not of one name, whoever romanised it."""
_TYPO = 4
"""Shortest name in which one wrong letter is a typing error; below, it is another name."""
_BONES = 2
"""Fewer consonants than this fit too many names; Arabic and Hebrew write little else."""
_STEM = 3
"""Shortest beginning of a name that people are called by: Max, Alex, Barb."""
_OTHER_SEX = frozenset({"a", "e", "o", "ina", "ine", "ette", "etta", "elle", "ella"})
"""Endings that make another name of a given name: Jan and Jana, Paul and Paulina are siblings."""
_AGREES = frozenset({Level.SAME, Level.VARIANT, Level.PART, Level.CLOSE})

Found = Iterator[tuple[Field, Level]]


def compare_names(left: Name, right: Name) -> Found:
    """Compare two persons' names; answers given, family and middle where both sides have one."""
    given, family = _given_and_family(left, right)
    if given:
        yield Field.GIVEN, given
    if family:
        yield Field.FAMILY, family
    if left.middle and right.middle:
        yield Field.MIDDLE, _middle(left.middle, right.middle)


def compare_contact(left: Name, right: Name) -> Found:
    """Compare two companies' contact persons, if both name one in full."""
    if _complete(left) and _complete(right):
        levels = _given_and_family(left, right)
        agrees = all(level in _AGREES or level is Level.REORDERED for level in levels)
        yield Field.CONTACT, Level.SAME if agrees else Level.DIFFERENT


def _given_and_family(left: Name, right: Name) -> tuple[Level | None, Level | None]:
    if _complete(left) and _complete(right) and left.whole == right.whole:
        return _same_words(left, right)
    given, family = _given(left, right), _family(left.family, right.family)
    if given is not Level.DIFFERENT or family in _AGREES:
        return given, family
    return _crosswise(left, swapped(right)) or (given, family)


def _crosswise(left: Name, right: Name) -> tuple[Level, Level] | None:
    """Compare with a swapped name; None if the columns agree no better than before.

    If only one word agrees, it counts as the family name: relatives share that one.
    """
    levels = _given(left, right), _family(left.family, right.family)
    if _AGREES.issuperset(levels):
        return Level.REORDERED, Level.REORDERED
    return (Level.DIFFERENT, Level.REORDERED) if Level.SAME in levels else None


def _complete(name: Name) -> bool:
    return name.given is not None and name.family is not None


def _same_words(left: Name, right: Name) -> tuple[Level, Level]:
    """All words agree: in their places, or in an order that tells less."""
    sure = left.certain and right.certain
    if sure and left.family != right.family:
        return Level.REORDERED, Level.REORDERED
    return Level.SAME, Level.SAME


def _given(left: Name, right: Name) -> Level | None:
    one, other = left.given, right.given
    if one is None or other is None:
        return None
    return _by_script(one, other) or _alphabetic_given(left, right, one, other)


def _alphabetic_given(left: Name, right: Name, one: Part, other: Part) -> Level:
    if left.forms & right.called or right.forms & left.called:
        return Level.VARIANT
    if _initials(one.words, other.words):
        return Level.INITIAL
    if _other_sex(one.text, other.text):
        return Level.SIMILAR
    return Level.VARIANT if _shortens(one.text, other.text) else _spelling(one, other)


def _family(one: Part | None, other: Part | None) -> Level | None:
    if one is None or other is None:
        return None
    return _by_script(one, other) or _alphabetic_family(one, other)


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


def _other_sex(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        short = short[:-1]
        return long[:-1] == short and {one[-1], other[-1]} <= _OTHER_SEX
    return long.startswith(short) and long[len(short) :] in _OTHER_SEX


def _shortens(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return _STEM <= len(short) < len(long) - 1 and long.startswith(short)


def _initials(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether one side has initials only, and they fit the other: J. P. and Jean-Paul."""
    short, long = sorted((one, other), key=lambda words: (len("".join(words)), -len(words)))
    return all(len(word) == 1 for word in short) and all(
        full[0] == letter for letter, full in zip(short, long, strict=False)
    )


def _spelling(one: Part, other: Part) -> Level:
    a, b = one.text.replace(" ", ""), other.text.replace(" ", "")
    if a == b:
        return Level.SAME
    likeness = JaroWinkler.similarity(a, b, score_cutoff=_SIMILAR)
    edits = OSA.distance(a, b, score_cutoff=1) if min(len(a), len(b)) >= _TYPO else 2
    if edits <= 1 or likeness >= _CLOSE:
        return Level.CLOSE
    return Level.SIMILAR if likeness >= _SIMILAR else Level.DIFFERENT


def _signs(one: str, other: str) -> Level:
    """Compare names of two to four signs, where one other sign is another name."""
    return Level.CLOSE if sorted(one) == sorted(other) else Level.DIFFERENT


def _across(one: Part, other: Part) -> Level:
    if _initials(tuple(one.roman.split()), tuple(other.roman.split())):
        return Level.INITIAL
    a, b = one.roman.replace(" ", ""), other.roman.replace(" ", "")
    likeness = JaroWinkler.similarity(a, b)
    same_bones = one.bones == other.bones
    if (same_bones and len(one.bones) >= _BONES) or likeness >= _CLOSE:
        return Level.TRANSLITERATED
    # Japanese names have many readings, so an unlike one says nothing.
    readable = IDEOGRAPHIC.isdisjoint((one.script, other.script))
    unlike = readable and not same_bones and likeness < _UNLIKE
    return Level.DIFFERENT if unlike else Level.SIMILAR


def _middle(one: tuple[str, ...], other: tuple[str, ...]) -> Level:
    if one == other:
        return Level.SAME
    return Level.INITIAL if _initials(one, other) else Level.DIFFERENT
