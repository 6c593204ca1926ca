"""Members: real customers in groups that are easily mixed up, and how they tell of themselves."""

from datetime import date, datetime
from typing import NamedTuple, Protocol

from hub.model import Kind
from sandbox.world.dice import Dice
from sandbox.world.sheet import Sheet


class Occasion(NamedTuple):
    """How, when and by whom a customer is told of: what the customer can't decide alone."""

    created: datetime
    changed: datetime
    gives: frozenset[str]
    """Which of email, phone, mobile, place, birth, vat and contact are told."""
    anchor: str
    """The one of them that this customer tells everybody alike."""
    roman: bool = False
    """In Latin letters, whatever the customer's own script."""


class Truth(Protocol):
    """A real customer: a person or a company."""

    @property
    def kind(self) -> Kind:
        """Person or organisation."""

    @property
    def foreign(self) -> bool:
        """Whether the customer's own script is not Latin."""

    @property
    def at_home(self) -> bool:
        """Whether the customer's language is that of the country."""

    @property
    def anchors(self) -> tuple[str, ...]:
        """What this customer may tell everybody alike, oftener named ones oftener."""

    def tell(self, dice: Dice, occasion: Occasion) -> Sheet:
        """Say what is true, cleanly."""


class Past(NamedTuple):
    """Who a customer was until some day: at the old address, under the maiden name."""

    truth: Truth
    until: date
    tag: str
    """For a sheet that still tells of the past."""


class Member(NamedTuple):
    """One customer of a group."""

    truth: Truth
    tag: str = ""
    """Why the group is hard: twin, jr_sr, family, branch ...; empty if it is not."""
    spare: frozenset[str] = frozenset()
    """What no dirt may touch, and every sheet must tell: it keeps the customer apart."""
    past: Past | None = None


Group = list[Member]
