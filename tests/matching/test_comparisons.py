"""Each field's levels: two values in, one word on their agreement out."""

import pytest

from matching.comparisons.levels import LEVELS, Field, Level
from matching.comparisons.names import given_level
from matching.text.names import Part
from tests.matching.people import company, customer, levels, person


def level(field, left, right):
    return levels(left, right).get(field)


@pytest.mark.parametrize(
    ("left", "right", "given", "family"),
    [
        ("Müller, Anna", "Mueller, Anna", "same", "same"),
        ("Müller, Anna", "Anna, Müller", "reordered", "reordered"),
        ("Bauer, Anna", "Ana, Bauer", "reordered", "reordered"),
        ("Smith, Bob", "Smith, Robert", "variant", "same"),
        ("Smith, Hans-Peter", "Smith, Hans", "variant", "same"),
        ("Smith, Bích Ngọc", "Smith, Ngọc", "variant", "same"),
        ("Smith, Max", "Smith, Maximilian", "variant", "same"),
        ("Smith, M.", "Smith, Maria", "initial", "same"),
        ("Smith, Anne-Marie", "Smith, Annemarie", "same", "same"),
        ("Smith, Thorsten", "Smith, Torsten", "close", "same"),
        ("Smith, Marianne", "Smith, Marine", "close", "same"),
        ("Smith, Dieter", "Smith, Dietmar", "similar", "same"),
        ("Smith, Jan", "Smith, Jana", "similar", "same"),
        ("Smith, Mario", "Smith, Maria", "similar", "same"),
        ("Smith, Marion", "Smith, Marios", "close", "same"),
        ("Smith, Kenneth", "Smith, Alexander", "different", "same"),
        ("Clarke, Alexander", "Kenneth, Clarke", "different", "reordered"),
        ("Graf, Anna", "Voigt, Kenneth", "different", "different"),
        ("Kraus, Brigitte", "B., Kraus", "initial", "reordered"),
        ("Kraus, Brigitte", "Bep, Kraus", "different", "reordered"),
        ("Elisabeth, Kraus", "Kraus, Bep", "reordered", "reordered"),
        ("Fischer, Tom", "Fischer, Thmas", "close", "same"),
        ("Fischer, Tina", "Fischer, Christian", "different", "same"),
        ("Fischer, Ron", "Fischer, Donaldd", "different", "same"),
        ("Müller-Schmidt, Anna", "Müller, Anna", "same", "part"),
        ("M., Anna", "Müller, Anna", "same", "initial"),
        ("Schmidt, Anna", "Schmitt, Anna", "same", "close"),
        ("Petersen, Anna", "Petermann, Anna", "same", "similar"),
        ("李, 伟", "李伟", "same", "same"),
        ("陳, 大文", "陈, 大文", "same", "same"),
        ("李, 明小", "李, 小明", "close", "same"),
        ("李, 伟", "李, 娜", "different", "same"),
        ("김, 종은", "김, 정은", "different", "same"),
        ("山田太郎", "山田, 太郎", "same", "same"),
        ("李, 小明", "Li, Xiaoming", "transliterated", "transliterated"),
        ("李, 小明", "Li, X.", "initial", "transliterated"),
        ("Иванов, Сергей", "Ivanov, Sergei", "transliterated", "transliterated"),
        ("Иванов, Юлия", "Ivanov, Ekaterina", "different", "transliterated"),
        ("محمد, علي", "Muhammad, Ali", "similar", "transliterated"),
        ("نور, هدى", "Nour, Huda", "transliterated", "transliterated"),
        ("منصور, أحمد", "Mansour, Ahmed", "transliterated", "transliterated"),
        ("منصور, أحمد", "Mansour, Mohammed", "different", "transliterated"),
        ("عمران, مروان", "Imran, Marwan", "transliterated", "transliterated"),
        ("عمران, علي", "Marwan, Ali", "similar", "different"),
        ("לוי, משה", "Levi, Moshe", "transliterated", "transliterated"),
        ("Антониу, Тони", "Antoniou, Antonio", "transliterated", "transliterated"),
        ("伊藤, 直樹", "Ito, Naoki", "similar", "similar"),
        ("Иванов, Саша", "Иванов, Александр", "variant", "same"),
    ],
)
def test_persons_names_are_compared_part_by_part(left, right, given, family):
    for one, other in ((left, right), (right, left)):
        found = levels(person(one), person(other))
        assert (found[Field.GIVEN], found[Field.FAMILY]) == (given, family)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("نور", "nour", Level.TRANSLITERATED),
        ("طارق", "tarek", Level.TRANSLITERATED),
        ("عمر", "ali", Level.DIFFERENT),
        ("γιωργοσ", "γιωργα", Level.SIMILAR),
        ("евгении", "евгения", Level.SIMILAR),
        ("明小", "小明", Level.CLOSE),
        ("κων", "κωνσταντινοσ", Level.VARIANT),
    ],
)
def test_names_of_other_alphabets_are_compared_one_by_one(one, other, expected):
    sides = [Part.of((one,)), Part.of((other,))]
    assert given_level(*sides) is given_level(*reversed(sides)) is expected


def test_a_missing_name_says_nothing():
    assert levels(person("Müller"), person("", email="a@b.de")) == {}
    assert Field.GIVEN not in levels(person("Müller"), person("Müller, Anna"))


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Smith, Anna Maria", "Smith, Anna Maria", "same"),
        ("Smith, Anna M.", "Smith, Anna Maria", "initial"),
        ("Smith, Anna Maria", "Smith, Anna Luise", "different"),
        ("Smith, Anna", "Smith, Anna Luise", None),
    ],
)
def test_middle_names_are_compared_where_both_have_one(left, right, expected):
    assert level(Field.MIDDLE, person(left), person(right)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Acme GmbH", "ACME Gesellschaft mit beschränkter Haftung", "same"),
        ("Acme", "Acme GmbH", "same"),
        ("Schmidt & Weber", "Weber und Schmidt KG", "same"),
        ("Acme GmbH", "Acme AG", "variant"),
        ("Bauer Druckerei", "Baeur Druckerei", "close"),
        ("Thompson Electronics Berlin", "Thomson Electronics Berlin", "close"),
        ("Schmidt Weberei", "Weberei Schmitt", "close"),
        ("Acme 24", "Acme 25", "some"),
        ("Nebula", "Nebulb", "close"),
        ("Acme", "Acne", "different"),
        ("IBM", "International Business Machines Corp.", "acronym"),
        ("Acme Logistics of Berlin", "Acme", "part"),
        ("Silvana Travel", "Silvana Catering", "some"),
        ("Silvana Touristik Berlin", "Silvana Catering Berlin", "most"),
        ("北京明德贸易有限公司", "上海明德贸易", "some"),
        ("北京明德贸易", "广州长江电子", "different"),
        ("ООО Ромашка", "Romashka OOO", "transliterated"),
        ("ООО Ромашка", "Lutik", "different"),
    ],
)
def test_companies_are_compared_by_their_cores(left, right, expected):
    for one, other in ((left, right), (right, left)):
        assert level(Field.COMPANY, company(one), company(other)) == expected


def test_contact_persons_are_compared_in_full_only():
    anna, bob = company("A", contact="Müller, Anna"), company("A", contact="Smith, Bob")
    assert level(Field.CONTACT, anna, company("A", contact="Mueller, Anna")) == "same"
    assert level(Field.CONTACT, anna, bob) == "different"
    assert level(Field.CONTACT, anna, company("A")) is None


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("bluebird@gmx.de", "Bluebird@GMX.de", "same"),
        ("info@acme.de", "info@acme.de", "shared"),
        ("bluebird@gmx.de", "bluebird@web.de", "same_local"),
        ("info@acme.de", "info@other.de", "different"),
        ("bluebird@gmx.de", "bluebrid@gmx.de", "close"),
        ("bluebird7@gmx.de", "bluebird8@gmx.de", "different"),
        ("anna@acme.de", "bob@acme.de", "same_domain"),
        ("anna@gmx.de", "bob@gmx.de", "different"),
        ("abc@gmx.de", "abd@gmx.de", "different"),
    ],
)
def test_emails_are_compared(left, right, expected):
    assert level(Field.EMAIL, person(email=left), person(email=right)) == expected


def test_alike_emails_of_namesakes_say_nothing():
    left = person("Schneider, Peter", email="peterschneider@gmx.de")
    dotted = person("Schneider, Peter", email="peter.schneider@gmx.de")
    elsewhere = person("Schneider, Peter", email="peterschneider@web.de")
    assert level(Field.EMAIL, left, dotted) is None
    assert level(Field.EMAIL, left, elsewhere) is None


def test_a_digit_makes_a_mailbox_a_persons_own_unless_the_name_has_it():
    left = person("Schneider, Peter", email="peterschneider7@gmx.de")
    right = person("Schneider, Peter", email="peterschneider7@web.de")
    assert level(Field.EMAIL, left, right) is Level.SAME_LOCAL
    band = person("U2, Peter", email="peteru2@gmx.de")
    assert level(Field.EMAIL, band, person("U2, Peter", email="peteru2@web.de")) is None


def test_the_best_pair_of_a_set_speaks():
    left = person(email=("a.b@gmx.de", "bluebird@gmx.de"), phone=("+4930111111", "+49891234567"))
    right = person(email=("c.d@web.de", "bluebird@gmx.de"), phone="+49891234567")
    assert levels(left, right) == {Field.EMAIL: Level.SAME, Field.PHONE: Level.SAME}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("+4930123456", "030123456", "same"),
        ("+4930123456", "+4930123465", "close"),
        ("+4930123456", "+4930987654", "different"),
        ("+4930123456", "110", None),
    ],
)
def test_phones_are_compared_by_their_last_digits(left, right, expected):
    assert level(Field.PHONE, person(phone=left), person(phone=right)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("DE123456789", "de 123 456 789", "same"),
        ("DE123456789", "123456789", "same"),
        ("DE123456789", "DE123456798", "close"),
        ("DE123456789", "DE987654321", "different"),
        ("DE123456789", None, None),
        ("DE123456789", "-", None),
    ],
)
def test_identifiers_of_one_kind_are_compared(left, right, expected):
    assert level(Field.IDENTIFIER, person(vat=left), person(vat=right)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Hauptstr. 1, 80331, München", "Hauptstraße 1, 80331, Muenchen", "same"),
        ("Hauptstr. 1, 80331, München", "1 Hauptstr., 80331, ", "same"),
        ("Hauptstr. 1, 80331, München", "Hauptstr. 1, 10117, Berlin", "same_street"),
        ("Hauptstr. 1, 80331, München", "Hauptstr. 7, 80331, München", "same_area"),
        ("Hauptstr. 1, 80331, München", "Hauptsrt. 1, 80331, München", "same"),
        ("Hauptstr. 1, 80331, München", "Gartenweg 1, 80331, München", "same_postcode"),
        ("Hauptstr. 1, 80331, München", "Haupstr. 7, 80339, München", "close"),
        ("Hauptstr. 1, 80331, München", "Haupstr. 7, 80332, ", "close"),
        ("Hauptstr. 1, 80331, München", "Gartenweg 9, 80339, München", "neighbouring"),
        ("Hauptstr. 1, 80331, München", "Gartenweg 9, 81241, München", "same_town"),
        ("Hauptstr. 1, , Frankfurt", "Gartenweg 9, , Frankfurt am Main", "same_town"),
        ("Hauptstr. 1, 80331, München", "Gartenweg 9, 10117, Berlin", "different"),
        ("Hauptstr. 1, , ", "Gartenweg 9, , ", "different"),
        ("Hauptstr. 1, , ", ", 80331, ", None),
    ],
)
def test_addresses_are_compared_as_one_unit(left, right, expected):
    for one, other in ((left, right), (right, left)):
        assert level(Field.ADDRESS, person(at=one), person(at=other)) == expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("1980-05-17", "1980-05-17", "same"),
        ("1980-01-01", "1980-01-01", "two_parts"),
        ("1980-05-17", "1980-05-16", "close"),
        ("1980-05-07", "1980-07-05", "close"),
        ("1980-05-17", "1890-05-17", "close"),
        ("1980-05-17", "1980-05-23", "two_parts"),
        ("1980-05-17", "1980-09-23", "same_year"),
        ("1980-05-17", "1961-12-03", "different"),
        ("1980-05-17", None, None),
    ],
)
def test_birth_dates_are_compared(left, right, expected):
    assert level(Field.BIRTH_DATE, person(born=left), person(born=right)) == expected


def test_a_person_and_a_company_are_compared_as_companies():
    found = levels(person("Müller, Anna", email="a@acme.de"), company("Acme", email="a@acme.de"))
    assert found == {Field.EMAIL: Level.SAME}


def test_a_person_at_a_company_has_a_companys_name():
    worker = customer(organisation="Acme GmbH")
    assert level(Field.COMPANY, worker, company("Acme")) is Level.SAME


def test_every_level_stands_once_in_its_field():
    for order in LEVELS.values():
        assert len(set(order)) == len(order)
        assert order[0] is Level.SAME
        assert order[-1] is Level.DIFFERENT
