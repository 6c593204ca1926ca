"""Survivorship: of all claims on an attribute, which one the golden customer shows.

In: the members of one cluster, and the rules. Out: ``Attributes``, and for every value its
``Origin``. The order of the members never matters, and the time only ranks, it never gets into a
value: the same members give the same golden customer tomorrow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from golden.claims import claims_of, extra_claims
from golden.consent import Word, last_words
from golden.rules import DEFAULT_RULES, RULES, ranked
from hub.model import Attributes, Claim, ConsentState, Customer, Origin, Status

SCALARS = ("kind", "name", "organisation", "birth_date", "language", "status")
"""Attributes of one value; a name is one unit."""
SETS = ("emails", "phones", "addresses", "identifiers")
"""Attributes of many values; the first is the survivor, and an address is one unit."""
PINNED = "pinned"
"""The rule's name where a steward's claim speaks: it is ranked before every channel's."""
LAST_WORD = "last_word"
"""The rule's name for consents."""


class Survivor(NamedTuple):
    """A value of the golden customer, and who said it."""

    value: Any
    origin: Origin


class _Law(NamedTuple):
    """What decides between claims."""

    trust: Mapping[str, int]
    rules: Mapping[str, str]
    pinned: Sequence[Claim]
    now: datetime


def survive(
    members: Sequence[Customer],
    *,
    trust: Mapping[str, int],
    now: datetime,
    rules: Mapping[str, str] | None = None,
    pinned: Sequence[Claim] = (),
) -> tuple[Attributes, dict[str, tuple[Origin, ...]]]:
    """Merge the members of one cluster (at least one) into a golden customer.

    ``trust`` is by channel; ``rules`` by attribute, names in ``RULES``, the rest by default;
    ``pinned`` a steward's claims, a set-valued one with a tuple. Closed members speak only if no
    other is left, and then the customer is closed; but their denials of consent always count.
    """
    live = [member for member in members if member.status is not Status.CLOSED]
    law = _Law(trust, {**DEFAULT_RULES, **(rules or {})}, pinned, now)
    survivors = dict(_survivors(live or members, law))
    survivors["consents"] = list(_consents(members, now))
    values: dict[str, Any] = {
        name: found[0].value for name in SCALARS if (found := survivors.get(name))
    }
    for name in (*SETS, "consents"):
        values[name] = tuple(one.value for one in survivors[name])
    values["extras"] = dict(one.value for one in survivors["extras"])
    provenance = {
        name: tuple(one.origin for one in (found[:1] if name in SCALARS else found))
        for name, found in survivors.items()
        if found
    }
    return Attributes(**values), provenance


def _survivors(members: Sequence[Customer], law: _Law) -> Iterator[tuple[str, list[Survivor]]]:
    """Yield the attributes with their claims, best first."""
    for attribute in (*SCALARS, *SETS):
        yield attribute, _rank(attribute, claims_of(members, attribute), law)
    extras: defaultdict[str, list[Claim]] = defaultdict(list)
    for name, claim in extra_claims(members):
        extras[name].append(claim)
    yield (
        "extras",
        [
            best._replace(value=(name, best.value))
            for name in sorted(extras)
            for best in _rank("extras", extras[name], law)[:1]
        ],
    )


def _rank(attribute: str, claims: Iterable[Claim], law: _Law) -> list[Survivor]:
    """Return a steward's claims on the attribute, newest first, then the channels' by its rule."""
    rule = law.rules[attribute]
    pins = [claim for claim in law.pinned if claim.attribute == attribute]
    pinned = ranked(_elements(pins), RULES["most_recent"], law.trust, law.now)
    others = ranked(claims, RULES[rule], law.trust, law.now)
    said = [claim.value for claim in pinned]
    return [_survivor(claim, PINNED) for claim in pinned] + [
        _survivor(claim, rule) for claim in others if claim.value not in said
    ]


def _elements(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Take the claims on whole sets apart."""
    for claim in claims:
        values = claim.value if isinstance(claim.value, tuple) else (claim.value,)
        yield from (claim._replace(value=value) for value in values)


def _survivor(claim: Claim, rule: str) -> Survivor:
    return Survivor(claim.value, Origin(key=claim.key, at=claim.at, rule=rule))


def _consents(members: Iterable[Customer], now: datetime) -> Iterator[Survivor]:
    """Yield the last word for each contact and purpose; of closed members only denials speak."""
    words = (
        Word(consent, member.key)
        for member in members
        for consent in member.consents
        if member.status is not Status.CLOSED or consent.state is ConsentState.DENIED
    )
    for consent, key in last_words(words, now):
        yield Survivor(consent, Origin(key=key, at=consent.at, rule=LAST_WORD))
