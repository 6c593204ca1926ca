import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.wire.criteria import compile_criteria

WORDS = ("", "a", "b", "b2", "c")
values = st.text(max_size=8)


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


@pytest.mark.parametrize(
    ("criteria", "passing"),
    [
        ("", WORDS),
        ("  ", WORDS),
        ("''", ("",)),
        ("b", ("b",)),
        ("a|c", ("a", "c")),
        ("''|c", ("", "c")),
        ("a..b2", ("a", "b", "b2")),
        ("b..", ("b", "b2", "c")),
        ("..a", ("", "a")),
        ("a|b2..", ("a", "b2", "c")),
        (">=b", ("b", "b2", "c")),
        (">b", ("b2", "c")),
        ("<=b", ("", "a", "b")),
        ("<b", ("", "a")),
        ("<>b", ("", "a", "b2", "c")),
        ("<>''", ("a", "b", "b2", "c")),
        (">= b", ("b", "b2", "c")),
        ("'a|b'", ()),
    ],
)
def test_the_filter_language(criteria, passing):
    test = compile_criteria(criteria)
    assert tuple(filter(test, WORDS)) == passing


@pytest.mark.parametrize("criteria", ["C*", "a?", "(a)", "a&b", "@a", "'a", "a|", "|a", "a'b"])
def test_what_is_not_understood_is_refused(criteria):
    with pytest.raises(ValueError, match=r"."):
        compile_criteria(criteria)


@given(values, values)
def test_in_quotes_every_value_finds_itself_and_nothing_else(wanted, other):
    test = compile_criteria(quoted(wanted))
    assert test(wanted)
    assert test(other) == (wanted == other)


@given(values, values, values)
def test_a_range_is_both_its_halves(low, high, value):
    within = compile_criteria(f"{quoted(low)}..{quoted(high)}")(value)
    above = compile_criteria(f">={quoted(low)}")(value)
    below = compile_criteria(f"<={quoted(high)}")(value)
    assert within == (above and (below or not high))


@given(st.text())
def test_no_text_breaks_it_but_with_a_value_error(criteria):
    try:
        test = compile_criteria(criteria)
    except ValueError:
        return
    assert test("a") in {True, False}
