"""Ranking: the claims on one attribute, best first, each value once and with its runner-up.

Bad values come after every good one, whatever the rules say. The sort is stable, so what the rules
can't tell apart stays in the order of keys, and within one record in the order that it gave.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from golden.claims import sameness
from golden.quality import Doubt, doubt
from golden.rules import SORT_KEYS, Law, Panel, Ranked
from hub.law import Rule
from hub.model import Claim, Key, Origin, RunnerUp

_KEY = attrgetter("key")


class Best(NamedTuple):
    """A value's best claim, and the best claim on it by another record."""

    claim: Claim
    doubt: Doubt | None
    second: Claim | None


def rank(
    claims: Iterable[Claim],
    rules: Sequence[Rule],
    law: Law,
    heard: Mapping[Key, datetime],
    newest: datetime,
) -> list[Best]:
    """Return the claims, best first and each value once; the order in makes no difference."""
    ordered = sorted(claims, key=_KEY)
    if len(ordered) < 2:  # noqa: PLR2004 - nothing to choose between, for most customers of all
        return [Best(one, doubt(one.attribute, one.value), None) for one in ordered]
    said = [sameness(one.value) for one in ordered]
    votes: Mapping[Hashable, int] = {}
    if Rule.MOST_FREQUENT in rules:
        pairs = {(one.key, value) for one, value in zip(ordered, said, strict=True)}
        votes = Counter(value for _key, value in pairs)
    panel = Panel(law, heard, newest, votes)
    ranked = [_weigh(one, value, panel) for one, value in zip(ordered, said, strict=True)]
    keys = [SORT_KEYS[rule] for rule in rules]
    ranked.sort(key=lambda one: _order(one, keys, panel), reverse=True)
    return _each_once(ranked)


def runner_up(claim: Claim, *, same: bool = False) -> RunnerUp:
    """Return the claim as provenance names it; ``same``: it says what the survivor says."""
    return RunnerUp(key=claim.key, at=claim.at, value=None if same else str(claim.value))


def origin(best: Best, rule: str, second: RunnerUp | None) -> Origin:
    """Return the provenance of a value that survived by ``rule``."""
    return Origin(
        key=best.claim.key,
        at=best.claim.at,
        rule=rule,
        doubt=best.doubt.reason if best.doubt else None,
        runner_up=second,
    )


def _weigh(claim: Claim, value: Hashable, panel: Panel) -> Ranked:
    against, at = doubt(claim.attribute, claim.value), panel.time_of(claim)
    return Ranked(claim, value, against, panel.trust_in(claim, against, at), at)


def _order(one: Ranked, keys: Sequence[Any], panel: Panel) -> tuple[Any, ...]:
    good = one.doubt is None or not one.doubt.bad
    return (good, *[key(one, panel) for key in keys], one.trust, one.at)


def _each_once(ranked: Iterable[Ranked]) -> list[Best]:
    best: dict[Hashable, Best] = {}
    for one in ranked:
        before = best.get(one.value)
        if before is None:
            best[one.value] = Best(one.claim, one.doubt, None)
        elif before.second is None and before.claim.key != one.claim.key:
            best[one.value] = before._replace(second=one.claim)
    return list(best.values())
