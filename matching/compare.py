"""All comparisons of two customers: the fields that speak, each with its level of agreement."""

from collections.abc import Iterator

from hub.model import Kind
from matching.comparisons.addresses import compare_addresses
from matching.comparisons.companies import compare_companies
from matching.comparisons.contacts import compare_emails, compare_identifiers, compare_phones
from matching.comparisons.dates import compare_birth_dates
from matching.comparisons.levels import Field, Level
from matching.comparisons.names import compare_contact, compare_names
from matching.features import Features


def compare(left: Features, right: Features) -> dict[Field, Level]:
    """Return each field's level of agreement; a field missing on either side is left out."""
    return dict(_found(left, right))


def kind_of_pair(left: Features, right: Features) -> Kind:
    """Return how two customers are compared: as persons only if both may be."""
    both = left.kind is Kind.PERSON and right.kind is Kind.PERSON
    return Kind.PERSON if both else Kind.ORGANISATION


def _found(left: Features, right: Features) -> Iterator[tuple[Field, Level]]:
    if kind_of_pair(left, right) is Kind.PERSON:
        yield from compare_names(left.name, right.name)
        yield from compare_birth_dates(left.birth_date, right.birth_date)
    else:
        yield from compare_companies(left.company, right.company)
        yield from compare_contact(left.name, right.name)
    yield from compare_emails(left.emails, right.emails)
    yield from compare_phones(left.phones, right.phones)
    yield from compare_addresses(left.places, right.places)
    yield from compare_identifiers(left.identifiers, right.identifiers)
