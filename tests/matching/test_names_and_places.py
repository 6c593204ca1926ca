"""Names in parts, street lines and addresses, as the comparisons see them."""

import pytest

from hub.model import Address, PersonName
from matching.text.places import place_of
from matching.text.streets import Street, street_of
from tests.matching.people import customer, frame


def names_of(**name):
    return frame(customer(name=PersonName(**name) if name else None)).names


def parts(**name):
    names = names_of(**name)
    codes = names.given.codes[0], names.family.codes[0]
    return tuple(names.book.values[int(code)].as_py() if code >= 0 else None for code in codes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ({"given": "Anna", "family": "Müller"}, ("anna", "muller")),
        ({"given": "Dr. Anna", "family": "Müller"}, ("anna", "muller")),
        ({"family": "Anna Maria Schmidt"}, ("anna maria", "schmidt")),
        ({"family": "Ludwig van Beethoven"}, ("ludwig", "van beethoven")),
        ({"given": "Anna Schmidt"}, ("anna", "schmidt")),
        ({"family": "李伟"}, ("伟", "李")),
        ({"family": "欧阳小明"}, ("小明", "欧阳")),
        ({"family": "欧阳"}, (None, "欧阳")),
        ({"given": "김정은"}, ("정은", "김")),
        ({"family": "山田 太郎"}, ("太郎", "山田")),
        ({"family": "Madonna"}, (None, "madonna")),
        ({"given": "Madonna"}, ("madonna", None)),
        ({"given": "Dr."}, (None, None)),
        ({}, (None, None)),
    ],
)
def test_a_name_is_told_apart_into_given_and_family(name, expected):
    assert parts(**name) == expected


@pytest.mark.parametrize(
    ("name", "generation"),
    [
        ({"family": "Smith", "suffix": "Jr."}, 2),
        ({"family": "Smith", "suffix": "II"}, 2),
        ({"family": "Smith", "suffix": "sen."}, 1),
        ({"family": "Smith", "suffix": "III"}, 3),
        ({"family": "Smith Jr."}, 2),
        ({"given": "John Sr", "family": "Smith"}, 1),
        ({"family": "Smith", "suffix": "PhD"}, 0),
        ({"given": "I", "family": "Smith"}, 0),
        ({"family": "Junior"}, 2),
    ],
)
def test_a_suffix_tells_the_generation(name, generation):
    assert names_of(**name).generation[0] == generation


def test_a_family_name_that_looks_like_a_suffix_is_kept():
    assert parts(given="Ana", family="Junior") == ("ana", "junior")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Hauptstraße 12", ("hauptstr", "12")),
        ("Hauptstr. 12", ("hauptstr", "12")),
        ("Haupt Strasse 12 a", ("hauptstr", "12a")),
        ("12 Main Street", ("mainstr", "12")),
        ("12 Main St, Apt 4", ("mainstr", "12")),
        ("221B Baker Street", ("bakerstr", "221b")),
        ("中山路123号", ("中山路", "123")),
        ("ул. Ленина, д. 5", ("ulленина", "5")),
        ("улица Ленина 5, кв. 12", ("ulленина", "5")),
        ("5 rue de la Paix", ("rpaix", "5")),
        ("Straße des 17. Juni 135", ("str17thjuni", "135")),
        ("123 5th Avenue", ("5thave", "123")),
        ("Königsallee 7", ("konigsall", "7")),
        ("Am Markt", ("ammarkt", "")),
        ("12", ("", "12")),
    ],
)
def test_a_street_line_has_a_way_and_a_number(line, expected):
    assert street_of(line) == Street(*expected)


@pytest.mark.parametrize(
    ("street", "way", "number"),
    [
        ("Hauptstr. 12", "hauptstr", "12"),
        ("12 Main Street", "mainstr", "12"),
        ("Tor 7 Gartenweg", "tor", "7"),
        ("Straße des 17. Juni 135", "str17thjuni", "135"),
        ("Am Markt", "ammarkt", None),
    ],
)
def test_street_lines_are_read_in_bulk(street, way, number):
    places = frame(customer(at=f"{street}, 80331, München")).places
    said = [
        column.values[int(code)].as_py() if (code := column.codes[0]) >= 0 else None
        for column in (places.way, places.number)
    ]
    assert said == [way, number]


def test_an_address_is_made_comparable():
    place = place_of(Address(street="Hauptstr. 1", postcode="D-80331", locality="Frankfurt (Main)"))
    assert place is not None
    assert (place.postcode, place.locality) == ("80331", "frankfurt")


def test_a_town_is_one_in_both_scripts():
    chinese, latin = place_of(Address(locality="北京市")), place_of(Address(locality="Beijing"))
    assert chinese == latin


def test_an_address_without_a_place_is_none():
    assert place_of(Address(country="DE")) is None
