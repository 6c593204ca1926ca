"""What would have to be otherwise for a pair to come out otherwise: the smallest such change.

Each field in turn is left out, or taken a level down or up; where it says nothing, it is given its
weakest and its strongest level. The pair is then weighed again, rivals, vetoes and all.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from hub.model import Kind
from matching.comparisons.compare import Compared, compare
from matching.comparisons.levels import levels_of
from matching.table.frame import Frame
from matching.verdicts import PROPOSALS, Judge, Proposal, are_companies, judge_compared
from matching.weights.vetoes import reason

MISSING = ""
"""The level of a field that says nothing, as one side does not have it."""
_BECOMES = {Proposal.MERGE: "be merged", Proposal.REVIEW: "go to a steward",
            Proposal.APART: "be kept apart"}  # fmt: skip
_IS = {Proposal.MERGE: "Merged", Proposal.REVIEW: "Left to a steward",
       Proposal.APART: "Kept apart"}  # fmt: skip


class Change(NamedTuple):
    """One field at another level, and what would come of it."""

    field: str
    level: str
    """``MISSING``, or the level in place of the present one."""
    label: str
    """The level in words; of ``MISSING`` empty."""
    weight: float
    by: float
    """How much the weight would grow."""
    outcome: Proposal
    veto: str | None
    known: bool
    """Whether the field says anything now: what both sides say may be wrong, what one does not say
    may only be found out."""

    def told(self, now: Proposal) -> str:
        """Say it in a sentence: what is, and what would be if."""
        field = self.field.replace("_", " ").replace(":", " ")
        if_ = (
            f"if it showed: {self.label}" if self.level else f"if there were no {field} to compare"
        )
        return f"{_IS[now]}; would {_BECOMES[self.outcome]} {if_} ({self.by:+.1f} bits)."


class WhatIf(NamedTuple):
    """A pair as it is, and all that would alter its outcome.

    The smallest change comes first; what a field might add that says nothing now comes last.
    """

    outcome: Proposal
    changes: tuple[Change, ...]

    @property
    def told(self) -> str:
        """Say what the smallest change is."""
        if not self.changes:
            return f"{_IS[self.outcome]}, whatever a single field said."
        return self.changes[0].told(self.outcome)


def what_if(frame: Frame, left: int, right: int, judge: Judge) -> WhatIf:
    """Try what a pair of a frame's records would come to with one field otherwise."""
    if frame.ranks[left] > frame.ranks[right]:
        left, right = right, left
    ends = np.array([left]), np.array([right])
    kind = Kind.ORGANISATION if are_companies(frame, *ends)[0] else Kind.PERSON
    compared = compare(frame, *ends, kind)
    tried = list(_tries(compared))
    size = len(tried) + 1
    levels = {field: np.repeat(now, size) for field, now in compared.items()}
    for place, (field, number) in enumerate(tried, 1):
        levels[field][place] = number
    found = judge_compared(frame, kind, (ends[0].repeat(size), ends[1].repeat(size)), levels, judge)
    outcome = PROPOSALS[found.outcomes[0]]
    changes = []
    for place, (field, number) in enumerate(tried, 1):
        to = PROPOSALS[found.outcomes[place]]
        if to is not outcome:
            level = levels_of(field)[-number] if number else None
            label = judge.kinds[kind].weights.of(field)[level].label if level else ""
            weight = float(found.bits[place])
            changes.append(
                Change(
                    field, level.value if level else MISSING, label, weight,
                    weight - float(found.bits[0]), to, reason(int(found.vetoes[place])),
                    bool(compared[field][0]),
                )
            )  # fmt: skip
    changes.sort(key=lambda one: (not one.known, abs(one.by), one.field, one.level))
    return WhatIf(outcome, tuple(changes))


def _tries(compared: Compared) -> Iterator[tuple[str, int]]:
    """Yield each field with the numbers of the levels that are near its own."""
    for field, levels in compared.items():
        now, most = int(levels[0]), len(levels_of(field))
        near = (0, now - 1, now + 1) if now else (1, most)
        yield from ((field, number) for number in sorted({*near}) if 0 <= number <= most)
