import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.config import Matching
from stewardship.panels.waterfall import waterfall

weights = st.lists(st.floats(-20, 20), max_size=8)


def drawn(*bits):
    lines = [{"field": "email", "level": "same_local", "weight": one} for one in bits]
    return waterfall(lines, Matching(merge=0.9, review=0.5))


@given(weights)
def test_the_bars_sum_to_the_weight_and_stay_on_the_scale(bits):
    found = drawn(*bits)
    assert found.total == sum(bits)
    for bar in found.bars:
        assert 0 <= bar.start <= bar.start + bar.width <= 100
    assert 0 <= found.review.place < found.merge.place <= 100


def test_a_bar_begins_where_the_last_one_ended():
    first, second = drawn(-8, 4).bars
    assert second.start == first.start
    assert second.width * 2 == pytest.approx(first.width, abs=0.05)


def test_thresholds_are_drawn_as_bits():
    found = drawn(1)
    assert (found.review.bits, round(found.merge.bits, 2)) == (0, 3.17)


def test_a_line_says_what_it_speaks_for():
    lines = [
        {"field": "prior", "level": "", "label": "seldom one", "weight": -9},
        {"field": "email", "level": "same", "label": "", "weight": 3},
        {"field": "phone", "level": "different", "label": "another", "weight": -1},
    ]
    bars = waterfall(lines, Matching()).bars
    assert [(bar.kind, bar.field, bar.words) for bar in bars] == [
        ("start", "Start", "seldom one"),
        ("for", "E-mail", "same"),
        ("against", "Phone", "another"),
    ]


def test_a_line_that_proves_nothing_speaks_neither_for_nor_against():
    assert [bar.kind for bar in drawn(0.0, -0.04, 0.06, -0.06).bars] == [
        "start", "start", "for", "against",
    ]  # fmt: skip
