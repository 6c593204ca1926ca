"""How two values differ: in a word, and sign by sign."""

import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

_NEAR = 0.75
"""From this likeness on two values are near; only then, marks show where they differ."""
_MARKED = 0.5


class Agreement(StrEnum):
    """How the two sides of a row stand to each other."""

    AGREE = "agree"
    NEAR = "near"
    DIFFER = "differ"
    MISSING = "missing"


class Piece(NamedTuple):
    """A run of signs that both sides share, or that only this side has."""

    text: str
    differs: bool


Pieces = tuple[Piece, ...]


def agreement(left: str, right: str) -> tuple[Agreement, str]:
    """Return how two values stand, and where it helps, what sets them apart."""
    if not (left and right):
        return Agreement.MISSING, ""
    if left == right:
        return Agreement.AGREE, ""
    for why, fold in _FOLDS.items():
        if fold(left) == fold(right):
            return Agreement.NEAR, why
    if script(left) != script(right):
        return Agreement.DIFFER, "other script"
    near = likeness(left, right) >= _NEAR
    return (Agreement.NEAR if near else Agreement.DIFFER), ""


def likeness(left: str, right: str) -> float:
    """Return 0 to 1: the share of signs that need no editing, letter case aside."""
    return Levenshtein.normalized_similarity(left.casefold(), right.casefold())


def pieces(left: str, right: str) -> tuple[Pieces, Pieces]:
    """Cut both values where they differ; values with little in common stay whole and unmarked.

    Accents and other combining signs stay with their letter.
    """
    if left == right or likeness(left, right) < _MARKED:
        return _whole(left), _whole(right)
    one, other = list(_letters(left)), list(_letters(right))
    steps = Levenshtein.opcodes(one, other)
    return (
        _joined((one[s.src_start : s.src_end], s.tag != "equal") for s in steps),
        _joined((other[s.dest_start : s.dest_end], s.tag != "equal") for s in steps),
    )


def script(text: str) -> str:
    """Return the script that the first letter is written in, as Unicode names it."""
    letter = next(filter(str.isalpha, text), "")
    return unicodedata.name(letter, "").partition(" ")[0] if letter else ""


def _whole(text: str) -> Pieces:
    return (Piece(text, differs=False),) if text else ()


def _joined(parts: Iterator[tuple[list[str], bool]]) -> Pieces:
    return tuple(Piece("".join(letters), differs) for letters, differs in parts if letters)


def _letters(text: str) -> Iterator[str]:
    """Yield each letter together with the combining signs that follow it."""
    letter = ""
    for sign in text:
        if letter and unicodedata.category(sign)[0] != "M":
            yield letter
            letter = ""
        letter += sign
    yield letter


def _wide(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _bare(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, _bare(text)))


_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
_FOLDS: dict[str, Callable[[str], str]] = {
    "letter case": str.casefold,
    "full width": _wide,
    "accents": _bare,
    "umlauts": lambda text: _bare(text.casefold().translate(_SPELT_OUT)),
    "spaces and signs": lambda text: _plain(text) or text,
}
"""What two near values may differ in, least first, and how to look past it."""
