import pytest
from hypothesis import given
from hypothesis import strategies as st

from stewardship.panels.difference import Agreement, agreement, pieces, script


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("Anna", "Anna", (Agreement.AGREE, "")),
        ("ANNA", "Anna", (Agreement.NEAR, "letter case")),
        ("Ａｎｎａ", "Anna", (Agreement.NEAR, "full width")),
        ("José", "Jose", (Agreement.NEAR, "accents")),
        ("Müller", "Mueller", (Agreement.NEAR, "umlauts")),
        ("+49 221 55", "+4922155", (Agreement.NEAR, "spaces and signs")),
        ("Anna", "Anne", (Agreement.NEAR, "")),
        ("Иван", "Ivan", (Agreement.DIFFER, "other script")),
        ("Anna", "Bertha", (Agreement.DIFFER, "")),
        ("-", "+", (Agreement.DIFFER, "")),
        ("", "Anna", (Agreement.MISSING, "")),
    ],
)
def test_how_two_values_stand_to_each_other(left, right, expected):
    assert agreement(left, right) == expected
    assert agreement(right, left) == expected


def test_marks_show_where_near_values_differ():
    left, right = pieces("Anna Müller", "Anne Müller")
    assert left == (("Ann", False), ("a", True), (" Müller", False))
    assert right == (("Ann", False), ("e", True), (" Müller", False))


def test_values_with_nothing_in_common_are_not_peppered_with_marks():
    assert pieces("Anna", "Xy") == ((("Anna", False),), (("Xy", False),))


def test_an_accent_stays_with_its_letter():
    left, _ = pieces("Jose\u0301", "Jose")
    assert left == (("Jos", False), ("e\u0301", True))


@given(st.text(), st.text())
def test_pieces_put_together_are_the_values(left, right):
    ours, theirs = pieces(left, right)
    assert "".join(piece.text for piece in ours) == left
    assert "".join(piece.text for piece in theirs) == right


@given(st.text(min_size=1))
def test_equal_values_have_no_mark(text):
    assert not any(piece.differs for side in pieces(text, text) for piece in side)


def test_a_script_is_named_by_its_first_letter():
    assert script("12 Домская") == "CYRILLIC"
    assert script("12") == ""
