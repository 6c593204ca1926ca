"""The score of a pair: its evidence sums to it, and no veto is overruled."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.model import Key
from matching.verdicts import Proposal
from tests.matching.people import company, customer, judged, person

HOME = "Hauptstr. 1, 80331, München"
ANNA = {"email": "bluebird@gmx.de", "phone": "+49891234567", "at": HOME, "born": "1980-05-17"}

names = st.sampled_from(["", "Müller, Anna", "Müller, Hanna", "Anna", "Иванов, Анна", "李伟"])
people = st.builds(
    person,
    names,
    born=st.sampled_from([None, "1980-05-17", "1961-12-03"]),
    email=st.sampled_from([(), "bluebird@gmx.de", "anna.mueller@web.de"]),
    phone=st.sampled_from([(), "+49891234567"]),
    at=st.sampled_from([(), HOME]),
    organisation=st.sampled_from([None, "Acme GmbH"]),
)
companies = st.builds(
    company,
    st.sampled_from(["", "Acme GmbH", "Acme AG", "Zebra"]),
    email=st.sampled_from([(), "info@acme.de", "bluebird@gmx.de"]),
    at=st.sampled_from([(), HOME]),
)
customers = people | companies


@settings(max_examples=15, deadline=None)
@given(customers, customers)
def test_the_evidence_sums_to_the_weight(left, right):
    match = judged(left, right)
    assert sum(line.weight for line in match.evidence) == pytest.approx(match.weight)
    assert match.probability == pytest.approx(1 / (1 + 2**-match.weight))
    assert all(line.label for line in match.evidence)


@settings(max_examples=15, deadline=None)
@given(customers, customers)
def test_which_is_left_makes_no_difference(left, right):
    assert judged(left, right) == judged(right, left)


@settings(max_examples=15, deadline=None)
@given(customers, customers)
def test_a_veto_forbids_a_merge(left, right):
    match = judged(left, right)
    assert match.veto is None or match.outcome is not Proposal.MERGE


def test_nothing_in_common_leaves_the_prior():
    match = judged(person("A, B"), person("", email="c@d.de"))
    assert [line.field for line in match.evidence] == ["prior", "household"]
    assert match.outcome is Proposal.APART


def test_the_rival_that_explains_most_is_named():
    couple = judged(person("Müller, Anna", **ANNA), person("Müller, Bernd", **ANNA))
    assert couple.evidence[-1].field == "household"
    branches = judged(
        company("Acme GmbH", at=HOME), company("Acme GmbH", at="Weg 2, 10117, Berlin")
    )
    assert branches.evidence[-1].field == "branch"
    neighbours = judged(company("Acme", at=HOME), company("Zebra", at=HOME))
    assert neighbours.evidence[-1].field == "neighbour"


@pytest.mark.parametrize(
    ("left", "right", "veto"),
    [
        (
            person("Müller, Anna", vat="DE123456789", **ANNA),
            person("Müller, Anna", vat="DE987654321", **ANNA),
            "different identifiers of one kind",
        ),
        (
            person("Smith, John, Jr", **ANNA),
            person("Smith, John, Sr", **ANNA),
            "different generations",
        ),
        (
            person("Smith, John, Jr", email="j@gmx.de", at=HOME),
            person("Smith, John", email="j@gmx.de", at=HOME),
            "a generation on one side only",
        ),
        (
            person("Müller, Kenneth", **ANNA),
            person("Müller, Alexander", **ANNA),
            "different given names",
        ),
        (
            person("伊藤, 直樹", **ANNA),
            person("Ito, Jiro", **ANNA),
            "different given names",
        ),
        (
            person("Müller, Anna", **ANNA),
            person("Müller, Anna", **(ANNA | {"born": "1961-12-03"})),
            "different birth dates",
        ),
        (person(**ANNA), person("Müller, Anna", **ANNA), "no name in common"),
        (
            person("Müller, Anna"),
            person("Müller, Anna"),
            "nothing but the name in common",
        ),
        (
            customer(organisation="Acme", name=None, email="x@acme.de"),
            person("", email="x@acme.de"),
            "a company's contact and a private person",
        ),
        (
            company("Acme GmbH", email="a@acme.de"),
            customer(organisation="Acme GmbH", email="a@acme.de"),
            "a person and an organisation",
        ),
    ],
)
def test_what_must_not_be_merged_is_left_to_a_steward(left, right, veto):
    match = judged(left, right)
    assert match.veto == veto
    assert match.outcome is not Proposal.MERGE


def test_a_name_spelt_in_two_alphabets_is_no_other_name():
    match = judged(person("علي, نور", **ANNA), person("Aly, Noor", **ANNA))
    assert (match.veto, match.outcome) == (None, Proposal.MERGE)


def test_a_person_who_works_there_is_not_the_company():
    office = company("Acme GmbH", email="info@acme.de", phone="+49891234567", at=HOME)
    clerk = person("Müller, Anna", email="info@acme.de", phone="+49891234567", at=HOME)
    assert judged(office, clerk).outcome is Proposal.APART


def test_who_has_no_name_may_be_the_company():
    office = company("Acme GmbH", email="info@acme.de")
    nobody = person(email="info@acme.de")
    assert judged(office, nobody).outcome is Proposal.REVIEW


def test_a_record_matches_itself():
    anna = person("Müller, Anna", key=Key("shop", "1"), **ANNA)
    assert judged(anna, anna).outcome is Proposal.MERGE
