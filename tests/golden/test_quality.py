"""Quality: a bad value never survives over a good one, and a doubtful one is trusted less."""

from datetime import date

import pytest

from golden.quality import doubt
from golden.rules import Law
from golden.survivorship import survive
from hub.law import Golden, Trust
from hub.model import Address, Identifier, PersonName
from tests.golden.members import NOW, TRUST, address, member

HALF = PersonName(family="Müller")


@pytest.mark.parametrize(
    ("attribute", "value", "bad"),
    [
        ("emails", "anna", True),
        ("emails", "noemail@x.de", True),
        ("phones", "+000000000", True),
        ("phones", "12", True),
        ("phones", "0228 123456", False),
        ("name", PersonName(given="a@b.de"), True),
        ("name", PersonName(given="Anna2"), True),
        ("name", HALF, False),
        ("addresses", Address(locality="Bonn"), False),
        ("addresses", Address(street="Weg 1"), False),
        ("identifiers", Identifier(kind="vat", value="DE000000000"), True),
        ("birth_date", date(1800, 1, 1), True),
        ("organisation", "n/a", True),
    ],
)
def test_what_fails_its_check_is_bad_or_doubtful(attribute, value, bad):
    assert doubt(attribute, value).bad is bad


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("emails", "anna@b.de"),
        ("phones", "+49228123456"),
        ("name", PersonName(given="小明", family="王")),
        ("addresses", Address(extra="Postfach 7", locality="Bonn")),
        ("identifiers", Identifier(kind="vat", value="DE136695976")),
        ("identifiers", Identifier(kind="local", value="A")),
        ("birth_date", date(1950, 2, 3)),
        ("language", "de"),
    ],
)
def test_nothing_speaks_against_a_good_value(attribute, value):
    assert doubt(attribute, value) is None


def survivors(attribute, *members, percent=50):
    law = Law.of(Golden(doubt=percent), {name: Trust(max=most) for name, most in TRUST.items()})
    attributes, provenance = survive(members, law=law, heard=dict.fromkeys(TRUST, NOW))
    return getattr(attributes, attribute), provenance[attribute]


def test_a_bad_value_is_not_spread_beside_a_good_one():
    bad = member("erp:1", "2026-01-01", emails=("nonsense",))
    good = member("mail:1", "2020-01-01", emails=("a@b.de",))
    assert survivors("emails", bad, good)[0] == ("a@b.de",)


def test_a_bad_value_is_kept_where_there_is_no_other_and_says_so():
    values, (origin,) = survivors("emails", member("erp:1", emails=("nonsense",)))
    assert (values, origin.doubt) == (("nonsense",), "not an e-mail address")


@pytest.mark.parametrize(("percent", "given"), [(50, "Anna"), (0, None)])
def test_a_doubtful_value_is_trusted_less(percent, given):
    half, whole = member("erp:1", name=HALF), member("crm:1", name="Anna Müller")
    assert survivors("name", half, whole, percent=percent)[0].given == given


def test_each_element_of_a_set_has_its_own_doubt():
    said = member("erp:1", phones=("+49228123456", "0228 99999"), addresses=(address("Weg 1"),))
    _, origins = survivors("phones", said)
    assert [origin.doubt for origin in origins] == [None, "not an international number"]
