from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from store.types import Moment, storable

DIALECTS = [sqlite.dialect(), postgresql.dialect()]
anything = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_time_without_a_zone_is_refused(dialect):
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), dialect)  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_time_comes_back_as_the_same_moment_in_utc(dialect):
    berlin = datetime(2026, 7, 1, 14, 0, 0, 1, tzinfo=timezone(timedelta(hours=2)))
    back = Moment().process_result_value(Moment().process_bind_param(berlin, dialect), dialect)
    assert back == berlin
    assert back.tzinfo is UTC


@given(anything)
def test_storable_text_has_no_letter_that_a_database_refuses(text):
    stored = storable(text)
    assert "\0" not in stored
    assert stored.encode().decode() == stored
    assert storable(stored) == stored


@given(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")))
def test_sound_text_is_stored_as_it_is(text):
    assert storable(text) == text
