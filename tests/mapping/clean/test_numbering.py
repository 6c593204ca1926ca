import phonenumbers
from hypothesis import example, given
from hypothesis import strategies as st

from mapping.clean.numbering import plainly
from mapping.clean.phones import _parse_any

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
FORMATS = phonenumbers.PhoneNumberFormat
digits = st.text("0123456789", min_size=2, max_size=14)


@st.composite
def samples(draw):
    """Return the library's own example for a country, as it is written there and abroad."""
    kind = draw(st.integers(0, 10))
    number = phonenumbers.example_number_for_type(draw(st.sampled_from(REGIONS)), kind)
    layout = draw(st.sampled_from([FORMATS.E164, FORMATS.INTERNATIONAL, FORMATS.NATIONAL]))
    return phonenumbers.format_number(number, layout) if number else "0"


numbers = st.one_of(samples(), digits, st.builds("+{}{}".format, st.sampled_from(CODES), digits))


@given(numbers, st.sampled_from(REGIONS))
@example("+49 (0)30 1234567", "US")
@example("030 1234567", "DE")
@example("(212) 555-0123", "US")
@example("011 49 30 1234567", "US")
def test_what_is_read_plainly_is_what_the_library_reads(number, region):
    found = plainly(number, region)
    assert found is None or found == _parse_any(number, region)


def test_most_numbers_are_read_plainly_wherever_they_are_from():
    for number, region in [
        ("+12125550123", None), ("(212) 555-0123", "US"), ("030 / 1234567", "DE"),
        ("+49 30 1234567", "DE"), ("01 23 45 67 89", "FR"), ("91 123 45 67", "ES"),
    ]:  # fmt: skip
        assert plainly(number, region) is not None
    for number, region in [
        ("12125550123", "US"), ("030 1234567", None), ("030 1234567", "XX"), ("0190x", "DE"),
        ("+999 1234567", "DE"), ("+0 1234567", "DE"), ("0049 30 1234567", "DE"),
        ("+49 (0)30 1234567", "DE"), ("0 30", "DE"), ("+", "DE"),
    ]:  # fmt: skip
        assert plainly(number, region) is None
