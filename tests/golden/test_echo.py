"""An echo is our own push coming back: it never changes a channel's own word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden.echo import is_silent, own_word
from hub.model import Attributes, Kind, Status
from tests.golden.members import address, consent, day, member

BEFORE = member("shop:1", "2025-01-01", language="de", emails=("own@b.de",), extras={"size": "L"})


def test_a_record_that_we_never_wrote_speaks_for_itself():
    mapped = member("shop:1", "2026-01-01", language="en")
    assert own_word(mapped, BEFORE, None) is mapped
    assert own_word(mapped, BEFORE, {}) is mapped


def test_what_we_told_is_not_the_channels_word():
    mapped = BEFORE.model_copy(
        update={
            "language": "en",
            "emails": ("own@b.de", "told@b.de"),
            "changed_at": day("2026-01-01"),
        }
    )
    told = {"language": "en", "emails": ("own@b.de", "told@b.de")}
    assert own_word(mapped, BEFORE, told) == BEFORE


def test_what_we_told_may_be_plain_json():
    told = {"addresses": [{"street": "Weg 1", "locality": "Bonn"}]}
    mapped = BEFORE.model_copy(update={"addresses": (address("Weg 1"),)})
    assert own_word(mapped, BEFORE, told) == BEFORE


def test_what_somebody_changes_there_is_the_channels_word():
    mapped = BEFORE.model_copy(
        update={
            "language": "fr",
            "emails": ("told@b.de", "new@b.de"),
            "changed_at": day("2026-01-01"),
        }
    )
    word = own_word(mapped, BEFORE, {"language": "en", "emails": ("own@b.de", "told@b.de")})
    assert word.language == "fr"
    assert word.emails == ("new@b.de",)
    assert word.changed_at == day("2026-01-01")


def test_what_the_channel_said_before_we_told_it_stays_its_word():
    mapped = BEFORE.model_copy(update={"emails": ("own@b.de", "new@b.de")})
    word = own_word(mapped, BEFORE, {"emails": ("own@b.de", "told@b.de")})
    assert word.emails == ("own@b.de", "new@b.de")


def test_an_address_that_we_overwrote_is_still_the_channels_word():
    before = member("shop:1", addresses=(address("Alt 1"),))
    mapped = member("shop:1", addresses=(address("Neu 2"),))
    assert own_word(mapped, before, {"addresses": (address("Neu 2"),)}) == before


def test_extras_are_told_apart_name_by_name():
    mapped = BEFORE.model_copy(update={"extras": {"size": "M", "note": "told", "mine": "x"}})
    word = own_word(mapped, BEFORE, {"extras": {"size": "M", "note": "told"}})
    assert word.extras == {"size": "L", "mine": "x"}


def test_a_record_that_we_created_has_no_word_of_its_own():
    mapped = member(
        "shop:1",
        "2026-01-01",
        kind=Kind.ORGANISATION,
        organisation="Acme",
        emails=("a@b.de",),
        status=Status.BLOCKED,
        consents=(consent("a@b.de", "denied"),),
        extras={"a": "b"},
    )
    word = own_word(mapped, None, Attributes.model_validate(dict(attributes(mapped))).model_dump())
    assert word == member("shop:1", kind=Kind.ORGANISATION)


def test_only_a_channel_with_no_word_of_its_own_is_silent():
    assert is_silent(member("shop:1", "2026-01-01", kind=Kind.ORGANISATION))
    assert not is_silent(member("shop:1", language="de"))


def attributes(customer):
    return ((name, getattr(customer, name)) for name in Attributes.model_fields)


def test_what_somebody_adds_to_a_record_that_we_created_is_the_channels_word():
    mapped = member("shop:1", "2026-01-01", name="Anna Müller", language="de")
    word = own_word(mapped, None, {"name": {"given": "Anna", "family": "Müller"}})
    assert word == member("shop:1", "2026-01-01", language="de")


customers = st.builds(
    member,
    st.just("shop:1"),
    st.sampled_from([None, "2024-01-01", "2025-01-01"]),
    language=st.sampled_from([None, "de", "en"]),
    emails=st.lists(st.sampled_from(["a@b.de", "c@d.de", "e@f.de"]), unique=True).map(tuple),
    extras=st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
    status=st.sampled_from(Status),
)


@given(previous=customers, told=customers)
def test_an_echo_changes_nothing(previous, told):
    mapped = told.model_copy(update={"changed_at": day("2026-01-01"), "kind": previous.kind})
    said = dict(attributes(told))
    if told.extras.keys() != previous.extras.keys():
        said["extras"] = previous.extras
        mapped = mapped.model_copy(update={"extras": previous.extras})
    assert own_word(mapped, previous, said) == previous


@given(mapped=customers, previous=customers, told=customers)
def test_hearing_the_same_twice_is_as_good_as_once(mapped, previous, told):
    said = dict(attributes(told))
    once = own_word(mapped, previous, said)
    assert own_word(mapped, once, said) == once


@pytest.mark.parametrize("attribute", ["kind", "status", "name", "birth_date", "organisation"])
def test_attributes_that_we_never_told_are_left_alone(attribute):
    mapped = member("shop:1", "2026-01-01", kind=Kind.ORGANISATION, organisation="Acme")
    word = own_word(mapped, BEFORE, {"language": "de"})
    assert getattr(word, attribute) == getattr(mapped, attribute)


@pytest.mark.parametrize(
    ("said", "silent"),
    [
        ({}, True),
        ({"kind": Kind.ORGANISATION}, True),
        ({"status": Status.BLOCKED}, False),
        ({"language": "de"}, False),
        ({"roles": ("customer",)}, False),
        ({"extras": {"segment": "a"}}, False),
    ],
)
def test_any_value_of_its_own_breaks_the_silence(said, silent):
    word = member("shop:1", "2026-01-01", **said)
    assert is_silent(word) is silent
