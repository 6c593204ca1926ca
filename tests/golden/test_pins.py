"""Pins: a steward's value is read like any other, or refused."""

import pytest

from golden.pins import claim, own_words, plain, value_of
from hub.model import Address, Key, PersonName, Status
from tests.golden.members import day


@pytest.mark.parametrize(
    ("attribute", "given", "value"),
    [
        ("language", "fr", "fr"),
        ("status", "blocked", Status.BLOCKED),
        ("emails", ["a@b.de"], ("a@b.de",)),
        ("name", {"family": "Li"}, PersonName(family="Li")),
        ("addresses", [{"locality": "Bonn"}], (Address(locality="Bonn"),)),
    ],
)
def test_a_pinned_value_comes_back_from_plain_json(attribute, given, value):
    assert value_of(attribute, given) == value
    assert value_of(attribute, plain(attribute, value)) == value
    said = claim(attribute, given, "eva", day("2026-01-01"))
    assert (said.key, said.value) == (Key("steward", "eva"), value)


@pytest.mark.parametrize(
    ("attribute", "given", "why"),
    [
        ("consents", [], "can't be pinned"),
        ("nam", "x", "can't be pinned"),
        ("status", "dead", "active"),
        ("emails", [], "nothing to pin"),
        ("language", None, "nothing to pin"),
    ],
)
def test_what_is_no_value_is_refused(attribute, given, why):
    with pytest.raises(ValueError, match=why):
        value_of(attribute, given)


def test_words_are_one_text_or_the_elements_of_a_set():
    assert own_words(["Acme", "GmbH"], "organisation") == "Acme GmbH"
    assert own_words(["a@b.de", "c@d.de"], "emails") == ["a@b.de", "c@d.de"]
    assert own_words(['{"family":', '"Li"}'], "name") == {"family": "Li"}
    assert value_of("parent", own_words(["erp:P1"], "parent")) == Key("erp", "P1")
    with pytest.raises(ValueError, match="double quotes"):
        own_words(["{x"], "name")
