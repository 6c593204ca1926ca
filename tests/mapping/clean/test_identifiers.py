"""A number counts only if its own check digits prove it."""

import pytest

from mapping.clean.identifiers import identifier


@pytest.mark.parametrize(
    ("raw", "country", "number"),
    [
        ("DE 136 695 976", None, "DE136695976"),
        ("136695976", "DE", "DE136695976"),
        ("atu13585627", None, "ATU13585627"),
        ("094259216", "GR", "EL094259216"),
        ("CHE-116.281.710 MWST", None, "CHE116281710"),
        ("GB 980 7806 84", None, "GB980780684"),
        ("NO 995 525 828 MVA", None, "NO995525828MVA"),
    ],
)
def test_a_vat_number_is_compact_and_carries_its_country(raw, country, number):
    found = identifier(raw, "vat", country)
    assert (found.kind, found.value) == ("vat", number)
    assert identifier(found.value, "vat", country) == found


@pytest.mark.parametrize(
    ("raw", "kind", "country"),
    [
        ("DE123456789", "vat", "DE"),
        ("GB 123456789", "vat", None),
        ("136695976", "vat", None),
        ("x", "vat", "DE"),
        ("1/2/3", "tax", "DE"),
        ("181/815/08155", "tax", None),
        ("529900T8BM49AURSDO56", "lei", None),
        ("", "vat", "DE"),
        (None, "duns", None),
    ],
)
def test_a_number_that_fails_its_check_is_no_evidence(raw, kind, country):
    assert identifier(raw, kind, country) is None


def test_tax_numbers_are_national():
    assert identifier("181/815/08155", "tax", "DE").value == "18181508155"
    assert identifier("7707083893", "tax", "RU").value == "7707083893"


def test_a_legal_entity_identifier_is_checked():
    assert identifier("529900T8BM49AURSDO55", "lei", None).value == "529900T8BM49AURSDO55"


def test_a_kind_without_a_check_is_taken_as_it_stands():
    assert identifier(" 15-048-3782 ", "duns", None).value == "15-048-3782"
