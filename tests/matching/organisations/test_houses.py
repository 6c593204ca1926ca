"""Addresses of organisations: the same house, next door, the same street, the same town."""

import numpy as np
import pytest

from matching.organisations.book import coded, texts_of
from matching.organisations.doors import Door, door_of
from matching.organisations.houses import HouseLevel, Houses, compare_houses, read_doors


@pytest.mark.parametrize(
    ("line", "door"),
    [
        ("1653 West 43rd Street Building B", Door(1653, 0, "43", "w")),
        ("435 S. La Cienega Blvd., Suite 12", Door(435, 0, "cienega", "s")),
        ("1710-1718 S. Loomis", Door(1710, 1718, "loomis", "s")),
        ("12 3 Main", Door(12, 0, "3 main", "")),
        ("14 12 Main", Door(14, 0, "12 main", "")),
        ("Hauptstraße 12a", Door(12, 0, "hauptstr", "")),
        ("Straße des 17. Juni 135", Door(135, 0, "17 juni", "")),
        ("ul. Polna", Door(0, 0, "polna", "")),
        ("12 Avenue Road", Door(12, 0, "ave rd", "")),
        ("Unit 5", Door(5, 0, "unit", "")),
        ("N S Main", Door(0, 0, "main", "n")),
        ("...", Door(0, 0, "", "")),
    ],
)
def test_a_street_line_is_taken_apart(line, door):
    assert door_of(line) == door


def level(one, other):
    lines, postcodes, towns = zip(one, other, strict=True)
    town, known = coded(towns)
    doors = read_doors(lines).at(np.arange(2, dtype=np.int32))
    houses = Houses(doors, coded(postcodes)[0], town, texts_of(known))
    there, back = (
        compare_houses(houses, np.array([a]), np.array([b]))[0] for a, b in ((0, 1), (1, 0))
    )
    assert there == back
    return there


HOME = ("1653 W 43rd St", "60609", "chicago")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (HOME, HOME, HouseLevel.SAME),
        (HOME, ("1653 West 43rd Street", None, "chicago"), HouseLevel.SAME),
        (HOME, ("1653 43rd", "60609", None), HouseLevel.SAME),
        (("1653 W 43rd", None, None), ("1653 W. 43rd St.", None, None), HouseLevel.SAME_STREET),
        (HOME, ("1653 W 43rd", "10001", "new york"), HouseLevel.SAME_STREET),
        (HOME, ("1653 E 43rd St", "60609", "chicago"), HouseLevel.ALIKE),
        (HOME, ("1653", "60609", "chicago"), HouseLevel.ALIKE),
        (
            ("9 Martin Luther King Dr", "1", "x"),
            ("9 King Dr", "1", "x"),
            HouseLevel.ALIKE,
        ),
        (
            ("9 Woodlawn Ave First Floor", "1", "x"),
            ("9 Woodlawn Pkwy", "1", "x"),
            HouseLevel.ALIKE,
        ),
        (("1710-1718 Loomis", "1", "x"), ("1715 Loomis", "1", "x"), HouseLevel.SAME),
        (("1710-1718 Loomis", "1", "x"), ("1719 Loomis", "1", "x"), HouseLevel.NEXT_DOOR),
        (HOME, ("1651 W 43rd", "60609", "chicago"), HouseLevel.NEXT_DOOR),
        (("119 High St", "1", "x"), ("191 High St", "1", "x"), HouseLevel.NEXT_DOOR),
        (("1 High St", "1", "x"), ("7 High St", "1", "x"), HouseLevel.SAME_WAY),
        (HOME, ("20 W 43rd", "60609", "chicago"), HouseLevel.SAME_WAY),
        (("169 High St", "1", "x"), ("175 High St", "2", "y"), HouseLevel.DIFFERENT),
        (("1 High St", "1", "x"), ("7 High St", "2", "y"), HouseLevel.DIFFERENT),
        (("169 High St", "1", "x"), ("169 High St", "2", "y"), HouseLevel.SAME_STREET),
        (("Hauptstraße", "1", "x"), ("Hauptstr.", "1", "x"), HouseLevel.POSTCODE_ALONE),
        (("Hauptstraße", "1", "x"), ("Hauptstr. 3", "1", "x"), HouseLevel.POSTCODE_ALONE),
        (("Hauptstraße", "1", "x"), ("Hauptstr. 3", "2", "y"), HouseLevel.TOWN_ALONE),
        (HOME, (None, "60609", "chicago"), HouseLevel.POSTCODE_ALONE),
        (HOME, (None, "60609", "new york"), HouseLevel.TOWN_ALONE),
        (HOME, (None, "10001", "chicago"), HouseLevel.SAME_TOWN),
        (HOME, (None, None, "west chicago"), HouseLevel.TOWN_ALONE),
        (HOME, ("1653 Main St", "60609", "chicago"), HouseLevel.SAME_TOWN),
        (HOME, ("1 Main St", None, "chicagoo"), HouseLevel.SAME_TOWN),
        (HOME, ("1 Main St", "10001", "new york"), HouseLevel.DIFFERENT),
        (HOME, (None, "10001", "new york"), HouseLevel.DIFFERENT),
        (("1 High St", None, None), (None, "1", "x"), 0),
        ((None, None, None), HOME, 0),
    ],
)
def test_addresses_agree_as_far_as_the_house_does(one, other, expected):
    assert level(one, other) == expected
