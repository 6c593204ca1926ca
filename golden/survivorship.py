"""Survivorship: of all claims on an attribute, which one the golden customer shows.

In: the members of one cluster, the law, and what stewards pinned. Out: ``Attributes``, and for
every value its ``Origin``. The order of the members never matters, and no clock is asked: the same
members give the same golden customer tomorrow.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from golden.alone import survive_alone
from golden.choice import Bench, Survivor, choose_many, choose_one
from golden.claims import SCALARS, SETS, claims_of, extra_claims
from golden.consent import Word
from golden.rules import Law
from hub.model import Attributes, Claim, Customer, Key, Origin, RunnerUp, Status

LAST_WORD = "last_word"
"""The rule's name for consents."""
_OLDEST = datetime.min.replace(tzinfo=UTC)


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
    bench = Bench(law, heard, _newest(live, heard), pinned)
    alone = len(live) == 1 and not pinned
    survivors = dict(survive_alone(live[0], bench) if alone else survive_all(live, bench))
    survivors["consents"] = [_consent(word) for word in words]
    values: dict[str, Any] = {
        name: found[0].value for name in SCALARS if (found := survivors.get(name))
    }
    for name in (*SETS, "consents"):
        values[name] = tuple(one.value for one in survivors.get(name, ()))
    values["extras"] = dict(one.value for one in survivors.get("extras", ()))
    provenance = {
        name: tuple([one.origin for one in found]) for name, found in survivors.items() if found
    }
    return Attributes(**values), provenance


def _newest(members: Iterable[Customer], heard: Mapping[Key, datetime]) -> datetime:
    known = (
        min(one.changed_at, heard.get(one.key, one.changed_at))
        for one in members
        if one.changed_at is not None
    )
    return max(known, default=_OLDEST)


def survive_all(members: Sequence[Customer], bench: Bench) -> Iterator[tuple[str, list[Survivor]]]:
    """Yield the attributes with what survives of them, best first; nothing: an empty list."""
    for attribute in SCALARS:
        yield attribute, choose_one(attribute, [*claims_of(members, attribute)], bench)
    for attribute in SETS:
        yield attribute, choose_many(attribute, [*claims_of(members, attribute)], bench)
    extras: defaultdict[str, list[Claim]] = defaultdict(list)
    for name, claim in extra_claims(members):
        extras[name].append(claim)
    yield (
        "extras",
        [
            best._replace(value=(name, best.value))
            for name in sorted(extras)
            for best in choose_one("extras", extras[name], bench)
        ],
    )


def _consent(word: Word) -> Survivor:
    before = word.before
    second = (
        None
        if before is None
        else RunnerUp(key=before.key, at=before.at, value=f"{before.act} ({before.source})")
    )
    act = word.act
    return Survivor(word.consent, Origin(key=act.key, at=act.at, rule=LAST_WORD, runner_up=second))
