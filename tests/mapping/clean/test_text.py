"""What people see is repaired and trimmed, nothing more; what can't be text is refused."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mapping.clean.text import LIMIT, UncleanError, text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  Anna  ", "Anna"),
        ("Anna\u00a0 \t\nMaria", "Anna Maria"),
        ("", None),
        (" \u200b\x00 ", None),
        (None, None),
        ("Mu\u0308ller", "Müller"),
        ("A\x00n\x07na\ud800", "Anna"),
        (10115, "10115"),
        (10115.0, "10115"),
        (1.5, "1.5"),
        (float("nan"), None),
    ],
)
def test_text_is_trimmed_composed_and_freed_of_invisible_signs(raw, clean):
    assert text(raw) == clean


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("MÃ¼ller", "Müller"),
        ("StraÃŸe", "Straße"),
        ("ç\x8e\u2039å°\x8fæ\u02dcŽ", "王小明"),
        ("Ð\u02dcÐ²Ð°Ð½", "Иван"),
    ],
)
def test_a_wrong_decoding_is_undone(raw, clean):
    assert text(raw) == clean


@pytest.mark.parametrize(
    "raw", ["Müller", "“Hi” \u2013 O\u2019Neill", "Ã", "王小明", "Ã¼ber \ufffd"]
)
def test_what_is_not_broken_or_can_t_be_repaired_whole_keeps_its_letters(raw):
    assert text(raw) == raw


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"a": 1}, "found an object"),
        ([], "found a list"),
        (True, "found true or false"),
        ("x" * (LIMIT + 1), "longer than 2,000"),
        pytest.param(1 << 99_999, "longer than 2,000", id="huge number"),
    ],
)
def test_what_can_t_be_text_is_refused_without_repeating_it(raw, reason):
    with pytest.raises(UncleanError, match=reason):
        text(raw)


@settings(deadline=None)  # tables are read on first use
@given(st.text(max_size=60))
@example("Ã\u200b¼")
@example("i\u0307 \ufeff\ud800")
def test_cleaning_twice_equals_cleaning_once(raw):
    once = text(raw)
    assert text(once) == once
