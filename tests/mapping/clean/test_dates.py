"""Dates are read as the map says, never guessed."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapping.clean.dates import birth_date, day, moment
from mapping.clean.text import UncleanError

GERMAN = ("%d.%m.%Y",)
TODAY = date(2026, 7, 1)


@pytest.mark.parametrize("raw", ["", None, "00.00.0000", "01.01.0001", "01.01.1753", "01.01.1900"])
def test_a_placeholder_is_no_date(raw):
    assert day(raw, GERMAN) is None


def test_the_first_format_that_fits_reads_the_date():
    assert day("29.02.1980", ("iso", *GERMAN)) == date(1980, 2, 29)
    assert day("1980-02-29", ("iso", *GERMAN)) == date(1980, 2, 29)


@pytest.mark.parametrize("raw", ["31.02.1980", "1980-02-28", "12/31/1980", "yesterday"])
def test_an_impossible_date_is_refused_and_the_right_way_is_named(raw):
    with pytest.raises(UncleanError, match=r"^not a date written as DD\.MM\.YYYY$"):
        day(raw, GERMAN)


def test_iso_dates_are_named_as_such():
    with pytest.raises(UncleanError, match="ISO 8601"):
        day("29.02.1980", ("iso",))


@pytest.mark.parametrize("raw", ["02.07.2026", "01.01.1899"])
def test_a_birth_that_nobody_alive_can_have_is_a_slip(raw):
    assert birth_date(raw, GERMAN, TODAY) is None


def test_a_birth_date_is_a_day():
    assert birth_date("01.07.2026", GERMAN, TODAY) == TODAY


def test_a_time_without_a_zone_is_in_the_channel_s_zone():
    berlin = ZoneInfo("Europe/Berlin")
    assert moment("2026-07-01 12:00:00", ("iso",), berlin) == datetime(2026, 7, 1, 10, tzinfo=UTC)


def test_a_time_with_a_zone_keeps_it():
    berlin = ZoneInfo("Europe/Berlin")
    assert moment("2026-07-01T12:00:00+00:00", ("iso",), berlin).hour == 12


def test_a_blank_time_is_none():
    assert moment("", ("iso",), UTC) is None
    assert moment("0000-00-00 00:00:00", ("iso",), UTC) is None


@example(datetime(1, 1, 2), "Asia/Tokyo")  # noqa: DTZ001 - that is the point
@example(datetime(9999, 12, 30, 23, 59), "America/New_York")  # noqa: DTZ001
@settings(deadline=None)  # tables are read on first use
@given(st.datetimes(), st.sampled_from(["UTC", "Asia/Tokyo", "America/New_York"]))
def test_any_iso_time_is_a_moment_in_utc_or_a_placeholder(when, zone):
    found = moment(when.isoformat(), ("iso",), ZoneInfo(zone))
    assert found is None or found.tzinfo is UTC
