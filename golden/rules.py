"""The rules of survivorship: each is a sort key over claims, and the greatest claim survives."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from golden.claims import is_placeholder, sameness
from hub.model import Claim, Status

_OLDEST = datetime.min.replace(tzinfo=UTC)


class Panel(NamedTuple):
    """What a rule may know beside the claim: the channels' trust, the time, the other claims."""

    trust: Mapping[str, int]
    now: datetime
    votes: Mapping[Hashable, int]
    """How many members say the same."""

    def trust_in(self, claim: Claim) -> int:
        """Return the trust in the claim's channel; one that is not named has none."""
        return self.trust.get(claim.key.channel, 0)

    def time_of(self, claim: Claim) -> datetime:
        """Return when the claim was made: unknown counts as oldest, the future as now."""
        return min(claim.at or _OLDEST, self.now)


Rule = Callable[[Claim, Panel], tuple[Any, ...]]


def most_trusted(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank by trust in the channel, then by time."""
    return panel.trust_in(claim), panel.time_of(claim)


def most_recent(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank by time, then by trust."""
    return panel.time_of(claim), panel.trust_in(claim)


def most_frequent(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank by the number of members that say the same, then by trust and time."""
    return panel.votes[sameness(claim.value)], *most_trusted(claim, panel)


def longest(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank by length as text, then by trust and time."""
    return len(str(claim.value)), *most_trusted(claim, panel)


def most_complete(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank by the number of parts that are filled (of a text: its words), then by trust, time."""
    value = claim.value
    parts = dict(value).values() if isinstance(value, BaseModel) else str(value).split()
    return sum(map(bool, parts)), *most_trusted(claim, panel)


def strictest(claim: Claim, panel: Panel) -> tuple[Any, ...]:
    """Rank a block before anything else, if its channel is trusted at all."""
    blocked = claim.value is Status.BLOCKED and panel.trust_in(claim) > 0
    return blocked, *most_trusted(claim, panel)


RULES: Mapping[str, Rule] = {
    rule.__name__: rule
    for rule in (most_trusted, most_recent, most_frequent, longest, most_complete, strictest)
}
"""Every rule by its name in goldenrod.yaml."""

DEFAULT_RULES: Mapping[str, str] = {
    "kind": "most_frequent",
    "name": "most_trusted",
    "organisation": "most_trusted",
    "emails": "most_recent",
    "phones": "most_recent",
    "addresses": "most_recent",
    "identifiers": "most_trusted",
    "birth_date": "most_trusted",
    "language": "most_recent",
    "status": "strictest",
    "extras": "most_recent",
}
"""The rule for each attribute where the configuration names none. Consents have their own fold."""


def ranked(
    claims: Iterable[Claim], rule: Rule, trust: Mapping[str, int], now: datetime
) -> list[Claim]:
    """Return the claims, best first and each value once; the order in makes no difference."""
    # The sort is stable, so what a rule can't tell apart stays in the order of keys, and within
    # one record in the order that its channel gave.
    ordered = sorted(claims, key=lambda claim: claim.key)
    votes = Counter(value for _key, value in {(one.key, sameness(one.value)) for one in ordered})
    panel = Panel(trust, now, votes)
    ordered.sort(
        key=lambda claim: (not is_placeholder(claim.value), *rule(claim, panel)), reverse=True
    )
    best: dict[Hashable, Claim] = {}
    for claim in ordered:
        best.setdefault(sameness(claim.value), claim)
    return list(best.values())
