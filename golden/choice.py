"""Choosing: of the claims on one attribute, which survive, and with what provenance.

In: the claims, and the bench that decides between them. Out: survivors, best first.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from golden.claims import elements, sameness
from golden.ranking import Best, origin, rank, runner_up
from golden.rules import Law
from hub.law import Rule
from hub.model import Claim, Key, Origin

PINNED = "pinned"
"""The rule's name where a steward's claim speaks: it is ranked before every channel's."""


class Survivor(NamedTuple):
    """A value of the golden customer, and who said it."""

    value: Any
    origin: Origin


class Bench(NamedTuple):
    """What decides between the claims of one cluster."""

    law: Law
    heard: Mapping[Key, datetime]
    newest: datetime
    pinned: Sequence[Claim]


def choose_one(attribute: str, claims: Sequence[Claim], bench: Bench) -> list[Survivor]:
    """Return the one value that survives; its runner-up is the best that says something else."""
    ranked = _ranked(attribute, claims, bench)[:2]
    second = runner_up(ranked[1][0].claim) if len(ranked) > 1 else None
    return [Survivor(best.claim.value, origin(best, rule, second)) for best, rule in ranked[:1]]


def choose_many(attribute: str, claims: Sequence[Claim], bench: Bench) -> list[Survivor]:
    """Return all values but the bad ones, unless there are no others.

    An element's runner-up is the next record that says the same.
    """
    ranked = _ranked(attribute, claims, bench)
    good = [one for one in ranked if one[0].doubt is None or not one[0].doubt.bad]
    return [
        Survivor(
            best.claim.value,
            origin(best, rule, runner_up(best.second, same=True) if best.second else None),
        )
        for best, rule in good or ranked
    ]


def _ranked(attribute: str, claims: Sequence[Claim], bench: Bench) -> list[tuple[Best, str]]:
    """Return a steward's claims on the attribute, newest first, then the channels' by its rules."""
    law, heard, newest, pinned = bench
    pins = [claim for claim in pinned if claim.attribute == attribute]
    if not claims and not pins:  # as for most attributes of all
        return []
    rules = law.rules[attribute]
    others = rank(claims, rules, law, heard, newest)
    if not pins:
        name = ", ".join(rules)
        return [(best, name) for best in others]
    # What a steward says stands, whatever a check may find.
    first = [
        (best._replace(doubt=None), PINNED)
        for best in rank(_elements(pins), (Rule.MOST_RECENT,), law, heard, newest)
    ]
    said = {sameness(best.claim.value) for best, _ in first}
    rest = [best for best in others if sameness(best.claim.value) not in said]
    return first + [(best, ", ".join(rules)) for best in rest]


def _elements(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Take the claims on whole sets apart."""
    for claim in claims:
        yield from (claim._replace(value=value) for value in elements(claim.value))
