"""Blocking keys: what should meet meets, and a key says what it was made of."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.keys import KeyKind, blocking_keys, kind_of, named_keys
from tests.matching.people import company, person


def shared(left, right):
    return {kind_of(key) for key in blocking_keys(left) & blocking_keys(right)}


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"name": "Müller, Anna"}, {"name": "Anna, Mueller"}, KeyKind.NAME),
        ({"name": "Meyer, Anna"}, {"name": "Maier, Ana"}, KeyKind.SOUND),
        ({"name": "Smith, Bob"}, {"name": "Smith, Robert"}, KeyKind.NICKNAME),
        ({"name": "Szczepanski, Jo"}, {"name": "Szczypanska, Jo"}, KeyKind.STEMS),
        ({"name": "李小明"}, {"name": "Li, Xiaoming"}, KeyKind.ROMANISED),
        ({"name": "Madonna"}, {"name": "Madonna"}, KeyKind.NAME),
        (
            {"name": "Graf, Sophie", "born": "1980-05-17"},
            {"name": "Voigt, Sofie", "born": "1980-05-17"},
            KeyKind.GIVEN_BIRTH,
        ),
        (
            {"name": "Graf, Sophie", "born": "1980-05-17"},
            {"name": "Graf", "born": "1980-05-17"},
            KeyKind.FAMILY_BIRTH,
        ),
        ({"email": "Ann.A+x@gmail.com"}, {"email": "anna@googlemail.com"}, KeyKind.EMAIL),
        ({"email": "bluebird@gmx.de"}, {"email": "bluebird@web.de"}, KeyKind.MAILBOX),
        ({"phone": "+4930123456"}, {"phone": "030 123456"}, KeyKind.PHONE),
        ({"vat": "DE123456789"}, {"vat": "123456789"}, KeyKind.IDENTIFIER),
        ({"at": "Hauptstr. 1, 80331, "}, {"at": "Hauptstraße 1, 80331, "}, KeyKind.HOUSE),
        (
            {"name": "Graf, Sophie", "at": ", , Bonn"},
            {"name": "Graff", "at": ", , Bonn"},
            KeyKind.NAME_POSTCODE,
        ),
        (
            {"name": "Graf, Sophie", "at": "Hauptstr. 1, , "},
            {"name": "Graff", "at": "Hauptstraße, , "},
            KeyKind.NAME_STREET,
        ),
        (
            {"born": "1980-05-17", "at": ", 80331, "},
            {"born": "1980-05-17", "at": ", 80331, "},
            KeyKind.BIRTH_POSTCODE,
        ),
    ],
)
def test_persons_that_agree_meet(left, right, kind):
    assert kind in shared(person(**left), person(**right))


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"name": "Weber und Schmidt"}, {"name": "Schmidt & Weber KG"}, KeyKind.COMPANY),
        ({"name": "IBM"}, {"name": "International Business Machines"}, KeyKind.COMPANY),
        ({"name": "Silvana Travel"}, {"name": "Silvana Reisen"}, KeyKind.COMPANY_WORD),
        (
            {"name": "Acme Bau", "at": ", 80331, "},
            {"name": "Acmee Bau", "at": ", 80331, "},
            KeyKind.COMPANY_PLACE,
        ),
        (
            {"name": "Acme", "email": "a@acme.de"},
            {"name": "Zebra", "email": "b@acme.de"},
            KeyKind.DOMAIN,
        ),
    ],
)
def test_companies_that_agree_meet(left, right, kind):
    assert kind in shared(company(**left), company(**right))


def test_an_offices_mailbox_name_brings_no_strangers_together():
    assert shared(person(email="info@acme.de"), person(email="info@other.de")) == set()


def test_a_providers_domain_brings_no_strangers_together():
    one, other = company("Acme", email="x@gmx.de"), company("Zebra", email="y@gmx.de")
    assert shared(one, other) == set()


def test_a_surname_never_meets_a_company():
    assert shared(person("Siemens"), company("Siemens")) == set()


def test_who_is_unknown_has_no_keys():
    assert blocking_keys(person()) == frozenset()
    assert blocking_keys(company()) == frozenset()


@given(name=st.text(max_size=15), email=st.emails(), phone=st.from_regex(r"\+\d{6,14}"))
def test_keys_fit_a_database_and_know_their_kind(name, email, phone):
    one = person(name, email=email, phone=phone)
    for key in blocking_keys(one):
        assert -(2**63) <= key < 2**63
        assert kind_of(key) in KeyKind


def test_named_keys_are_the_keys_with_their_texts():
    anna = person("Müller, Anna", email="anna@acme.de", born="1980-05-17")
    named = named_keys(anna)
    assert frozenset(named.values()) == blocking_keys(anna)
    assert all(kind_of(key).name.lower() == text.partition(":")[0] for text, key in named.items())
    assert "email:anna@acme.de" in named


def test_keys_are_the_same_in_every_process():
    code = (
        "from hub.model import Customer, Key, PersonName\n"
        "from matching.features import features\n"
        "from matching.keys import blocking_keys\n"
        "name = PersonName(given='Anna', family='M\\u00fcller')\n"
        "print(sorted(blocking_keys(features(Customer(key=Key('a', '1'), name=name)))))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == str(sorted(blocking_keys(person("Müller, Anna"))))


def test_the_numbers_of_kinds_never_change():
    assert {kind.name: kind.value for kind in KeyKind} == {
        "IDENTIFIER": 1, "EMAIL": 2, "MAILBOX": 3, "PHONE": 4, "NAME": 5, "SOUND": 6, "STEMS": 7,
        "NICKNAME": 8, "ROMANISED": 9, "GIVEN_BIRTH": 10, "FAMILY_BIRTH": 11, "NAME_POSTCODE": 12,
        "NAME_STREET": 13, "HOUSE": 14, "COMPANY": 15, "COMPANY_WORD": 16, "COMPANY_PLACE": 17,
        "DOMAIN": 18, "BIRTH_POSTCODE": 19,
    }  # fmt: skip
