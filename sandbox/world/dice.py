"""Dice: the one source of chance, so that a seed decides everything.

Only ``random()``, ``randrange`` and what is built on them are used: their results for a seed are
the same on every Python from 3.11 on.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar

T = TypeVar("T")

_LETTERS = "ABCDEFGHJKLMNPRSTUWXY"  # without those that British postcodes avoid


class Dice(Random):
    """A seeded random generator that speaks the language of this folder."""

    def chance(self, share: float) -> bool:
        """Return True in ``share`` (0 to 1) of all calls."""
        return self.random() < share

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Draw one key; a key of weight 2 comes twice as often as one of weight 1."""
        return self.choices(tuple(weights), tuple(weights.values()))[0]

    def fill(self, pattern: str) -> str:
        """Replace every ``#`` by a digit and every ``@`` by a capital letter."""
        drawn = {"#": "0123456789", "@": _LETTERS}
        return "".join(self.choice(drawn[sign]) if sign in drawn else sign for sign in pattern)

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Draw ``count`` different items, in random order; all of them if there are fewer."""
        return self.sample(items, min(count, len(items)))

    def day(self, first: date, last: date) -> date:
        """Draw a day between two days, both possible."""
        return first + timedelta(days=self.randrange((last - first).days + 1))

    def moment(self, first: date, last: date) -> datetime:
        """Draw a moment (UTC, whole seconds) on a day between two days, in office hours."""
        midnight = datetime.combine(self.day(first, last), datetime.min.time(), UTC)
        return midnight + timedelta(seconds=self.randrange(6 * 3600, 18 * 3600))
