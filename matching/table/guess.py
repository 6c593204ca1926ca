"""Which column plays which role: guessed by its name, checked by its content.

In: the columns of a table with a sample of their values. Out: role -> column.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import yaml

from matching.text.companies import company_name
from matching.text.fold import fold
from matching.text.names import bare_words, in_parts

_OF_NO_USE = re.compile(
    r"(^| )(id|ids|key|entity|cluster|truth|label|dirt|hardness|household|note|notes|comment"
    r"|comments|created|updated|changed|timestamp|source|record|row|rec|unique)( |$)"
)
"""Columns that name the row, or the answer, or when it was written."""

ROLES = (
    "given", "middle", "family", "suffix", "name", "organisation", "birth_date", "email", "phone",
    "website", "street", "number", "postcode", "locality",
)  # fmt: skip
"""What a column may say of a customer."""
SEVERAL = ("email", "phone", "identifier", "attribute")
"""Roles with a name of their own behind a colon."""
_SEVERAL = frozenset({"email", "phone"})
"""Roles that several columns may play: a customer has a home phone and a mobile."""

_CONTENT: Mapping[str, re.Pattern[str]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+"),
    "phone": re.compile(r"(?:\D*\d){6,}"),
    "birth_date": re.compile(
        r"\d{1,4}\D?\d{1,2}\D?\d{1,4}|\d{4}"
        r"|\d{1,2}\W*[^\W\d]{3,}\W*\d{2,4}|[^\W\d]{3,}\W*\d{1,2}\W+\d{2,4}"  # 5 May 1980
    ),
}
_LIKELY = 0.5
"""Share of a sample that must look like the role."""
_FEWEST, _SHARE = 2, 0.1
"""Distinct values that an attribute has: at least, and at most as a share of the rows."""
_FILLED, _LONGEST = 0.3, 40
_MOST_WORDS = 4
"""Words that a person's name has at most; a title and a generation are none."""
_PERSONAL = 0.7
"""Share of a sample that must look like names of persons; of restaurants, 0.65 do."""


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
        if role in roles and role in _SEVERAL:
            role = f"{role}:{column.name}"
        if role and role not in roles and column.filled > 0:
            roles[role] = column.name
    _tell_names_apart(roles, columns)
    if not roles and (told := [one for one in columns if _tells(one)]):
        roles["name"] = max(told, key=lambda one: one.distinct).name
    taken = set(roles.values())
    for column in columns:
        if column.name not in taken and _is_attribute(column):
            roles[f"attribute:{column.name}"] = column.name
    return roles


def _tell_names_apart(roles: dict[str, str], columns: Sequence[Column]) -> None:
    """Let "Name" be the half that is missing beside "Vorname"; a whole name beside halves, none."""
    rest = {"given", "family"} - roles.keys()
    if len(rest) < 2 and "name" in roles:  # noqa: PLR2004 - both
        whole = roles.pop("name")
        if rest and _is_single(next(one for one in columns if one.name == whole)):
            roles[rest.pop()] = whole


def kind_of(roles: Mapping[str, str], columns: Sequence[Column] = ()) -> str:
    """Tell whether a table with these roles holds persons or organisations.

    A column called "name" may hold either: what stands in it tells.
    """
    if {"given", "family", "birth_date", "attribute:sex"} & roles.keys():
        return "person"
    if {"organisation", "website"} & roles.keys():
        return "organisation"
    samples = [one.sample for one in columns if one.name == roles.get("name")]
    personal = all(_PERSONAL * len(texts) <= sum(map(_is_personal, texts)) for texts in samples)
    return "person" if personal else "organisation"


def _role(column: Column) -> str | None:
    role = _named(column)
    if role is None and column.sample and _looks_like("email", column):
        role = "email"  # whatever it is called
    return role if role and _looks_like(role, column) else None


def _named(column: Column) -> str | None:
    """Return the role that the column's name speaks of: as it is, or without what qualifies it."""
    name = " ".join(re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column.name))).strip()
    folded, known = fold(name), _headers()
    bare = re.sub(r" ?1$| c$", "", folded)  # the first of several; what one vendor adds
    while bare not in known.roles and (words := bare.partition(" "))[0] in known.qualifiers:
        bare = words[2]
    several = known.roles.get(re.sub(r" ?\d$", "", bare))
    role = known.roles.get(folded) or known.roles.get(bare)
    return role or (several if several in _SEVERAL else None)


class _Headers(NamedTuple):
    roles: Mapping[str, str]
    """By folded name."""
    qualifiers: frozenset[str]


@cache
def _headers() -> _Headers:
    text = files("matching.table").joinpath("headers.yaml").read_text("utf-8")
    table = yaml.load(text, yaml.CSafeLoader)
    roles = {fold(name): role for role, names in table["roles"].items() for name in names}
    issued = {
        name: f"identifier:{name.replace(' ', '_')}" for name in map(fold, table["identifiers"])
    }
    return _Headers(roles | issued, frozenset(map(fold, table["qualifiers"])))


def _looks_like(role: str, column: Column) -> bool:
    pattern = _CONTENT.get(role)
    if pattern is None or not column.sample:
        return True
    return sum(bool(pattern.match(text)) for text in column.sample) >= _LIKELY * len(column.sample)


def _tells(column: Column) -> bool:
    """Tell whether a column nobody knows by name may hold what customers are called."""
    useless = _OF_NO_USE.search(fold(column.name.replace("_", " ")))
    if useless or _named(column) or column.filled < _FILLED:
        return False
    lettered = sum(any(map(str.isalpha, text)) for text in column.sample)
    return lettered >= _LIKELY * len(column.sample) and column.distinct > _SHARE


def _is_single(column: Column) -> bool:
    """Tell whether a column mostly holds one word: half of a name, not a whole one."""
    return sum(" " not in text.strip() for text in column.sample) > _LIKELY * len(column.sample)


def _is_personal(text: str) -> bool:
    """Tell whether a text looks like the whole name of one person."""
    company = company_name(text)
    if company is None or company.form:
        return False
    bare, _ = bare_words(fold(text))
    lettered = bare.replace(" ", "").isalpha() and len(bare.split()) <= _MOST_WORDS
    return lettered and in_parts(bare) is not None


def _is_attribute(column: Column) -> bool:
    """Tell whether a column tells groups of customers apart: an occupation, a place of birth."""
    if _OF_NO_USE.search(fold(column.name.replace("_", " "))) or not column.sample:
        return False
    several = len(set(column.sample)) >= _FEWEST
    short = sum(map(len, column.sample)) <= _LONGEST * len(column.sample)
    return several and short and column.filled >= _FILLED and column.distinct <= _SHARE
