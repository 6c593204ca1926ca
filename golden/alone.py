"""A customer of whom one record speaks, as most do: the short way to the same golden customer.

There is nothing to choose between, so every value survives, by the rule that would have chosen it
and with the doubts that it must carry. Only a set of several elements still has to be ranked. The
tests compare this, letter by letter, with what the long way gives.
"""

from collections.abc import Iterator
from typing import Any

from golden.choice import Bench, Survivor, choose_many
from golden.claims import SCALARS, SETS, claims_of
from golden.quality import doubt
from hub.model import Customer, Origin


def survive_alone(member: Customer, bench: Bench) -> Iterator[tuple[str, list[Survivor]]]:
    """Yield the attributes of which the record says something, with what survives of them."""
    origins = _Origins(member, bench)
    for attribute in SCALARS:
        value = getattr(member, attribute)
        if value is not None:
            yield attribute, [Survivor(value, origins.of(attribute, value))]
    for attribute in SETS:
        values = getattr(member, attribute)
        if len(values) == 1:
            yield attribute, [Survivor(values[0], origins.of(attribute, values[0]))]
        elif values:
            yield attribute, choose_many(attribute, [*claims_of((member,), attribute)], bench)
    if member.extras:
        yield (
            "extras",
            [
                Survivor((name, value), origins.of("extras", value))
                for name, value in sorted(member.extras.items())
            ],
        )


class _Origins:
    """The origins of one record's values: the same for all that one rule lets survive."""

    def __init__(self, member: Customer, bench: Bench) -> None:
        self._member = member
        self._rules = bench.law.rules
        self._made: dict[tuple[str, str | None], Origin] = {}

    def of(self, attribute: str, value: Any) -> Origin:
        """Return the provenance of a value that nothing else was said against."""
        found = doubt(attribute, value)
        named = ", ".join(self._rules[attribute]), found.reason if found else None
        if named not in self._made:
            rule, reason = named
            key, at = self._member.key, self._member.changed_at
            self._made[named] = Origin(key=key, at=at, rule=rule, doubt=reason)
        return self._made[named]
