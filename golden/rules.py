"""The rules of survivorship: each is a sort key over claims, and the greatest claim survives.

An attribute has one rule or several in a row; what they leave even falls to trust, then to time,
then to the least key, so there is always one survivor.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

from pydantic import BaseModel

from golden.quality import Doubt
from hub.law import Golden, Rule, Trust
from hub.model import Claim, Key, Status

_OLDEST = datetime.min.replace(tzinfo=UTC)
_NO_TRUST = Trust(max=0)
_DAY = 24 * 3600.0


class Law(NamedTuple):
    """What decides between claims, as configured; made once for many customers."""

    rules: Mapping[str, Sequence[Rule]]
    trust: Mapping[str, Mapping[str, Trust]]
    """Attribute -> channel -> trust."""
    others: Mapping[str, Trust]
    """Channel -> trust, where the attribute names none."""
    doubt: float
    """The share of trust that a doubt takes away."""

    @classmethod
    def of(cls, golden: Golden, channels: Mapping[str, Trust]) -> Self:
        """Return the law that goldenrod.yaml states, filled up with the defaults."""
        return cls(DEFAULT_RULES | golden.rules, golden.trust, channels, golden.doubt / 100)

    def trust_in(self, attribute: str, channel: str) -> Trust:
        """Return the trust in a channel on an attribute; one that is not named has none."""
        own = self.trust.get(attribute, {}).get(channel)
        return own or self.others.get(channel, _NO_TRUST)


class Panel(NamedTuple):
    """What a rule may know beside the claim: the law, the times, the other claims."""

    law: Law
    heard: Mapping[Key, datetime]
    """When the hub heard each record: no word is younger than that."""
    newest: datetime
    """The customer's newest word: claims age against it, not against today, so the same claims
    have the same survivor tomorrow."""
    votes: Mapping[Hashable, int]
    """How many members say the same."""

    def trust_in(self, claim: Claim, doubt: Doubt | None, said: datetime) -> float:
        """Return the trust in a claim: by channel and attribute, its age, and what it lacks."""
        trust = self.law.trust_in(claim.attribute, claim.key.channel)
        if trust.decay is None:
            full: float = trust.max
        else:
            days = None if said is _OLDEST else (self.newest - said).total_seconds() / _DAY
            full = trust.after(days)
        return full * (1 - self.law.doubt) if doubt else full

    def time_of(self, claim: Claim) -> datetime:
        """Return when the claim was made: unknown counts as oldest, the future as heard."""
        if claim.at is None:
            return _OLDEST
        return min(claim.at, self.heard.get(claim.key, claim.at))


class Ranked(NamedTuple):
    """A claim on its way to being ranked."""

    claim: Claim
    value: Hashable
    """What it says, by sameness."""
    doubt: Doubt | None
    trust: float
    at: datetime


SortKey = Callable[[Ranked, Panel], Any]


def _most_trusted(one: Ranked, panel: Panel) -> float:  # noqa: ARG001 - a sort key's signature
    """Rank by trust in the channel."""
    return one.trust


def _most_recent(one: Ranked, panel: Panel) -> datetime:  # noqa: ARG001 - a sort key's signature
    """Rank by the time of the claim."""
    return one.at


def _most_frequent(one: Ranked, panel: Panel) -> int:
    """Rank by the number of members that say the same."""
    return panel.votes[one.value]


def _longest(one: Ranked, panel: Panel) -> int:  # noqa: ARG001 - a sort key's signature
    """Rank by length as text."""
    return len(str(one.claim.value))


def _most_complete(one: Ranked, panel: Panel) -> int:  # noqa: ARG001 - a sort key's signature
    """Rank by the number of parts that are filled (of a text: its words)."""
    value = one.claim.value
    parts = [part for _, part in value] if isinstance(value, BaseModel) else str(value).split()
    return sum(map(bool, parts))


def _strictest(one: Ranked, panel: Panel) -> bool:  # noqa: ARG001 - a sort key's signature
    """Rank a block before anything else, if its channel is trusted at all."""
    return one.claim.value is Status.BLOCKED and one.trust > 0


SORT_KEYS: Mapping[Rule, SortKey] = {
    Rule.MOST_TRUSTED: _most_trusted,
    Rule.MOST_RECENT: _most_recent,
    Rule.MOST_FREQUENT: _most_frequent,
    Rule.LONGEST: _longest,
    Rule.MOST_COMPLETE: _most_complete,
    Rule.STRICTEST: _strictest,
}

DEFAULT_RULES: dict[str, tuple[Rule, ...]] = {
    "kind": (Rule.MOST_FREQUENT,),
    "name": (Rule.MOST_TRUSTED,),
    "organisation": (Rule.MOST_TRUSTED,),
    "emails": (Rule.MOST_RECENT,),
    "phones": (Rule.MOST_RECENT,),
    "addresses": (Rule.MOST_RECENT,),
    "identifiers": (Rule.MOST_TRUSTED,),
    "birth_date": (Rule.MOST_TRUSTED,),
    "language": (Rule.MOST_RECENT,),
    "status": (Rule.STRICTEST,),
    "extras": (Rule.MOST_RECENT,),
    "roles": (Rule.MOST_TRUSTED,),
    "parent": (Rule.MOST_TRUSTED,),
}
"""The rules for each attribute where the configuration names none. Consents have their own fold."""
