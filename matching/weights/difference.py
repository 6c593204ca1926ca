"""What one model says otherwise than another: level by level, the greatest change first."""

from collections.abc import Iterator
from typing import NamedTuple

from hub.model import Kind
from matching.comparisons.levels import Level
from matching.weights.model import KindModel

PRIOR = "prior"
_NOTICED = 0.05
"""Bits less than which nobody would notice."""


class Changed(NamedTuple):
    """A weight that differs, in bits."""

    kind: Kind
    field: str
    level: str
    """Empty: how seldom two customers picked at random are one."""
    before: float
    after: float

    @property
    def by(self) -> float:
        """How much it grew."""
        return self.after - self.before


def differences(kind: Kind, before: KindModel, after: KindModel) -> list[Changed]:
    """Return what differs between the weights of one kind, the greatest change first."""
    found = [
        one
        for one in (
            Changed(kind, PRIOR, "", before.prior_bits, after.prior_bits),
            *_levels(kind, before, after),
        )
        if abs(one.by) >= _NOTICED
    ]
    return sorted(found, key=lambda one: (-abs(one.by), one.field, one.level))


def _levels(kind: Kind, before: KindModel, after: KindModel) -> Iterator[Changed]:
    for field in sorted({*before.fields, *after.fields}):
        one, other = before.of(field), after.of(field)
        for level in Level:
            if level in one and level in other:
                yield Changed(
                    kind, field, level.value,
                    before.weight(field, level), after.weight(field, level),
                )  # fmt: skip
