"""Which column plays which role: guessed by its name, checked by its content.

In: the columns of a table with a sample of their values. Out: role -> column.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matching.text.fold import fold

_NAMES: Mapping[str, tuple[str, ...]] = {
    "given": (
        "given", "given name", "givenname", "first name", "firstname", "first", "fname", "forename",
        "vorname", "prenom", "nombre", "nome",
    ),
    "middle": ("middle", "middle name", "middlename", "middle initial", "second name"),
    "family": (
        "family", "family name", "familyname", "surname", "last name", "lastname", "last", "lname",
        "nachname", "familienname", "nom", "nom de famille", "apellido", "apellidos", "cognome",
    ),
    "suffix": ("suffix", "name suffix", "generation"),
    "name": ("name", "full name", "fullname", "person name", "customer name", "display name"),
    "organisation": (
        "organisation", "organization", "organisation name", "organization name", "org", "org name",
        "company", "company name", "companyname", "firm", "firma", "business", "business name",
        "site name", "account name", "legal name", "societe", "empresa", "azienda",
    ),
    "birth_date": (
        "dob", "birth date", "birthdate", "birthday", "date of birth", "geburtsdatum", "born",
        "date de naissance", "fecha de nacimiento",
    ),
    "email": ("email", "e mail", "email address", "mail", "e mail address"),
    "phone": (
        "phone", "phone number", "telephone", "tel", "mobile", "mobile phone", "telefon", "cell",
        "telefono",
    ),
    "website": ("website", "web site", "web", "url", "homepage", "domain"),
    "street": (
        "street", "address", "addr", "address 1", "address1", "street address", "address line 1",
        "strasse", "rue", "calle", "via", "street name",
    ),
    "number": (
        "street number", "house number", "housenumber", "street no", "house no", "hausnummer",
    ),
    "postcode": (
        "postcode", "post code", "postal code", "zip", "zip code", "zipcode", "plz", "cp",
        "postcode fake",
    ),
    "locality": ("city", "town", "locality", "suburb", "place", "ort", "stadt", "ville", "ciudad"),
    "attribute:sex": ("sex", "gender", "geschlecht", "sexe", "sexo"),
}  # fmt: skip
"""Folded names of columns, by the role they play."""

_IDENTIFIERS = (
    "ssn", "soc sec id", "social security number", "national id", "tax id", "tax number", "vat",
    "vat id", "vat number", "passport", "nhs number", "company number", "registration number",
)  # fmt: skip
_OF_NO_USE = re.compile(
    r"(^| )(id|ids|key|entity|cluster|truth|label|dirt|hardness|household|note|notes|comment"
    r"|comments|created|updated|changed|timestamp|source|record|row|rec|unique)( |$)"
)
"""Columns that name the row, or the answer, or when it was written."""

_CONTENT: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "phone": re.compile(r"(?:\D*\d){6,}"),
    "birth_date": re.compile(r"\d{1,4}\D?\d{1,2}\D?\d{1,4}|\d{4}"),
}
_LIKELY = 0.5
"""Share of a sample that must look like the role."""
_FEWEST, _SHARE = 2, 0.1
"""Distinct values that an attribute has: at least, and at most as a share of the rows."""
_FILLED, _LONGEST = 0.3, 40


class Column(NamedTuple):
    """A column of a table, and what is known of its values."""

    name: str
    sample: Sequence[str]
    """Some of its values, those that are there."""
    filled: float
    """Share of the rows that have a value."""
    distinct: float
    """Distinct values, as a share of the rows."""


def guess_roles(columns: Sequence[Column]) -> dict[str, str]:
    """Guess role -> column; a column of no use plays none."""
    roles: dict[str, str] = {}
    for column in columns:
        role = _role(column)
        if role and role not in roles and column.filled > 0:
            roles[role] = column.name
    if "given" in roles or "family" in roles:
        roles.pop("name", None)
    taken = set(roles.values())
    for column in columns:
        if column.name not in taken and _is_attribute(column):
            roles[f"attribute:{column.name}"] = column.name
    return roles


def kind_of(roles: Mapping[str, str]) -> str:
    """Tell whether a table with these roles holds persons or organisations."""
    person = {"given", "family", "birth_date"} & roles.keys()
    return "organisation" if "organisation" in roles and not person else "person"


def _role(column: Column) -> str | None:
    name = " ".join(re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.name))).strip()
    folded = fold(name)
    if folded in _IDENTIFIERS:
        return f"identifier:{folded.replace(' ', '_')}"
    for role, names in _NAMES.items():
        if folded in names and _looks_like(role, column):
            return role
    return None


def _looks_like(role: str, column: Column) -> bool:
    pattern = _CONTENT.get(role)
    if pattern is None or not column.sample:
        return True
    return sum(bool(pattern.match(text)) for text in column.sample) >= _LIKELY * len(column.sample)


def _is_attribute(column: Column) -> bool:
    """Tell whether a column tells groups of customers apart: an occupation, a place of birth."""
    if _OF_NO_USE.search(fold(column.name.replace("_", " "))) or not column.sample:
        return False
    several = len(set(column.sample)) >= _FEWEST
    short = sum(map(len, column.sample)) <= _LONGEST * len(column.sample)
    return several and short and column.filled >= _FILLED and column.distinct <= _SHARE
