"""REVIEW: a steward decides what the match is not sure of; every decision can be taken back.

A decision takes effect at once: the customers around it are merged anew. While a run resolves,
they wait for it instead; nothing is lost, for the records are marked as due.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hub.clock import now
from hub.config import Settings
from hub.errors import RecordError
from hub.model import Decision, Key, Verdict
from pipeline.acts import take_effect
from pipeline.undo import take_back
from store.acts import Inverse, StoredAct
from store.database import Store, Unit
from store.pairs import StoredPair
from store.records import StoredRecord

_ACTS = {verdict: f"decide {verdict.value}" for verdict in Verdict}


class Case(NamedTuple):
    """Two records that may be one customer, and why the match thinks so."""

    left: StoredRecord
    right: StoredRecord
    pair: StoredPair


class Queue(NamedTuple):
    """Cases, likeliest first, and how many there are in all."""

    cases: tuple[Case, ...]
    total: int
    """Cases that nobody decided yet."""
    unsure: int = 0
    """Cases that a steward looked at and left open."""


def queue(store: Store, *, limit: int = 50, offset: int = 0, unsure: bool = False) -> Queue:
    """Return the cases to decide, or with ``unsure`` those that stewards left open."""
    with store.read() as unit:
        pairs = unit.pairs.review(limit, offset, unsure=unsure)
        both = (unit.pairs.count_review(unsure=pile) for pile in (False, True))
        return Queue(_cases(unit, pairs), *both)


def case(store: Store, left: Key, right: Key) -> Case | None:
    """Return one case, open or decided; None if the match never saw these two as a pair."""
    with store.read() as unit:
        known = unit.records.by_key([left, right])
        if len(known) < 2:  # noqa: PLR2004 - a pair has two halves
            return None
        numbers = sorted(record.id for record in known.values())
        pair = unit.pairs.get(*numbers)
        return _cases(unit, [pair])[0] if pair else None


def decide(
    settings: Settings,
    store: Store,
    pair: tuple[Key, Key],
    verdict: Verdict,
    *,
    author: str,
    note: str = "",
) -> None:
    """Record the verdict and let it take effect. Raises RecordError for a record nobody knows."""
    with store.begin() as unit:
        left, right = _numbers(unit, pair)
        before = unit.decisions.between([left, right])
        opened = unit.decisions.decide(left, right, verdict, author, now(), note)
        inverse = Inverse((opened,), tuple(said.id for said in before.values()))
        subject = {"left": str(pair[0]), "right": str(pair[1])}
        act = unit.acts.record(author, _ACTS[verdict], subject, now(), [left, right], inverse)
        unit.records.mark_for_merge([left, right])
    take_effect(settings, store, act)


def undo(settings: Settings, store: Store, *, author: str) -> Decision | None:
    """Take back the author's last decision that still stands; None if there is none.

    Raises ConflictError if somebody acted later on the same records.
    """
    with store.begin() as unit:
        last = last_decision(unit, author)
        if last is None:
            return None
        act, decision = last
        done = take_back(unit, act, author, now())
    take_effect(settings, store, done)
    return decision


def last_decision(unit: Unit, author: str) -> tuple[StoredAct, Decision] | None:
    """Return the author's last act that is a decision on one pair, and the decision."""
    act = unit.acts.last(author, *_ACTS.values())
    if act is None or act.inverse is None:
        return None
    (row,) = unit.decisions.get(act.inverse.opened)
    pair = Key.parse(act.subject["left"]), Key.parse(act.subject["right"])
    return act, Decision(*pair, Verdict(row.verdict), row.author, row.at, row.note)


def _cases(unit: Unit, pairs: Sequence[StoredPair]) -> tuple[Case, ...]:
    numbers = {number for pair in pairs for number in (pair.left_id, pair.right_id)}
    records = {record.id: record for record in unit.records.get(numbers)}
    return tuple(Case(records[pair.left_id], records[pair.right_id], pair) for pair in pairs)


def _numbers(unit: Unit, pair: tuple[Key, Key]) -> tuple[int, int]:
    known = unit.records.by_key(pair)
    for key in pair:
        if key not in known:
            raise RecordError(str(key), "no such record in the hub")
    return known[pair[0]].id, known[pair[1]].id
