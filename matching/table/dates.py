"""Birth dates as packed digits: one number a row, compared by its bits."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import Flags, Ints, Words
from matching.text.fold import fold

Packed = NDArray[np.uint32]
"""Eight digits yyyymmdd, four bits each; 0 where nothing is known."""

_CENTURY = 100
_LAST_BORN = 29
"""Two figures up to this are a year of this century, and above of the last one."""
_MOST_DAYS, _MOST_MONTHS = 31, 12
_YEAR, _WHOLE = 4, 8
"""Figures of a year, and of a date without signs between them."""
_PARTS = re.compile(r"\d+|[^\W\d_]{3,}")
_NUMBERS = re.compile(r"\D*(\d{1,2})\D+(\d{1,2})\D+(\d{2,4})(?:\D|$)", re.ASCII)
"""A date whose first part is no year of four figures."""
_LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "ru")
_STEMS = (4, 3)
"""Letters by which a month's name is known in all of these: juin and juillet by four."""


@dataclass(frozen=True)
class Dates:
    """A column of dates: codes of distinct texts, and what each text says."""

    words: Words
    numbers: Ints
    """By distinct text: yyyymmdd as a number, 0 where it can't be read; month or day may be 0."""

    @property
    def packed(self) -> Packed:
        """The date of each row."""
        return self.words.of(_packed(self.numbers))


class _Order(NamedTuple):
    """What the dates of a column show of the order of their parts."""

    day_first: bool = False
    """05/04/1980 is the fifth of April."""
    year_first: bool = False
    """80-04-05 is in the year 80."""


def read_dates(words: Words) -> Dates:
    """Read dates as people and systems write them.

    ISO first; else the four figures are the year, and of the other two the first is the day where
    dates of the column show that it can't be the month. What is no calendar date keeps its digits:
    a slip of one digit may have made it so.
    """
    bare = pc.replace_substring(words.values, "-", "")
    iso = pc.match_substring_regex(bare, "^[0-9]{8}$").fill_null(False)
    numbers = np.zeros(len(words.values), np.int64)
    places = np.flatnonzero(iso.to_numpy(zero_copy_only=False))
    numbers[places] = pc.cast(bare.take(pa.array(places)), pa.int64()).to_numpy()
    others = np.flatnonzero(~iso.to_numpy(zero_copy_only=False))
    texts = [text or "" for text in words.values.take(pa.array(others)).to_pylist()]
    order = _order(texts)
    numbers[others] = [_number(text, order) for text in texts]
    return Dates(words, numbers)


def _order(texts: Iterable[str]) -> _Order:
    found = [tuple(map(int, parts.groups())) for text in texts if (parts := _NUMBERS.match(text))]
    if not found:
        return _Order()
    first, second, last = np.array(found).T
    days, later = (np.count_nonzero(_is_day(part)) for part in (first, second))
    short = last < _CENTURY
    years, ends = (np.count_nonzero(short & (part > _MOST_DAYS)) for part in (first, last))
    return _Order(bool(days > later), bool(years > ends))


def _is_day(numbers: Ints) -> Flags:
    return (numbers > _MOST_MONTHS) & (numbers <= _MOST_DAYS)


def _number(text: str, order: _Order) -> int:
    parts = _PARTS.findall(text)
    digits = [part for part in parts if part.isdecimal()]
    if any(len(part) > _WHOLE for part in digits):
        return 0
    month = next((month for part in parts if (month := _month(part))), 0)
    if month:
        return _with_month(digits, str(month))
    if len(digits) == 1:
        return _undivided(digits[0])
    if len(digits) < 3:  # noqa: PLR2004 - year, month, day
        return 0
    one, two, three = digits[:3]
    early = order.year_first or int(one) > _MOST_DAYS
    if len(one) == _YEAR or (early and len(three) < _YEAR):
        return _joined(one, two, three)
    day_first = int(one) > _MOST_MONTHS or order.day_first or "." in text
    return _joined(three, two, one) if day_first else _joined(three, one, two)


def _with_month(digits: list[str], month: str) -> int:
    """Join what stands around a month's name: 5 May 1980, May 5, 1980, 1980 May 5."""
    if len(digits) < 2:  # noqa: PLR2004 - year and day
        return 0
    one, two = digits[:2]
    return _joined(one, month, two) if len(one) == _YEAR else _joined(two, month, one)


def _undivided(digits: str) -> int:
    if len(digits) == _WHOLE:
        return int(digits)
    return int(digits) * 10_000 if len(digits) == _YEAR else 0


def _joined(year: str, month: str, day: str) -> int:
    full = int(year[-_YEAR:])
    if len(year) < 3:  # noqa: PLR2004 - no century
        full += 2000 if full <= _LAST_BORN else 1900
    return full * 10_000 + int(month) % _CENTURY * 100 + int(day) % _CENTURY


def _month(word: str) -> int:
    """Return the number of a month by the beginning of its name; 0 for another word."""
    if not word.isalpha():
        return 0
    stems = (_months().get(fold(word)[:letters]) for letters in _STEMS)
    return next(filter(None, stems), 0)


@cache
def _months() -> dict[str, int]:
    from babel import Locale  # noqa: PLC0415 - loads tables; most columns name no month

    found = {"mrz": 3}
    for language in _LANGUAGES:
        for number, name in Locale(language).months["format"]["wide"].items():
            for letters in _STEMS:
                found.setdefault(fold(name)[:letters], number)
    return found


def _packed(numbers: Ints) -> Packed:
    packed = np.zeros(len(numbers), np.uint32)
    for place in range(8):
        digit = (numbers // 10**place) % 10
        packed |= digit.astype(np.uint32) << np.uint32(4 * place)
    return packed
