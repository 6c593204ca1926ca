from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.facts.times import Clock

BERLIN = Clock(fields=("at",), format="%Y-%m-%d %H:%M:%S", zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("clock", "text", "moment"),
    [
        ({}, "2026-01-31T10:20:30", datetime(2026, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ({}, "2026-01-31T10:20:30+02:00", datetime(2026, 1, 31, 8, 20, 30, tzinfo=UTC)),
        ({}, "2026-01-31T10:20:30Z", datetime(2026, 1, 31, 10, 20, 30, tzinfo=UTC)),
        ({"zone": "Europe/Berlin"}, "2026-07-01T12:00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ({"format": "%d.%m.%Y"}, "31.01.2026", datetime(2026, 1, 31, tzinfo=UTC)),
        ({}, "0001-01-01", None),
        ({}, "1753-01-01", None),
        ({"zone": "Asia/Tokyo"}, "0001-01-01", None),
        ({}, "yesterday", None),
        ({}, "", None),
        ({}, None, None),
        ({}, 5, None),
    ],
)
def test_a_time_is_read_by_format_and_zone_and_junk_is_no_time(clock, text, moment):
    assert Clock(fields=("at",), **clock).parser()(text) == moment


def test_a_filter_is_written_as_the_records_show_their_times():
    moment = datetime(2026, 7, 1, 10, 0, 5, tzinfo=UTC)
    assert BERLIN.text(moment) == "2026-07-01 12:00:05"
    assert Clock(fields=("at",)).text(moment) == "2026-07-01T10:00:05+00:00"
    assert Clock(fields=("at",), filter_format="%Y%m%d").text(moment) == "20260701"
    assert BERLIN.stamp(moment) == "2026-07-01 12:00:05"
    assert Clock(fields=("at",)).stamp(moment) == "2026-07-01T10:00:05+00:00"


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - hypothesis asks for it
    st.integers(0, 5 * 3600),
)
def test_what_is_written_later_never_sorts_before_the_filter(start, seconds):
    """Also in the night when clocks go back and an hour of local time comes twice."""
    start = start.replace(tzinfo=UTC, microsecond=0)
    later = (start + timedelta(seconds=seconds)).astimezone(ZoneInfo("Europe/Berlin"))
    assert later.strftime(BERLIN.format) >= BERLIN.text(start)


def test_the_unit_is_the_resolution_unless_an_overlap_is_given():
    assert Clock(fields=("at",), resolution="day").unit == timedelta(days=1)
    assert Clock(fields=("at",), overlap=90).unit == timedelta(seconds=90)


def test_an_unknown_zone_is_refused():
    with pytest.raises(ValidationError, match="is not a time zone"):
        Clock(fields=("at",), zone="Middle/Earth")


@pytest.mark.parametrize(
    ("told", "moment"),
    [
        ("1782900005250", datetime(2026, 7, 1, 10, 0, 5, 250_000, tzinfo=UTC)),
        (1782900005250, datetime(2026, 7, 1, 10, 0, 5, 250_000, tzinfo=UTC)),
        ("soon", None),
        (None, None),
        (1e30, None),
        (-9e12, None),
    ],
)
def test_milliseconds_since_1970_are_a_time_too(told, moment):
    clock = Clock(fields=("at",), format="epoch_ms")
    assert clock.parser()(told) == moment
    if moment:
        assert clock.text(moment) == "1782900005250"
