"""A person's name made comparable: parts in one spelling, one order where it can be known.

In: folded text. Out: words without titles, the generation, given and family name told apart.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple, Self

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


_SURE = sorted(_TITLES | _GENERATIONS.keys())
TELLING = f"(?:^| )(?:{'|'.join(_SURE)})(?: |$)"
"""Finds, in a folded name, a title or a generation."""


class Part(NamedTuple):
    """The given name or the family name: folded words, and what the comparisons ask of them."""

    text: str
    words: tuple[str, ...]
    script: Script
    roman: str

    @property
    def bones(self) -> str:
        """Consonant skeleton of the romanised form."""
        return skeleton(self.roman)

    @classmethod
    def of(cls, words: tuple[str, ...]) -> Self:
        """Make a part of folded words; there must be one."""
        text = " ".join(words)
        roman = " ".join(map(romanise, words))
        return cls(text, words, script_of(text), roman)


def whole_name(given: Part, family: Part) -> str:
    """Return the whole name so that it does not matter how it was divided into columns."""
    words = (*family.words, *given.words)
    if family.script in IDEOGRAPHIC:
        return "".join(words)
    return " ".join(sorted(words))


def bare_words(text: str) -> tuple[str, int]:
    """Return a folded name without titles, and the generation at its end.

    1 for senior, 2 for junior and so on, 0 where it names none. A generation that is all there is
    stays as the name.
    """
    kept, generation = _words(text)
    return " ".join(kept), int(generation or 0)


def in_parts(text: str, *, family_only: bool = False) -> tuple[str | None, str] | None:
    """Tell given from family name in one folded text; None if it holds only one of them.

    ``family_only``: it stands where a family name should, and "Al-Qahtani" is just that.
    """
    words = tuple(text.split())
    if family_only and words and words[0] in _PARTICLES:
        return None
    given, family = _divided(words)
    return (" ".join(given) or None, " ".join(family)) if given else None


def votes_family_first(name: str) -> int:
    """Tell by its signs which half of 李 伟华 is the family name: 1 for the first, -1 for the last.

    0 where it can't be told: Japanese families have two signs as often as the given names do.
    """
    words = name.split()
    if len(words) != 2:  # noqa: PLR2004 - halves
        return 0
    first, last = (len(word) == 1 or word in _TWO_SIGN_SURNAMES for word in words)
    return first - last


def leading_family(words: Sequence[str]) -> int:
    """Return how many words at the beginning are the family name, if that stands first."""
    particles = takewhile(lambda word: word.casefold() in _PARTICLES, words[:-2])
    return 1 + sum(1 for _ in particles)


def _words(text: str) -> tuple[tuple[str, ...], str | None]:
    """Return the words of a folded name without titles, and the generation at its end."""
    kept = [word for word in text.split() if word not in _TITLES]
    generation = _GENERATIONS.get(kept[-1]) if kept else None
    if generation and len(kept) > 1:
        kept.pop()
    return tuple(kept), generation


def _divided(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Guess which words of one column are the given name and which the family name."""
    if len(words) > 1:
        if script_of(words[0]) in IDEOGRAPHIC:
            turned = votes_family_first(" ".join(words)) < 0
            return (words[:-1], words[-1:]) if turned else (words[1:], words[:1])
        at = next((n for n, word in enumerate(words[1:], 1) if word in _PARTICLES), len(words) - 1)
        return words[:at], words[at:]
    if words and script_of(words[0]) in {Script.HAN, Script.HANGUL} and 2 <= len(words[0]) <= 4:  # noqa: PLR2004 - names have two to four signs
        surname = words[0][:2] if words[0][:2] in _TWO_SIGN_SURNAMES else words[0][:1]
        rest = words[0][len(surname) :]
        return ((rest,) if rest else ()), (surname,)
    return (), words
