from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sandbox.wire.soap import render

XML_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")))


@given(XML_TEXT.filter(lambda text: "\ufffe" not in text and "\uffff" not in text))
def test_text_comes_out_of_xml_as_it_went_in(text):
    element = etree.fromstring(render("Customer", {"Name": text}))
    assert (element.findtext("Name") or "") == text


@given(st.text(st.characters()))
def test_any_text_at_all_makes_well_formed_xml(text):
    assert etree.fromstring(render("Customer", {"Name": text})).find("Name") is not None


def test_white_space_survives_and_what_xml_cannot_carry_is_marked():
    element = etree.fromstring(render("Customer", {"Name": "a\tb\r\nc\x00d\ud800"}))
    assert element.findtext("Name") == "a\tb\r\nc\ufffdd\ufffd"


def test_a_field_that_is_none_is_left_out_and_a_blank_one_is_there():
    assert render("Customer", {"Name": None, "City": ""}) == b"<Customer><City></City></Customer>"
