"""One golden customer in plain values: each value with its origin, its records, its history."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from golden.claims import elements
from hub.model import Attributes, Consent, GoldenCustomer, Identifier, Key, Origin
from pipeline.views import Dossier
from stewardship.panels.comparison import consent_line
from stewardship.panels.text import label
from store.records import StoredRecord


class Fact(NamedTuple):
    """One value of a customer in words."""

    label: str
    text: str


class Sourced(NamedTuple):
    """One golden value and where it comes from."""

    label: str
    text: str
    origin: Origin


class Member(NamedTuple):
    """A source record with its own words."""

    key: Key
    changed_at: datetime | None
    deleted: bool
    lines: tuple[Fact, ...]


class Version(NamedTuple):
    """One version, and the attributes that it changed; none for the first."""

    number: int
    at: datetime
    changed: tuple[str, ...]


class Sheet(NamedTuple):
    """The page of one customer."""

    golden: GoldenCustomer
    values: tuple[Sourced, ...]
    members: tuple[Member, ...]
    versions: tuple[Version, ...]
    receipts: tuple[Any, ...]


def lay_out(found: Dossier) -> Sheet:
    """Put a dossier into words, newest version first."""
    return Sheet(
        found.golden,
        tuple(_sourced(found.golden)),
        tuple(_member(record) for record in found.members),
        tuple(_versions(found)),
        tuple(found.receipts),
    )


def _sourced(golden: GoldenCustomer) -> Iterator[Sourced]:
    for name in Attributes.model_fields:
        values = _values(golden.attributes, name)
        for fact, origin in zip(values, golden.provenance.get(name, ()), strict=False):
            yield Sourced(fact.label, fact.text, origin)


def _member(record: StoredRecord) -> Member:
    word = record.customer or Attributes()
    lines = tuple(fact for name in Attributes.model_fields for fact in _values(word, name))
    return Member(record.key, record.changed_at, record.deleted, lines if record.customer else ())


def _versions(found: Dossier) -> Iterator[Version]:
    """Yield the versions, each compared with the one before it; the store gives oldest first."""
    before = None
    lines = []
    for version in found.history:
        lines.append(Version(version.version, version.at, _changed(before, version)))
        before = version
    yield from reversed(lines)


def _changed(before: Any, after: Any) -> tuple[str, ...]:
    if before is None:
        return ()
    names = [
        name
        for name in Attributes.model_fields
        if getattr(before.attributes, name) != getattr(after.attributes, name)
    ]
    moved = ["members"] if before.members != after.members else []
    return tuple(names + moved) or ("origins",)


def _values(attributes: Attributes, name: str) -> list[Fact]:
    """Return the values of one attribute in words, in their order."""
    value = getattr(attributes, name)
    if isinstance(value, dict):
        return [Fact(label(key), text) for key, text in value.items()]
    return [Fact(label(name), _words(one)) for one in elements(value) if one is not None]


def _words(value: Any) -> str:
    match value:
        case Consent():
            return consent_line(value)
        case Identifier():
            return f"{value.kind.upper()} {value.value}"
        case _:
            return str(value)
