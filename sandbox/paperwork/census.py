"""The census: all customers of the sandbox, and what each system was told of them."""

from typing import NamedTuple

from hub.model import Kind
from sandbox.paperwork.channels import CHANNELS, FrontDesk
from sandbox.paperwork.invalid import SPOILERS, Spoiler
from sandbox.world.companies import Companies
from sandbox.world.contacts import PhoneBook
from sandbox.world.dice import Dice
from sandbox.world.households import Households
from sandbox.world.member import Group
from sandbox.world.people import People
from sandbox.world.sheet import Sheet

_HARD_CASES = {  # how many groups of each kind 2,000 records hold
    "family": 32,
    "twin": 12,
    "jr_sr": 10,
    "namesake": 14,
    "married": 24,
    "moved": 60,
    "moved_company": 16,
    "branch": 12,
    "owner": 8,
}
_PER_RECORDS = 2000
_COMPANIES = 0.205
"""The share of organisations among the customers who are no hard case."""
_INVALID = 0.01


class Entity(NamedTuple):
    """A real customer."""

    id: str
    group: str
    """Customers of one group are easily taken for one another."""
    kind: Kind
    tag: str
    """Why it is hard: twin, jr_sr, family, namesake, married, moved, branch, owner; or empty."""


class Entry(NamedTuple):
    """A record to be: what is told, of whom, and how it is spoiled if it must be invalid."""

    sheet: Sheet
    entity: str
    """The id of an entity; empty if the record is invalid."""
    spoiler: Spoiler | None = None


class Census:
    """Makes groups of customers until there are ``records`` entries."""

    def __init__(self, dice: Dice, records: int) -> None:
        self._dice = dice
        self._records = records
        book = PhoneBook(dice)
        people = People(dice, book)
        self._households = Households(dice, book, people)
        self._kinds = self._households.kinds | Companies(dice, book, people).kinds
        self._desk = FrontDesk(dice)
        self._groups = 0
        self.entities: dict[str, Entity] = {}
        self.entries: dict[str, list[Entry]] = {channel: [] for channel in CHANNELS}
        self._add_invalid()
        self._add_hard_cases()
        self._fill()

    def _add_invalid(self) -> None:
        for number in range(round(_INVALID * self._records)):
            spoiler = SPOILERS[number % len(SPOILERS)]
            sheet = self._desk.tell_one(spoiler.channel, self._households.single()[0])
            self.entries[spoiler.channel].append(Entry(sheet, "", spoiler))

    def _add_hard_cases(self) -> None:
        for kind, count in _HARD_CASES.items():
            for _ in range(round(count * self._records / _PER_RECORDS)):
                self._add(self._kinds[kind]())

    def _fill(self) -> None:
        while self._room() > 0:
            kind = "company" if self._dice.chance(_COMPANIES) else "single"
            self._add(self._kinds[kind]())

    def _room(self) -> int:
        return self._records - sum(map(len, self.entries.values()))

    def _add(self, group: Group) -> None:
        """Let a group tell the systems, as far as there is room for records."""
        self._groups += 1
        name = f"g{self._groups:05d}"
        for told in self._desk.tell(group)[: self._room()]:
            member = group[told.member]
            entity = Entity(f"{name}.{told.member + 1}", name, member.truth.kind, member.tag)
            self.entities[entity.id] = entity
            self.entries[told.channel].append(Entry(told.sheet, entity.id))
