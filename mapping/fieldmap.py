"""One line of a map: where a field lies in the payload, what it is to us, and how it goes back.

The sections ``kind`` and ``consents`` of a map have lines of their own, because they say
something about the whole record.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from hub.model import Address, ConsentState, Customer, Kind, PersonName, Status, Value
from mapping.clean.dates import EPOCH_MS, ISO
from mapping.clean.names import write_name
from mapping.paths import parse_path

_FIELD = re.compile(r"(?P<attribute>\w+)(?:\[(?P<unit>\w+)\])?(?:\.(?P<part>\w+))?")
_PARTS: dict[str, frozenset[str]] = {
    "name": frozenset(PersonName.model_fields),
    "addresses": frozenset(Address.model_fields),
}
_FREE_PARTS = frozenset({"identifiers", "extras"})
_SECTIONS = frozenset({"kind", "consents"})
_SOME_DAY = datetime(2001, 2, 3)  # noqa: DTZ001 - any day will do
DATED = frozenset({"birth_date", "created_at", "changed_at"})
READ_ONLY = frozenset({"created_at", "changed_at", "status", "extras", "roles", "parent"})
"""What the hub never writes: a channel's own bookkeeping."""
FIELDS = frozenset(Customer.model_fields) - _SECTIONS - {"key"}


class Target(NamedTuple):
    """What a line is about: ``addresses[billing].street`` is (addresses, billing, street)."""

    attribute: str
    unit: str = ""
    part: str = ""

    @classmethod
    def parse(cls, field: str) -> Self:
        """Parse and check the ``field`` of a line; raises ValueError with what would be right."""
        found = _FIELD.fullmatch(field)
        target = cls(*(found.groups(""))) if found else cls(field)
        if target.attribute in _SECTIONS:
            raise ValueError(f"{target.attribute} has a section of its own in the map")
        if target.attribute not in FIELDS:
            raise ValueError(f"{field!r} is not a field; known: {', '.join(sorted(FIELDS))}")
        _check_part(target, field)
        return target


def _check_part(target: Target, field: str) -> None:
    """Refuse a part that is missing, unknown, or of a field that has none."""
    attribute, _, part = target
    known = _PARTS.get(attribute, frozenset())
    if attribute in _FREE_PARTS and not part:
        raise ValueError(f"{field!r} needs to say which, such as {field}.vat")
    if attribute == "addresses" and not part:
        raise ValueError(f"{field!r} needs a part: {', '.join(sorted(known))}")
    if part and attribute not in _FREE_PARTS and part not in known:
        expected = f"known: {', '.join(sorted(known))}" if known else "it has no parts"
        raise ValueError(f"{field!r}: {expected}")


def _check_template(formats: tuple[str, ...]) -> None:
    """Refuse a template that names no part of a name, or an unknown one."""
    try:
        written = write_name(PersonName(given="A", family="B"), formats[0])
    except (AttributeError, IndexError, KeyError, ValueError):
        written = ""
    if not {"A", "B"} <= set(written):
        raise ValueError(
            "a whole name needs a format, such as '{family}, {prefix} {given} {middle}'"
        )


def _check_date_formats(formats: tuple[str, ...]) -> None:
    """Refuse a format that strptime does not know, and none at all."""
    if not formats:
        raise ValueError("a date needs its format, such as '%Y-%m-%d' or iso; it is never guessed")
    for layout in formats:
        try:
            if layout not in (ISO, EPOCH_MS):
                datetime.strptime(_SOME_DAY.strftime(layout), layout)  # noqa: DTZ007 - thrown away
        except ValueError:
            raise ValueError(f"{layout!r} is not a date format; write one like %d.%m.%Y") from None


def _checked_path(path: str) -> str:
    parse_path(path)
    return path


def _checked_field(field: str) -> str:
    Target.parse(field)
    return field


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Path = Annotated[str, AfterValidator(_checked_path)]
Paths = Annotated[tuple[Path, ...], BeforeValidator(_listed)]
Formats = Annotated[tuple[str, ...], BeforeValidator(_listed)]


Ours = TypeVar("Ours")


_BOOLEANS = {"true": True, "false": False}


def to_channel(values: dict[str, Ours]) -> dict[Ours, Any]:
    """Turn "the channel's word -> ours" round; of several words for one the first is written.

    The words true and false are written as the booleans that they stand for.
    """
    return {ours: _BOOLEANS.get(theirs, theirs) for theirs, ours in reversed(values.items())}


class Write(StrEnum):
    """When a line is written."""

    ALWAYS = "always"
    CREATE = "create"
    """Only when the record is created: a login, a member's address."""
    NEVER = "never"
    ONLY = "only"
    """Written but not read: the same thing said twice over there."""


class Blank(StrEnum):
    """What becomes of a column for which the unit that is written has no value."""

    KEEP = "keep"
    CLEAR = "clear"
    """Empty it: an old flat number must not stand behind a new street."""


class FieldMap(Value):
    """One field of one channel, both ways."""

    path: Path
    field: Annotated[str, AfterValidator(_checked_field)]
    clean: Literal["text", "name", "address", "country", "language"] | None = None
    """How raw text becomes a value, where the field's own way is not wanted."""
    format: Formats = ()
    """Dates: as in strptime, or ``iso``; the first one is written. A whole name: its template.
    A country: ``name`` to write it in full, in the channel's language."""
    values: dict[str, str] = Field(default_factory=dict)
    """The channel's word -> ours; the first of several is written."""
    write: Write = Write.ALWAYS
    required: bool = False
    blank: Blank = Blank.KEEP
    of: Kind | None = None
    """Only for customers of this kind."""
    max: int | None = Field(default=None, gt=0)
    """Longest text that this column takes; what is longer is not written, never cut."""
    takes: Literal["mobile"] | None = None

    @property
    def target(self) -> Target:
        """What this line is about."""
        return Target.parse(self.field)

    @model_validator(mode="after")
    def _check(self) -> Self:
        attribute, _, part = self.target
        if attribute in DATED and self.write is not Write.ONLY:
            _check_date_formats(self.format)
        if attribute == "status":
            unknown = set(self.values.values()) - set(Status)
            if unknown or not self.values:
                raise ValueError(f"status needs values, each one of: {', '.join(Status)}")
        if attribute == "roles" and not self.values:
            raise ValueError("roles needs values, such as {'true': supplier}")
        if attribute == "name" and not part and self.is_written:
            _check_template(self.format)
        if self.takes and attribute != "phones":
            raise ValueError("takes: mobile is for phones")
        return self

    @property
    def is_written(self) -> bool:
        """Whether the hub ever writes this line."""
        return self.write is not Write.NEVER and self.target.attribute not in READ_ONLY


class KindMap(Value):
    """How a record shows whether it is a person or an organisation.

    Either a column says it (``values``), or it is enough that a column is filled (``filled``).
    """

    path: Path
    values: dict[str, Kind] = Field(default_factory=dict)
    filled: Kind | None = None
    default: Kind = Kind.PERSON
    write: Literal[Write.ALWAYS, Write.NEVER] = Write.ALWAYS

    @model_validator(mode="after")
    def _check(self) -> Self:
        if bool(self.values) == bool(self.filled):
            raise ValueError("say either values: {…} or filled: person|organisation")
        return self

    @property
    def is_written(self) -> bool:
        """Whether the kind stands in a column that the hub may write."""
        return self.write is Write.ALWAYS and set(self.values.values()) == set(Kind)


class ConsentMap(Value):
    """What a column says about being contacted for one purpose."""

    path: Path
    purpose: str
    values: dict[str, ConsentState]
    at: dict[ConsentState, Paths] = Field(default_factory=dict)
    """Where the time of a grant or denial stands; of several, the first that is filled counts. A
    denial without one counts as the newest, so name only a column that no other edit moves."""
    format: Formats = (ISO,)
    write: Literal["denied", "never"] = "never"
    """Only a denial is ever written: consent is never turned on by a merge."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_date_formats(self.format)
        if self.write == "denied" and ConsentState.DENIED not in self.values.values():
            raise ValueError("write: denied needs the channel's word for it among the values")
        return self


class StreamConsentMap(ConsentMap):
    """What a record of the stream of consents says."""

    contact: Path | None = None
    """The e-mail address that it is about; None: those of the customer who owns it."""
    until: Path | None = None
    """Where the time stands at which a grant ends by itself."""
    write: Literal["never"] = "never"
