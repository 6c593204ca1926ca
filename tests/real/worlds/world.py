"""What the round trip needs of a real system, beside what the hub does: a way in of our own."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

PHONE = "+49 30 90987654"


class Person(NamedTuple):
    """Somebody that the test makes up."""

    number: int
    first: str
    last: str
    city: str = "Jena"

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}.{self.number}@example.com".lower()


def people(count: int) -> list[Person]:
    """Return so many persons; no two are alike enough to be taken for one."""
    firsts = ("Anna", "Bert", "Carla", "Dirk", "Elena", "Frank", "Gerda", "Hannes", "Ida", "Jan")
    syllables = ("ba", "do", "fe", "gu", "hi", "ka", "lo", "me", "nu", "ri")

    def last(n: int) -> str:
        return "".join(syllables[int(digit)] for digit in f"{n * 7_919 % 10_000:04}").title()

    return [Person(n, firsts[n % 10], last(n)) for n in range(1, count + 1)]


class World(Protocol):
    """A real system, seen from its own side."""

    channel: str
    """The lines of the channel in goldenrod.yaml."""
    password: str
    """What ``${REAL_PASSWORD}`` stands for in them."""
    files: dict[str, str]
    """YAML files beside it."""
    lists_all: bool
    """A full scan tells who is gone."""
    better: tuple[str, str]
    """What the office knows better: a column of its file, and the value."""
    deletes: bool
    """The hub can delete a customer over there."""

    def create(self, persons: Sequence[Person]) -> list[str]:
        """Create customers over there; returns their ids."""

    def edit(self, ids: Sequence[str], mark: str) -> None:
        """Edit all of them, with the same time wherever the system lets us, so that they show
        ``mark``."""

    def mark(self, payload: Mapping[str, Any]) -> str:
        """Return the mark that a record shows in the hub."""

    def told(self, remote_id: str) -> str:
        """Return what the system itself holds of what the office knows ``better``."""

    def apply(self) -> None:
        """Do what the system does by itself with what was pushed, such as importing a file."""

    def delete(self, remote_id: str) -> None:
        """Delete a customer over there, by its own means."""


def digits(text: str | None) -> str:
    return "".join(sign for sign in text or "" if sign.isdigit())
