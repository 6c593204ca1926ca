"""A street line made comparable: the way in one spelling, and the house number apart."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.fold import fold

_NUMBER = re.compile(r"(?<![0-9a-z])\d+(?: ?[a-z])?(?![0-9a-z])")
_ORDINAL = re.compile(r"(\d+)\.(?=\s*[^\W\d])")
"""``17. Juni``: a number that belongs to the name."""
_CACHED = 1 << 16


class Street(NamedTuple):
    """A street line: ``way`` without spaces (``hauptstr``), ``number`` as text (``12a``)."""

    way: str
    number: str


class _Words(NamedTuple):
    whole: Mapping[str, str]
    endings: tuple[tuple[str, str], ...]
    fillers: frozenset[str]


@lru_cache(_CACHED)
def street_of(line: str) -> Street:
    """Split a street line as given; either part may be empty.

    The house number is the first number in the line, wherever the country writes it; numbers
    behind it (floor, flat) say nothing, since half of all writers leave them out.
    """
    words = fold(_ORDINAL.sub(r"\1th ", line))
    found = _NUMBER.search(words)
    if found is None:
        return Street(way_text(words), "")
    before, after = words[: found.start()], words[found.end() :]
    way = before if before.strip() else _NUMBER.sub(" ", after)
    return Street(way_text(way), found.group().replace(" ", ""))


def way_text(text: str) -> str:
    """Return the folded words of a way in one spelling, without spaces."""
    return "".join(map(_word, text.split()))


@lru_cache(_CACHED)
def _word(word: str) -> str:
    table = _words()
    if word in table.fillers:
        return ""
    word = table.whole.get(word, word)
    for ending, short in table.endings:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + short
    return word


@cache
def _words() -> _Words:
    text = files("matching.text").joinpath("streets.yaml").read_text("utf-8")
    table = yaml.load(text, yaml.CSafeLoader)
    whole: dict[str, str] = {}
    for short, spellings in table["words"].items():
        for spelling in spellings:
            whole.setdefault(fold(spelling), fold(short).replace(" ", ""))
    endings = tuple(
        (fold(ending), short)
        for short, spellings in table["endings"].items()
        for ending in spellings
    )
    return _Words(whole, endings, frozenset(map(fold, table["fillers"])))
