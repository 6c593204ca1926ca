"""Postal addresses: one unit. Street, number, postcode and town are one fact, not four."""

from collections.abc import Iterator
from itertools import product

from rapidfuzz.distance import OSA

from matching.comparisons.contacts import best
from matching.comparisons.levels import Field, Level
from matching.text.places import Place

_REGION = 3
"""Signs at the start of a postcode that name a region in most countries."""
_TOWN = 4
"""Shortest town that may begin the other's: Frankfurt, Frankfurt am Main."""


def compare_addresses(
    left: tuple[Place, ...], right: tuple[Place, ...]
) -> Iterator[tuple[Field, Level]]:
    """Compare two sets of addresses; the best pair speaks."""
    if left and right:
        yield Field.ADDRESS, best(Field.ADDRESS, (_level(*pair) for pair in product(left, right)))


def _level(one: Place, other: Place) -> Level:
    way = bool(one.way) and one.way == other.way
    number = bool(one.number) and one.number == other.number
    postcode = bool(one.postcode) and one.postcode == other.postcode
    town = _same_town(one.locality, other.locality)
    if way and number:
        return Level.SAME if postcode or town else Level.SAME_STREET
    if (way or number) and (postcode or town) and not _other_street(one, other):
        return Level.SAME_AREA
    return _nearby(one, other, postcode=postcode, town=town)


def _other_street(one: Place, other: Place) -> bool:
    """Both name a street, and not the same one: an equal house number is chance."""
    return bool(one.way and other.way) and not _slip(one.way, other.way)


def _nearby(one: Place, other: Place, *, postcode: bool, town: bool) -> Level:
    if postcode:
        return Level.SAME_POSTCODE
    if _slip(one.way, other.way) and (town or _slip(one.postcode, other.postcode)):
        return Level.CLOSE
    if not town:
        return Level.DIFFERENT
    if one.postcode[:_REGION] == other.postcode[:_REGION] != "":
        return Level.NEIGHBOURING
    return Level.SAME_TOWN


def _same_town(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long != "" or (len(short) >= _TOWN and long.startswith(short))


def _slip(one: str, other: str) -> bool:
    """Tell whether both are given and at most a typing error apart."""
    return bool(one and other) and OSA.distance(one, other, score_cutoff=1) <= 1
