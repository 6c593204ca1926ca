"""What a channel should hold: filled, never emptied, never rotated, no consent turned on."""

from hypothesis import given
from hypothesis import strategies as st

from golden.delivery import desired, differing
from hub.model import Attributes, Identifier, PersonName
from tests.golden.members import address, consent, member

ALL = frozenset(Attributes.model_fields)
ANNA = PersonName(given="Anna", family="Müller")


def view(golden, held, writable=ALL, only=None):
    return desired(Attributes(**golden), Attributes(**held), writable, only)


def test_what_golden_knows_better_goes_to_the_channel():
    wanted = view({"name": ANNA, "language": "de"}, {"language": "en"})
    assert (wanted.name, wanted.language) == (ANNA, "de")


def test_only_what_may_be_written_changes():
    golden = {"language": "de", "organisation": "Acme"}
    assert view(golden, {}, writable={"language"}) == Attributes(language="de")
    assert view(golden, {}, only={"organisation"}) == Attributes(organisation="Acme")
    assert view(golden, {}, writable={"language"}, only={"organisation"}) == Attributes()


def test_a_value_never_becomes_nothing():
    held = {"language": "de", "emails": ("a@b.de",), "addresses": (address("Weg 1"),)}
    assert view({}, held) == Attributes(**held)


def test_a_spelling_that_says_the_same_is_left_alone():
    shouted = PersonName(given="ANNA", family="MÜLLER")
    assert view({"name": ANNA}, {"name": shouted}).name == shouted


def test_sets_are_filled_and_not_rotated():
    golden = {"emails": ("first@b.de", "second@b.de", "third@b.de")}
    wanted = view(golden, {"emails": ("SECOND@b.de", "forgotten@b.de")})
    assert wanted.emails == ("SECOND@b.de", "first@b.de", "third@b.de")


def test_identifiers_are_filled():
    one, other = (Identifier(kind="vat", value=value) for value in "12")
    assert view({"identifiers": (one, other)}, {"identifiers": (other,)}).identifiers == (
        other,
        one,
    )


def test_the_address_to_write_to_goes_first():
    golden = {"addresses": (address("Neu 1"), address("Alt 2"), address("Alt 3"))}
    wanted = view(golden, {"addresses": (address("Alt 3"), address("Alt 2"))})
    assert wanted.addresses == (address("Neu 1"), address("Alt 3"), address("Alt 2"))


def test_extras_are_laid_over():
    wanted = view({"extras": {"a": "1"}}, {"extras": {"a": "0", "b": "2"}})
    assert wanted.extras == {"a": "1", "b": "2"}


GRANT, DENIAL = consent("a@b.de", "granted"), consent("A@b.de", "denied", "2025-01-01")


def test_a_denial_flows_to_whoever_holds_the_contact():
    assert view({"consents": (DENIAL,)}, {"emails": ("a@b.de",)}).consents == (DENIAL,)
    assert view({"consents": (DENIAL,)}, {"consents": (GRANT,)}).consents == (DENIAL,)
    sent = view({"consents": (DENIAL,), "emails": ("a@b.de",)}, {})
    assert sent.consents == (DENIAL,)


def test_a_denial_of_a_contact_that_the_channel_lacks_stays_away():
    assert view({"consents": (DENIAL,)}, {"emails": ("other@b.de",)}).consents == ()


def test_a_grant_never_flows():
    assert view({"consents": (GRANT,)}, {"emails": ("a@b.de",)}).consents == ()
    held = consent("a@b.de", "denied")
    assert view({"consents": (GRANT,)}, {"consents": (held,)}).consents == (held,)


def test_a_denial_that_the_channel_has_is_left_alone():
    held = consent("a@b.de", "denied")
    assert view({"consents": (DENIAL,)}, {"consents": (held,)}).consents == (held,)


def test_consents_are_written_only_where_they_may_be():
    golden, held = {"consents": (DENIAL,)}, {"emails": ("a@b.de",)}
    assert view(golden, held, writable={"emails"}).consents == ()
    assert view(golden, held, only={"emails"}).consents == ()
    assert view(golden, held, only={"consents"}).consents == (DENIAL,)


def test_what_differs_is_named():
    held, wanted = Attributes(language="de"), Attributes(language="en", emails=("a@b.de",))
    assert differing(held, wanted) == {"language", "emails"}
    assert differing(held, held) == frozenset()


def test_a_customer_may_stand_for_its_attributes():
    held = member("shop:1", "2025-01-01", language="de")
    wanted = desired(Attributes(language="en"), held, ALL)
    assert wanted == Attributes(language="en")
    assert differing(held, wanted) == {"language"}


said = st.fixed_dictionaries(
    {
        "language": st.sampled_from([None, "de", "en"]),
        "emails": st.lists(st.sampled_from(["a@b.de", "A@b.de", "c@d.de"]), unique=True).map(tuple),
        "addresses": st.lists(st.sampled_from([address("A 1"), address("B 2")])).map(tuple),
        "consents": st.lists(st.sampled_from([GRANT, DENIAL]), max_size=1).map(tuple),
        "extras": st.dictionaries(st.sampled_from("ab"), st.sampled_from("12")),
    }
)


@given(said, said)
def test_what_was_delivered_needs_no_second_delivery(golden, held):
    once = view(golden, held)
    assert differing(once, view(golden, dict(once))) == frozenset()
