"""The sheet: what one system was told of one customer, before it takes that vendor's shape.

A customer tells a sheet, dirt falls on the sheet, a view writes it down as a payload.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple, Self

from hub.model import Kind
from sandbox.world.lists import Country


class Place(NamedTuple):
    """A postal address as written in one system; empty strings where nothing was given."""

    street: str = ""
    postcode: str = ""
    town: str = ""
    region: str = ""
    country: str = ""
    """As it will stand in a system that takes any text; views that take codes look at the sheet."""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One telling of one customer. Text is empty where nothing was said."""

    kind: Kind
    country: Country
    """Where the customer lives; also decides the language that is noted."""
    created: datetime
    changed: datetime
    prefix: str = ""
    given: str = ""
    middle: str = ""
    family: str = ""
    suffix: str = ""
    company: str = ""
    """Only for organisations; given and family are then those of the contact person."""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    place: Place = NOWHERE
    birth: date | None = None
    vat: str = ""
    nicknames: tuple[str, ...] = ()
    """What else the customer goes by, in the script of this sheet."""
    spellings: tuple[str, ...] = ()
    """How else the family name is spelled, in the script of this sheet."""
    tags: tuple[str, ...] = ()
    """The dirt that fell on it, by name."""

    def but(self, **changes: Any) -> Self:
        """Return the sheet with some fields changed."""
        return replace(self, **changes)

    def tagged(self, tag: str) -> Self:
        """Return the sheet with one more tag."""
        return replace(self, tags=(*self.tags, tag))
