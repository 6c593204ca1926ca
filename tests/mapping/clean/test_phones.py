"""Phone numbers become E.164 wherever a person could have dialled them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.clean.phones import mobility, phone


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("030 1234567", "+49301234567"),
        ("0049 (0)30/1234567", "+49301234567"),
        ("+49 (0)30 1234567", "+49301234567"),
        ("0151 23456789 (mobil)", "+4915123456789"),
        ("Tel.: 030-1234567 ext. 12", "+49301234567"),
        ("030 / 12 34 567", "+49301234567"),
        ("030 1234567 / 0151 23456789", "+49301234567"),
        ("ask him; 030 1234567", "+49301234567"),
        ("+39 06 1234567", "+39061234567"),
        ("٠١٥١٢٣٤٥٦٧٨٩", "+4915123456789"),
        (301234567, "+49301234567"),
    ],
)
def test_a_number_is_read_as_dialled_in_its_region(raw, number):
    assert phone(raw, ("DE",)) == number


@pytest.mark.parametrize(
    "raw", ["0000000000", "+49 0000000", "123456789", "12345", "see notes", "030" * 9, "", None]
)
def test_junk_and_what_can_t_be_read_is_no_number(raw):
    assert phone(raw, ("DE",)) is None


def test_a_number_without_country_code_needs_a_region():
    assert phone("030 1234567", (None,)) is None
    assert phone("(+49) 30 1234567", (None,)) == "+49301234567"
    assert phone("+49 30 1234567", (None,)) == "+49301234567"


def test_of_two_regions_the_one_where_the_number_is_valid_decides():
    assert phone("138 0013 8000", ("DE", "CN")) == "+8613800138000"
    assert phone("030 1234567", ("DE", "CN")) == "+49301234567"


def test_a_possible_number_that_no_table_knows_is_kept():
    assert phone("(217) 555-0142", ("US",)) == "+12175550142"


def test_mobiles_are_told_from_fixed_lines():
    numbers = ["+4915123456789", "+12125550123", "+49301234567", "no number"]
    assert [mobility(number) for number in numbers] == [2, 1, 0, 0]


@settings(deadline=None)  # tables are read on first use
@given(st.text("0123456789+()/- abcx٣", max_size=24), st.sampled_from(["DE", "US", "CN", "IT"]))
def test_reading_twice_equals_reading_once(raw, region):
    once = phone(raw, (region,))
    assert once is None or phone(once, (region,)) == once
