"""Blocking keys: what should meet meets, and a key says what it was made of."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocking.blocks import recipe_number
from matching.blocking.recipes import HUB, recipes
from tests.matching.people import company, keys, person, shared


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"name": "Müller, Anna"}, {"name": "Anna, Mueller"}, "names"),
        ({"name": "Meyer, Anna"}, {"name": "Maier, Ana"}, "sounds"),
        ({"name": "Smith, Bob"}, {"name": "Smith, Robert"}, "formal+family"),
        (
            {"name": "Szczepanski, Johann", "at": ", , Bonn"},
            {"name": "Szczepinska, Johanes", "at": ", , Bonn"},
            "given_stem+family_stem+locality",
        ),
        ({"name": "李小明"}, {"name": "Li, Xiaoming"}, "sounds"),
        ({"name": "Madonna"}, {"name": "Madonna"}, "family"),
        (
            {"name": "Graf, Sophie", "born": "1980-05-17"},
            {"name": "Voigt, Sofie", "born": "1980-05-17"},
            "given_sound+birth",
        ),
        (
            {"name": "Graf, Sophie", "born": "1980-05-17"},
            {"name": "Graf", "born": "1980-05-17"},
            "family_sound+birth",
        ),
        ({"email": "Ann.A+x@gmail.com"}, {"email": "anna@googlemail.com"}, "mailbox"),
        ({"email": "bluebird@gmx.de"}, {"email": "bluebird@web.de"}, "mailbox"),
        ({"phone": "+4930123456"}, {"phone": "030 123456"}, "phone"),
        ({"vat": "DE123456789"}, {"vat": "123456789"}, "identifier:"),
        ({"at": "Hauptstr. 1, 80331, "}, {"at": "Hauptstraße 1, 80331, "}, "way+number"),
        (
            {"name": "Graf, Sophie", "at": ", 53111, "},
            {"name": "Graff", "at": ", 53111, "},
            "family_sound+postcode",
        ),
        (
            {"name": "Graf, Sophie", "at": "Hauptstr. 1, , "},
            {"name": "Graff", "at": "Hauptstraße, , "},
            "family_sound+way",
        ),
        (
            {"born": "1980-05-17", "at": ", 80331, "},
            {"born": "1980-05-17", "at": ", 80331, "},
            "birth+postcode",
        ),
    ],
)
def test_persons_that_agree_meet(left, right, kind):
    assert kind in shared(person(**left), person(**right))


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ({"name": "Weber und Schmidt"}, {"name": "Schmidt & Weber KG"}, "company"),
        ({"name": "IBM"}, {"name": "International Business Machines"}, "acronym"),
        ({"name": "Silvana Travel"}, {"name": "Silvana Reisen"}, "company_word"),
        (
            {"name": "Acme", "email": "a@acme.de"},
            {"name": "Zebra", "email": "b@acme.de"},
            "domain",
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
    assert keys(person(), company()) == [set(), set()]


@settings(max_examples=20, deadline=None)
@given(name=st.text(max_size=15), email=st.emails(), phone=st.from_regex(r"\+\d{6,14}"))
def test_keys_fit_a_database_and_know_their_recipe(name, email, phone):
    (found,) = keys(person(name, email=email, phone=phone))
    numbers = {recipe.number for recipe in HUB}
    for key in found:
        assert -(2**63) <= key < 2**63
        assert recipe_number(key) in numbers


def test_keys_are_the_same_in_every_process():
    code = (
        "from tests.matching.people import keys, person\n"
        "print(sorted(keys(person('M\\u00fcller, Anna', born='1980-05-17'))[0]))"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    anna = person("Müller, Anna", born="1980-05-17")
    assert other.stdout.strip() == str(sorted(keys(anna)[0]))


def test_no_two_recipes_share_a_number_or_do_not_fit_its_byte():
    for chosen in (HUB, recipes(("sex", "occupation"), ("ssn", "vat"))):
        numbers = [recipe.number for recipe in chosen]
        assert len(set(numbers)) == len(numbers)
        assert all(0 < number < 128 for number in numbers)
