"""Survivorship: of all claims on an attribute, which one the golden customer shows.

In: the members of one cluster, the law, and what stewards pinned. Out: ``Attributes``, and for
every value its ``Origin``. The order of the members never matters, and no clock is asked: the same
members give the same golden customer tomorrow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from golden.claims import claims_of, elements, extra_claims, sameness
from golden.consent import Word
from golden.ranking import Best, origin, rank, runner_up
from golden.rules import Law
from hub.law import Rule
from hub.model import Attributes, Claim, Customer, Key, Origin, RunnerUp, Status

SCALARS = ("kind", "name", "organisation", "birth_date", "language", "status", "parent")
"""Attributes of one value; a name is one unit."""
SETS = ("emails", "phones", "addresses", "identifiers", "roles")
"""Attributes of many values; the first is the survivor, and an address is one unit."""
PINNED = "pinned"
"""The rule's name where a steward's claim speaks: it is ranked before every channel's."""
LAST_WORD = "last_word"
"""The rule's name for consents."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


class Survivor(NamedTuple):
    """A value of the golden customer, and who said it."""

    value: Any
    origin: Origin


class _Bench(NamedTuple):
    """What decides between the claims of one cluster."""

    law: Law
    heard: Mapping[Key, datetime]
    newest: datetime
    pinned: Sequence[Claim]


def survive(
    members: Sequence[Customer],
    *,
    law: Law,
    heard: Mapping[Key, datetime],
    words: Sequence[Word] = (),
    pinned: Sequence[Claim] = (),
) -> tuple[Attributes, dict[str, tuple[Origin, ...]]]:
    """Merge the members of one cluster (at least one) into a golden customer.

    ``heard`` is when the hub heard each record (no word is younger); ``words`` what holds on
    consent, from the ledger; ``pinned`` a steward's claims, a set-valued one with a tuple. Closed
    members speak only if no other is left, and then the customer is closed.
    """
    live = [member for member in members if member.status is not Status.CLOSED] or members
    bench = _Bench(law, heard, _newest(live, heard), pinned)
    survivors = dict(_survivors(live, bench))
    survivors["consents"] = [_consent(word) for word in words]
    values: dict[str, Any] = {
        name: found[0].value for name in SCALARS if (found := survivors.get(name))
    }
    for name in (*SETS, "consents"):
        values[name] = tuple(one.value for one in survivors[name])
    values["extras"] = dict(one.value for one in survivors["extras"])
    provenance = {
        name: tuple(one.origin for one in found) for name, found in survivors.items() if found
    }
    return Attributes(**values), provenance


def _newest(members: Iterable[Customer], heard: Mapping[Key, datetime]) -> datetime:
    known = (
        min(one.changed_at, heard.get(one.key, one.changed_at))
        for one in members
        if one.changed_at is not None
    )
    return max(known, default=_OLDEST)


def _survivors(members: Sequence[Customer], bench: _Bench) -> Iterator[tuple[str, list[Survivor]]]:
    """Yield the attributes with what survives of them, best first."""
    for attribute in SCALARS:
        yield attribute, _one(attribute, claims_of(members, attribute), bench)
    for attribute in SETS:
        yield attribute, _many(attribute, claims_of(members, attribute), bench)
    extras: defaultdict[str, list[Claim]] = defaultdict(list)
    for name, claim in extra_claims(members):
        extras[name].append(claim)
    yield (
        "extras",
        [
            best._replace(value=(name, best.value))
            for name in sorted(extras)
            for best in _one("extras", extras[name], bench)
        ],
    )


def _one(attribute: str, claims: Iterable[Claim], bench: _Bench) -> list[Survivor]:
    """Return the one value that survives; its runner-up is the best that says something else."""
    ranked = _ranked(attribute, claims, bench)[:2]
    second = runner_up(ranked[1][0].claim) if len(ranked) > 1 else None
    return [Survivor(best.claim.value, origin(best, rule, second)) for best, rule in ranked[:1]]


def _many(attribute: str, claims: Iterable[Claim], bench: _Bench) -> list[Survivor]:
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


def _ranked(attribute: str, claims: Iterable[Claim], bench: _Bench) -> list[tuple[Best, str]]:
    """Return a steward's claims on the attribute, newest first, then the channels' by its rules."""
    law, heard, newest, pinned = bench
    rules = law.rules[attribute]
    others = rank(claims, rules, law, heard, newest)
    pins = [claim for claim in pinned if claim.attribute == attribute]
    if not pins:
        return [(best, ", ".join(rules)) for best in others]
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


def _consent(word: Word) -> Survivor:
    before = word.before
    second = (
        None
        if before is None
        else RunnerUp(key=before.key, at=before.at, value=f"{before.act} ({before.source})")
    )
    act = word.act
    return Survivor(word.consent, Origin(key=act.key, at=act.at, rule=LAST_WORD, runner_up=second))
