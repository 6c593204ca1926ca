"""Birth dates: the same, mistyped, partly the same, or another."""

from collections.abc import Iterator
from datetime import date

from rapidfuzz.distance import OSA

from matching.comparisons.levels import Field, Level

_TWO = 2


def compare_birth_dates(left: date | None, right: date | None) -> Iterator[tuple[Field, Level]]:
    """Compare two birth dates, if both are known."""
    if left and right:
        yield Field.BIRTH_DATE, _level(left, right)


def _level(left: date, right: date) -> Level:
    if left == right:
        # Many systems fill in 1 January where only the year is known.
        return Level.TWO_PARTS if _new_year(left) else Level.SAME
    if _mistyped(left, right):
        return Level.CLOSE
    agreeing = sum(one == other for one, other in zip(_parts(left), _parts(right), strict=True))
    if agreeing >= _TWO:
        return Level.TWO_PARTS
    return Level.SAME_YEAR if left.year == right.year else Level.DIFFERENT


def _mistyped(left: date, right: date) -> bool:
    """One digit, two neighbouring digits swapped, or day and month swapped."""
    swapped = left.year == right.year and (left.month, left.day) == (right.day, right.month)
    return swapped or OSA.distance(f"{left:%Y%m%d}", f"{right:%Y%m%d}", score_cutoff=1) <= 1


def _parts(born: date) -> tuple[int, int, int]:
    return born.year, born.month, born.day


def _new_year(born: date) -> bool:
    return (born.month, born.day) == (1, 1)
