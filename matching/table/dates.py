"""Birth dates as packed digits: one number a row, compared by its bits."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from matching.table.columns import Ints, Words

Packed = NDArray[np.uint32]
"""Eight digits yyyymmdd, four bits each; 0 where nothing is known."""

_CENTURY_SIZE = 100
_DIGITS = re.compile(r"\d+")


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


def read_dates(words: Words) -> Dates:
    """Read dates as people and systems write them.

    ISO first; else the four-digit part is the year, and of the other two the first is the day
    where it can't be the month. What is no calendar date keeps its digits: a slip of one digit
    may have made it so.
    """
    bare = pc.replace_substring(words.values, "-", "")
    iso = pc.match_substring_regex(bare, "^[0-9]{8}$").fill_null(False)
    numbers = np.zeros(len(words.values), np.int64)
    places = np.flatnonzero(iso.to_numpy(zero_copy_only=False))
    numbers[places] = pc.cast(bare.take(pa.array(places)), pa.int64()).to_numpy()
    others = np.flatnonzero(~iso.to_numpy(zero_copy_only=False))
    texts = words.values.take(pa.array(others)).to_pylist()
    numbers[others] = [_number(text or "") for text in texts]
    return Dates(words, numbers)


def _number(text: str) -> int:
    digits = _DIGITS.findall(text)
    if len(digits) == 1:
        return _undivided(digits[0])
    if len(digits) < 3:  # noqa: PLR2004 - year, month, day
        return 0
    one, two, three = digits[:3]
    if len(one) == 4:  # noqa: PLR2004 - a year
        return _joined(one, two, three)
    if len(three) == 4:  # noqa: PLR2004 - a year
        day_first = int(one) > 12  # noqa: PLR2004 - no such month
        return _joined(three, two, one) if day_first or "." in text else _joined(three, one, two)
    return 0


def _undivided(digits: str) -> int:
    if len(digits) == 8:  # noqa: PLR2004 - yyyymmdd
        return int(digits)
    return int(digits) * 10_000 if len(digits) == 4 else 0  # noqa: PLR2004 - a year


def _joined(year: str, month: str, day: str) -> int:
    return int(year) * 10_000 + int(month) % _CENTURY_SIZE * 100 + int(day) % _CENTURY_SIZE


def _packed(numbers: Ints) -> Packed:
    packed = np.zeros(len(numbers), np.uint32)
    for place in range(8):
        digit = (numbers // 10**place) % 10
        packed |= digit.astype(np.uint32) << np.uint32(4 * place)
    return packed
