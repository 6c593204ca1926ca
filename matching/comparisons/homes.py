"""Addresses in bulk: one unit. Street, number, postcode and town are one fact, not four."""

import numpy as np
import pyarrow.compute as pc

from matching.comparisons.levels import CODES, Field, Level
from matching.comparisons.texts import distinct_pairs, likeness, mistyped, reaches, take
from matching.table.columns import Codes, Flags, Ints, Levels, Words, codes_of
from matching.table.letters import lengths_of, letters_of, packed
from matching.table.places import Places

_CODES = CODES[Field.ADDRESS]
_REGION = 3
"""Signs at the start of a postcode that name a region in most countries."""
_BYTES = 8
_LOW = np.uint64(0x7F7F7F7F7F7F7F7F)
"""All bits of eight bytes but the highest."""
_WAY_ALIKE, _TOWN_ALIKE = 0.9, 0.9


def compare_addresses(places: Places, left: Ints, right: Ints) -> Levels:
    """Compare the addresses of each pair; 0 where one side has none."""

    def levels(one: Ints, other: Ints) -> Levels:
        return _levels(places, one, other)

    return places.slots.best(left, right, levels)


def _levels(places: Places, one: Ints, other: Ints) -> Levels:
    way, way_alike, way_known = _agree(places.way, one, other, _WAY_ALIKE)
    number, _, number_known = _agree(places.number, one, other, None)
    postcode, postcode_slip, postcode_known = _postcodes(places.postcode, one, other)
    _, town, town_known = _agree(places.locality, one, other, _TOWN_ALIKE)
    region = _same_region(places.postcode, one, other)
    area = postcode | postcode_slip | town
    found = np.full(len(one), _CODES[Level.DIFFERENT], np.int8)
    found[town] = _CODES[Level.SAME_TOWN]
    found[town & region] = _CODES[Level.NEIGHBOURING]
    # Both name a street, and not the same one: an equal number or near postcode is chance.
    elsewhere = way_known & ~way_alike
    found[(postcode_slip & ~elsewhere) | way | (number & way_alike)] = _CODES[Level.CLOSE]
    found[postcode] = _CODES[Level.SAME_POSTCODE]
    same_area = (postcode & town) | (number & postcode)
    found[(same_area & ~elsewhere) | (way & area)] = _CODES[Level.SAME_AREA]
    house = way_alike & number
    found[house] = _CODES[Level.SAME_STREET]
    nowhere = ~postcode_known & ~town_known
    found[house & (area | nowhere)] = _CODES[Level.SAME]
    found[way & ~number_known & area] = _CODES[Level.SAME]
    found[~way_known & nowhere] = 0
    return found


def _agree(words: Words, one: Ints, other: Ints, alike: float | None) -> tuple[Flags, Flags, Flags]:
    """Return where two columns are equal, where they are alike, and where both are known."""
    a, b = words.codes[one], words.codes[other]
    known = (a >= 0) & (b >= 0)
    same = known & (a == b)
    if alike is None:
        return same, same, known
    near = same.copy()
    rest = np.flatnonzero(known & ~same)
    if len(rest):
        texts = take(words.values, a[rest]), take(words.values, b[rest])
        near[rest] = reaches(likeness(*texts, alike - 0.02), alike)
    return same, near, known


def _postcodes(words: Words, one: Ints, other: Ints) -> tuple[Flags, Flags, Flags]:
    a, b = words.codes[one], words.codes[other]
    known = (a >= 0) & (b >= 0)
    same = known & (a == b)
    slip = np.zeros(len(one), np.bool_)
    rest = np.flatnonzero(known & ~same)
    if len(rest):
        rest = rest[_may_slip(words, a[rest], b[rest])]
        low, high, which = distinct_pairs(a[rest], b[rest])
        slip[rest] = mistyped(take(words.values, low), take(words.values, high))[which]
    return same, slip, known


def _may_slip(words: Words, one: Codes, other: Codes) -> Flags:
    """Tell which values can be one edit apart: short ones by their bytes, as one number each."""
    lengths = lengths_of(words.values)
    short = pc.string_is_ascii(words.values).to_numpy(zero_copy_only=False) & (lengths <= _BYTES)
    bytes_ = packed(letters_of(words.values, _BYTES))
    changed = bytes_[one] ^ bytes_[other]
    differing = np.bitwise_count((((changed & _LOW) + _LOW) | changed) & ~_LOW)
    further = np.abs(lengths[one] - lengths[other])
    swapped_or_wrong = (further == 0) & (differing <= 2)  # noqa: PLR2004 - a swap changes two
    return swapped_or_wrong | (further == 1) | ~short[one] | ~short[other]


def _same_region(words: Words, one: Ints, other: Ints) -> Flags:
    regions = codes_of(
        pc.utf8_slice_codeunits(words.values, 0, _REGION).dictionary_encode().indices
    )
    codes = words.of(regions, -1)
    return (codes[one] >= 0) & (codes[one] == codes[other])
