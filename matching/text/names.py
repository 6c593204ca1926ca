"""A person's name made comparable: parts in one spelling, one order where it can be known.

In: the hub's ``PersonName``, as one channel wrote it. Out: ``Name``, the same in folded words.
"""

from typing import NamedTuple, Self

from hub.model import PersonName
from matching.text.fold import fold
from matching.text.nicknames import formal_names
from matching.text.romanise import romanise, skeleton
from matching.text.script import IDEOGRAPHIC, Script, script_of

_GENERATIONS = {
    "jr": "2", "jun": "2", "junior": "2", "jnr": "2", "ii": "2", "2nd": "2",
    "sr": "1", "sen": "1", "senior": "1", "snr": "1",
    "iii": "3", "3rd": "3", "iv": "4", "4th": "4",
}  # fmt: skip
"""Suffixes that tell father from son; PhD and the like do not."""

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "lord", "lady", "dame",
        "herr", "frau", "hr", "fr", "mme", "mlle", "monsieur", "madame", "sig", "sigra", "sra",
        "don", "dona", "ing", "dipl", "mag", "phd", "md", "esq", "av", "госпожа", "господин",
        "先生", "女士", "小姐",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {
        "al", "el", "bin", "bint", "ibn", "abu", "van", "von", "der", "den", "de", "del", "della",
        "di", "da", "do", "dos", "la", "le", "du", "zu", "ter", "ten", "y", "e",
    }
)  # fmt: skip
"""Words of a family name that are never a given name of their own."""
_TWO_SIGN_SURNAMES = frozenset(
    {
        "欧阳", "司马", "诸葛", "上官", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐",
        "司徒", "端木", "南宫", "长孙", "宇文", "万俟", "남궁", "선우", "제갈", "황보", "독고",
    }
)  # fmt: skip


class Part(NamedTuple):
    """The given name or the family name: folded words, and what the comparisons ask of them."""

    text: str
    words: tuple[str, ...]
    script: Script
    roman: str
    bones: str
    """Consonant skeleton of the romanised form."""

    @classmethod
    def of(cls, words: tuple[str, ...]) -> Self:
        """Make a part of folded words; there must be one."""
        text = " ".join(words)
        roman = " ".join(map(romanise, words))
        return cls(text, words, script_of(text), roman, skeleton(roman))


class Name(NamedTuple):
    """A person's name in parts; ``certain`` tells whether the channel kept the parts apart."""

    given: Part | None = None
    middle: tuple[str, ...] = ()
    family: Part | None = None
    generation: str | None = None
    """``1`` for Sr, ``2`` for Jr or II, and so on."""
    certain: bool = True
    whole: str = ""
    """All words sorted; for scripts without spaces all signs in family-given order."""
    called: frozenset[str] = frozenset()
    """Given and middle names, whole and in words: what the person may go by."""
    forms: frozenset[str] = frozenset()
    """The given name and the formal names that it may stand for."""


def name_of(person: PersonName | None) -> Name:
    """Normalise a person's name; an empty ``Name`` if there is none."""
    if person is None:
        return Name()
    given, early = _words(person.given)
    family, late = _words(person.family)
    middle, _ = _words(person.middle)
    _, generation = _words(person.suffix)
    if given and family and _PARTICLES.issuperset(given):
        given, family, certain = (), (*given, *family), False
    else:
        given, family, certain = _in_parts(given, family)
    return Name(
        given=Part.of(given) if given else None,
        middle=middle,
        family=Part.of(family) if family else None,
        generation=generation or late or early,
        certain=certain,
        whole=_whole(given, middle, family),
        called=_called(given, middle),
        forms=_forms(given),
    )


def swapped(name: Name) -> Name:
    """Return the name with given and family name in each other's place."""
    given = name.family.words if name.family else ()
    return name._replace(
        given=name.family,
        family=name.given,
        called=_called(given, name.middle),
        forms=_forms(given),
    )


def _words(text: str | None) -> tuple[tuple[str, ...], str | None]:
    """Fold a part; return its words without titles, and the generation written among them."""
    words = fold(text).split() if text else []
    kept = [word for word in words if word not in _TITLES]
    generation = _GENERATIONS.get(kept[-1]) if kept else None
    if generation and len(kept) > 1:
        kept.pop()
    return tuple(kept), generation


def _in_parts(
    given: tuple[str, ...], family: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Tell given from family name where one column held both; False: it is a guess."""
    if given and family:
        return given, family, True
    words = given or family
    if len(words) > 1:
        if script_of(words[0]) in IDEOGRAPHIC:
            return words[1:], words[:1], False
        return words[:-1], words[-1:], False
    if words and script_of(words[0]) in {Script.HAN, Script.HANGUL} and 2 <= len(words[0]) <= 4:  # noqa: PLR2004 - names have two to four signs
        surname = words[0][:2] if words[0][:2] in _TWO_SIGN_SURNAMES else words[0][:1]
        rest = words[0][len(surname) :]
        return ((rest,) if rest else ()), (surname,), False
    return given, family, False


def _whole(given: tuple[str, ...], middle: tuple[str, ...], family: tuple[str, ...]) -> str:
    words = (*family, *given, *middle)
    if words and script_of(words[0]) in IDEOGRAPHIC:
        return "".join(words)
    return " ".join(sorted(words))


def _called(given: tuple[str, ...], middle: tuple[str, ...]) -> frozenset[str]:
    """Return the full names among the words; a shared initial is no shared name."""
    return frozenset(name for name in (" ".join(given), *given, *middle) if len(name) > 1)


def _forms(given: tuple[str, ...]) -> frozenset[str]:
    """Return the formal names of the whole given name and of its first word."""
    if not given:
        return frozenset()
    return formal_names(" ".join(given)) | formal_names(given[0])
