"""The street line of an organisation, taken apart as far as people write it differently.

Half of all writers leave out whether it is a street or an avenue, or on which side of town; a
house takes several numbers, and floors follow. What is left tells houses apart.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.fold import fold

_ORDINAL_DOT = re.compile(r"(\d+)\.(?=\s*[^\W\d])")
"""``17. Juni``: a number that belongs to the name."""
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_NUMBER = re.compile(r"^(\d+)[a-z]?$")
_SIDES = {
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
    "n": "n", "s": "s", "e": "e", "w": "w", "ne": "ne", "nw": "nw", "se": "se", "sw": "sw",
}  # fmt: skip
_INSIDE = frozenset(
    {"suite", "ste", "unit", "floor", "fl", "flat", "room", "rm", "building", "bldg"}
)
"""Words behind which only the inside of a house is described."""
_CACHED = 1 << 16


class Door(NamedTuple):
    """A street line: the house's first and last number (0: none), its way, the side of town."""

    number: int
    last: int
    way: str
    """The name without street, avenue and the like, unless there is nothing else."""
    side: str


class _Ways(NamedTuple):
    whole: Mapping[str, str]
    kinds: frozenset[str]
    endings: tuple[tuple[str, str], ...]
    fillers: frozenset[str]


@lru_cache(_CACHED)
def door_of(line: str) -> Door:
    """Take a street line apart; the house number is the first number, wherever it stands."""
    words = fold(_ORDINAL_DOT.sub(r"\1th ", line)).split()
    place = next((place for place, word in enumerate(words) if _NUMBER.match(word)), None)
    if place is None:
        return Door(0, 0, *_way(words))
    number = _value(words[place])
    last = _range_end(words, place)
    rest = words[:place] or words[place + (2 if last else 1) :]
    return Door(number, last, *_way(rest))


def _value(word: str) -> int:
    found = _NUMBER.match(word)
    return int(found.group(1)) if found else 0


def _range_end(words: list[str], place: int) -> int:
    """Return the last number of ``1710-1718``, 0 if the line gives one number."""
    if place + 1 >= len(words) or len(words[place + 1]) != len(words[place]):
        return 0
    last = _value(words[place + 1])
    return last if last > _value(words[place]) else 0


def _way(words: list[str]) -> tuple[str, str]:
    ways = _ways()
    side = ""
    named: list[str] = []
    kinds: list[str] = []
    for word in words:
        if word in _INSIDE and (named or kinds):
            break
        if word in _SIDES:
            side = side or _SIDES[word]
        elif word not in ways.fillers:
            short = ways.whole.get(word, word)
            (kinds if short in ways.kinds else named).append(short)
    return " ".join(_ORDINAL.sub(r"\1", _ending(word)) for word in named or kinds), side


def _ending(word: str) -> str:
    for ending, short in _ways().endings:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + short
    return word


@cache
def _ways() -> _Ways:
    text = files("matching.text").joinpath("streets.yaml").read_text("utf-8")
    table = yaml.load(text, yaml.CSafeLoader)
    whole: dict[str, str] = {}
    for short, spellings in table["words"].items():
        for spelling in spellings:
            whole.setdefault(fold(spelling), fold(short))
    endings = tuple(
        (fold(ending), short)
        for short, spellings in table["endings"].items()
        for ending in spellings
    )
    fillers = frozenset(map(fold, table["fillers"])) - _INSIDE
    return _Ways(whole, frozenset(whole.values()), endings, fillers)
