"""Countries and languages in the spellings of people and programs become ISO codes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.clean.addresses import address_part, country, country_name, may_be_in
from mapping.clean.languages import language


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("de", "DE"), ("Deutschland", "DE"), ("ALLEMAGNE", "DE"), ("德国", "DE"), ("德國", "DE"),
        ("Германия", "DE"), ("ألمانيا", "DE"), ("Almanya", "DE"), ("DEU", "DE"), ("276", "DE"),
        ("D", "DE"), ("A", "AT"), ("Osterreich", "AT"), ("USA", "US"), ("U.S.A.", "US"),
        ("UK", "GB"), ("england", "GB"), ("Holland", "NL"), ("NO", "NO"), ("中国", "CN"),
        ("DDR", "DE"), ("SU", None), ("EU", None), ("Atlantis", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_country_is_known_by_many_names_and_never_guessed(raw, code):
    assert country(raw) == code


@pytest.mark.parametrize(
    ("postcode", "code", "may"),
    [
        ("SW1A 1AA", "DE", False),
        ("1017 AB", "DE", False),
        ("SW1A 1AA", "GB", True),
        ("10115", "DE", True),
        ("D-10115", "DE", True),
        ("d 10115", "DE", True),
        ("100-0001", "DE", True),
        (None, "DE", True),
        ("10115", "GB", True),
        ("SW1A 1AA", None, False),
    ],
)
def test_letters_in_a_postcode_tell_where_an_address_is_not(postcode, code, may):
    assert may_be_in(postcode, code) is may


def test_a_country_is_written_in_the_language_of_the_channel():
    assert country_name("DE", "fr") == "Allemagne"
    assert country_name("QQ", "fr") == "QQ"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("de", "de"), ("de_DE", "de"), ("pt-BR", "pt"), ("DEU", "de"), ("ger", "de"),
        ("ENU", "en"), ("CHS", "zh"), ("Deutsch", "de"), ("Français", "fr"), ("中文", "zh"),
        ("D", None), ("xx", None), ("", None),
    ],
)  # fmt: skip
def test_a_language_is_known_by_code_locale_and_name(raw, code):
    assert language(raw) == code


@pytest.mark.parametrize("raw", ["n/a", "null", "00000", "-", "siehe oben", None])
def test_a_placeholder_is_no_part_of_an_address(raw):
    assert address_part(raw) is None


@settings(deadline=None)  # tables are read on first use
@given(st.text(max_size=20))
def test_a_code_stays_that_code(raw):
    for clean in (country, language):
        code = clean(raw)
        assert code is None or clean(code) == code
