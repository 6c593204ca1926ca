from hypothesis import given
from hypothesis import strategies as st

from stewardship.panels.text import count, label, refusal, visible


def test_what_turns_the_reading_around_is_spelt_out():
    assert visible("Anna\u202emoc.live") == "Anna⟦U+202E⟧moc.live"


def test_what_no_screen_shows_is_spelt_out():
    assert visible("a\u200bb\x00c") == "a⟦U+200B⟧b⟦U+0000⟧c"


def test_joiners_and_other_scripts_stay():
    text = "می\u200cخواهم فاطمة 王小明"
    assert visible(text) == text


@given(st.text() | st.text(st.characters(categories=["Cs", "Cf", "Cc"])))
def test_everything_shown_can_be_sent_to_a_browser(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert visible(shown) == shown


def test_a_refusal_says_whether_it_is_about_these_two_or_about_others():
    assert refusal("different given names") == "different given names"
    others = refusal("veto: different given names")
    assert others == "other records of these two customers forbid it: different given names"
    assert refusal("size") == "too many records hang together here"
    assert refusal(None) is None


def test_attributes_have_names_for_people():
    assert label("birth_date") == "Birth date"
    assert label("most_recent") == "Most recent"


def test_one_is_not_many():
    assert count(1, "field agrees", "fields agree") == "1 field agrees"
    assert count(0, "open case") == "0 open cases"
    assert count(12_000, "open case") == "12,000 open cases"
