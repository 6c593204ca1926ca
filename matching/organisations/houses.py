"""Where two organisations are: one house, next door, the same street, the same town.

For organisations the house tells most: many share a town and a phone exchange, few a door. That
the street is missing on one side says something else than that it is another one.
In: parts of addresses, a row an entry. Out: an ordered level a pair.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler

from matching.organisations.book import ABSENT, Codes, Flags, Ints, Texts, coded, distinct, texts_of
from matching.organisations.doors import door_of

Levels = NDArray[np.int8]

_NEAR = 20
"""House numbers that far apart may be one property, or one of them a slip."""
_NEAR_SHARE = 0.1
_ALIKE, _SUBSET = 85, 100
_STEM = 5
"""Two ways that begin with one word of so many letters are alike."""
_TOWN_ALIKE = 0.92
_TOWN_PART = 4
"""Shortest town that may be the beginning or end of another: Hollywood, West Hollywood."""


class HouseLevel(IntEnum):
    """How far two addresses agree, weakest first; 0 says nothing."""

    DIFFERENT = 1
    SAME_TOWN = 2
    """Another street of it."""
    SAME_WAY = 3
    NEXT_DOOR = 4
    TOWN_ALONE = 5
    """The same town; the street is not known on both sides, and no other postcode is."""
    POSTCODE_ALONE = 6
    ALIKE = 7
    """The number agrees, and the way is alike or unknown."""
    SAME_STREET = 8
    """Number and way agree; the town does not, or is unknown."""
    SAME = 9


class Doors(NamedTuple):
    """Street lines taken apart, each part a column."""

    number: Ints
    last: Ints
    way: Codes
    side: Codes
    ways: Texts

    def at(self, codes: Codes) -> "Doors":
        """Spread distinct lines over rows by their codes; ``ABSENT`` is no line."""
        none = np.array([ABSENT], np.int32)
        zero = np.zeros(1, np.int64)
        return Doors(
            np.concatenate([self.number, zero])[codes],
            np.concatenate([self.last, zero])[codes],
            np.concatenate([self.way, none])[codes],
            np.concatenate([self.side, none])[codes],
            self.ways,
        )


class Houses(NamedTuple):
    """Addresses of many records, each part a column."""

    doors: Doors
    postcode: Codes
    town: Codes
    towns: Texts


def read_doors(lines: Sequence[str | None]) -> Doors:
    """Read street lines, best each distinct one once."""
    doors = [door_of(line) if line else None for line in lines]
    way, ways = coded([door.way or None if door else None for door in doors])
    return Doors(
        np.fromiter((door.number if door else 0 for door in doors), np.int64, len(doors)),
        np.fromiter((door.last if door else 0 for door in doors), np.int64, len(doors)),
        way,
        coded([door.side or None if door else None for door in doors])[0],
        texts_of(ways),
    )


def compare_houses(houses: Houses, left: Ints, right: Ints) -> Levels:
    """Compare the addresses of each pair of rows; 0 where one side has none."""
    way = _ways(houses, left, right)
    number = _numbers(houses, left, right)
    postcode = _equal(houses.postcode, left, right)
    town = _towns(houses, left, right)
    area = np.maximum(postcode, town)
    found = np.full(len(left), HouseLevel.DIFFERENT, np.int8)
    found[area == _YES] = HouseLevel.SAME_TOWN
    silent = way == _UNKNOWN
    found[silent & (area == _YES) & (postcode != _NO)] = HouseLevel.TOWN_ALONE
    found[silent & (postcode == _YES) & (town != _NO)] = HouseLevel.POSTCODE_ALONE
    here = np.where((town == _NO) & (area == _NO), _NO, way)  # every town has a Victoria Road
    _by_door(found, (way, here), number, area, _opposite(houses, left, right))
    found[silent & (number == _YES) & (postcode == _YES)] = HouseLevel.ALIKE
    found[silent & (area == _UNKNOWN)] = 0
    return found


_UNKNOWN, _NO, _NEARLY, _YES = -1, 0, 1, 2


def _by_door(
    found: Levels, ways: tuple[Levels, Levels], number: Levels, area: Levels, opposite: Flags
) -> None:
    """Grade pairs whose ways agree or are alike: anywhere, and not in two towns."""
    way, here = ways
    on = way >= _NEARLY
    found[(here >= _NEARLY) & (number == _NO)] = HouseLevel.SAME_WAY
    found[(here >= _NEARLY) & (number == _NEARLY)] = HouseLevel.NEXT_DOOR
    found[on & (number == _UNKNOWN)] = HouseLevel.TOWN_ALONE
    same = (way == _YES) & ~opposite
    found[same & (number == _UNKNOWN) & (area == _YES)] = HouseLevel.POSTCODE_ALONE
    found[on & (number == _YES)] = HouseLevel.ALIKE
    found[same & (number == _YES)] = HouseLevel.SAME_STREET
    found[same & (number == _YES) & (area == _YES)] = HouseLevel.SAME


def _equal(codes: Codes, left: Ints, right: Ints) -> Levels:
    one, other = codes[left], codes[right]
    found = np.where(one == other, _YES, _NO).astype(np.int8)
    found[(one == ABSENT) | (other == ABSENT)] = _UNKNOWN
    return found


def _opposite(houses: Houses, left: Ints, right: Ints) -> Flags:
    """Tell whose ways run on two sides of the town: 100 N Main, 100 S Main."""
    opposite: Flags = _equal(houses.doors.side, left, right) == _NO
    return opposite


def _numbers(houses: Houses, left: Ints, right: Ints) -> Levels:
    one, other = houses.doors.number[left], houses.doors.number[right]
    found = np.full(len(left), _NO, np.int8)
    apart = np.abs(one - other)
    found[(apart <= _NEAR) & (apart < _NEAR_SHARE * np.maximum(one, other))] = _NEARLY
    rest = np.flatnonzero((found == _NO) & (one > 0) & (other > 0))
    found[rest[_slipped(one[rest], other[rest])]] = _NEARLY
    found[one == other] = _YES
    for rows, numbers in ((left, other), (right, one)):
        found[(numbers >= houses.doors.number[rows]) & (numbers <= houses.doors.last[rows])] = _YES
    found[(one == 0) | (other == 0)] = _UNKNOWN
    return found


def _slipped(one: Ints, other: Ints) -> Flags:
    """Tell which numbers are one slip apart: 119 and 191, 65 and 5."""
    pairs, which = np.unique(np.stack([one, other]), axis=1, return_inverse=True)
    slips = process.cpdist(
        [str(number) for number in pairs[0].tolist()],
        [str(number) for number in pairs[1].tolist()],
        scorer=OSA.distance, score_cutoff=1, dtype=np.int32,
    )  # fmt: skip
    long = np.maximum(pairs[0], pairs[1]) >= 10  # noqa: PLR2004 - two digits
    found: Flags = ((slips <= 1) & long)[which.ravel()]
    return found


def _ways(houses: Houses, left: Ints, right: Ints) -> Levels:
    """Compare the names of streets; spelling differs, and half of a long name is often left out."""
    found = _equal(houses.doors.way, left, right)
    rest = np.flatnonzero(found == _NO)
    low, high, which = distinct(houses.doors.way[left[rest]], houses.doors.way[right[rest]])
    one, other = houses.doors.ways[low], houses.doors.ways[high]
    alike = process.cpdist(one, other, scorer=fuzz.ratio, score_cutoff=_ALIKE) > 0
    alike |= process.cpdist(one, other, scorer=fuzz.token_set_ratio, score_cutoff=_SUBSET) > 0
    alike |= _begin_alike(one, other)
    found[rest[alike[which]]] = _NEARLY
    return found


def _begin_alike(one: Texts, other: Texts) -> Flags:
    return np.fromiter(
        (
            len(start := a.partition(" ")[0]) >= _STEM and start == b.partition(" ")[0]
            for a, b in zip(one, other, strict=True)
        ),
        np.bool_,
        len(one),
    )


def _towns(houses: Houses, left: Ints, right: Ints) -> Levels:
    found = _equal(houses.town, left, right)
    rest = np.flatnonzero(found == _NO)
    low, high, which = distinct(houses.town[left[rest]], houses.town[right[rest]])
    one, other = houses.towns[low], houses.towns[high]
    alike = process.cpdist(one, other, scorer=JaroWinkler.similarity, score_cutoff=_TOWN_ALIKE) > 0
    alike |= _is_part(one, other)
    found[rest[alike[which]]] = _YES
    return found


def _is_part(one: Texts, other: Texts) -> Flags:
    """Tell which towns are the beginning or the end of the other."""
    return np.fromiter(
        (
            min(len(a), len(b)) >= _TOWN_PART
            and (a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a))
            for a, b in zip(one, other, strict=True)
        ),
        np.bool_,
        len(one),
    )
