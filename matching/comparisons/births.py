"""Birth dates in bulk: the same, mistyped, partly the same, a year off, or another."""

import numpy as np

from matching.comparisons.levels import CODES, Field, Level
from matching.table.columns import Flags, Ints, Levels
from matching.table.dates import Dates, Packed

_CODES = CODES[Field.BIRTH_DATE]
_FOUR = np.uint32(0x11111111)
"""One bit for each of the eight digits."""
_TWO = 2


def compare_births(dates: Dates, left: Ints, right: Ints) -> Levels:
    """Compare the birth dates of each pair; 0 where one side has none."""
    packed = dates.packed
    return date_levels(packed[left], packed[right])


def date_levels(one: Packed, other: Packed) -> Levels:
    """Compare dates given as eight digits of four bits, yyyymmdd."""
    year, month, day = (
        (one ^ other) & np.uint32(mask) == 0 for mask in (0xFFFF0000, 0x0000FF00, 0x000000FF)
    )
    found = np.full(len(one), _CODES[Level.DIFFERENT], np.int8)
    near = np.flatnonzero(~year)
    found[near[np.abs(_years(one[near]) - _years(other[near])) == 1]] = _CODES[Level.NEAR_YEAR]
    found[year] = _CODES[Level.SAME_YEAR]
    found[year.astype(np.int8) + month + day == _TWO] = _CODES[Level.TWO_PARTS]
    differing = one != other
    found[differing & _mistyped(one, other, year)] = _CODES[Level.CLOSE]
    bare = ((one & np.uint32(0xFFFF) == 0) | (other & np.uint32(0xFFFF) == 0)) & year
    found[bare] = _CODES[Level.TWO_PARTS]
    # Many systems fill in 1 January where only the year is known.
    new_year = ~differing & (one & np.uint32(0xFFFF) == 0x0101)  # noqa: PLR2004 - 01-01
    found[~differing & ~bare & ~new_year] = _CODES[Level.SAME]
    found[new_year] = _CODES[Level.TWO_PARTS]
    found[(one == 0) | (other == 0)] = 0
    return found


def _mistyped(one: Packed, other: Packed, same_year: Flags) -> Flags:
    """One digit, two neighbouring digits swapped, or day and month swapped."""
    changed = one ^ other
    digits = (
        changed | changed >> np.uint32(1) | changed >> np.uint32(2) | changed >> np.uint32(3)
    ) & _FOUR
    many = np.bitwise_count(digits)
    found = many == 1
    two = np.flatnonzero(many == _TWO)
    found[two] = _neighbours_swapped(one[two], other[two], digits[two])
    month_day = one & np.uint32(0xFFFF)
    turned = (other & np.uint32(0xFF)) << np.uint32(8) | (other >> np.uint32(8)) & np.uint32(0xFF)
    return found | (same_year & (month_day == turned))


def _neighbours_swapped(one: Packed, other: Packed, digits: Packed) -> Flags:
    low = digits & (~digits + np.uint32(1))
    adjacent = digits == (low | low << np.uint32(4))
    swapped = (one & low * np.uint32(15)) << np.uint32(4) == other & (
        low * np.uint32(15)
    ) << np.uint32(4)
    back = (other & low * np.uint32(15)) << np.uint32(4) == one & (
        low * np.uint32(15)
    ) << np.uint32(4)
    return adjacent & swapped & back


def _years(packed: Packed) -> np.ndarray:
    shifts = (28, 24, 20, 16)
    weights = (1000, 100, 10, 1)
    digits = [
        ((packed >> np.uint32(shift)) & np.uint32(15)).astype(np.int32) * weight
        for shift, weight in zip(shifts, weights, strict=True)
    ]
    return np.sum(digits, axis=0)
