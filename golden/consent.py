"""Consent: a ledger of acts, folded to the customer's last word on each contact point.

Merging is the union of both ledgers, then the same fold. So a merge never turns a consent on, and
never loses an opt-out: an act belongs to the contact point, not to the record that it came in. No
clock is asked; that a grant has ended is an act as well.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from hub.model import Consent, ConsentState, Key, Medium

_OLDEST = datetime.min.replace(tzinfo=UTC)
Point = tuple[str, Medium, str]
"""Contact (casefolded), medium, purpose: what an act is about."""


class Act(StrEnum):
    """What was done about a consent."""

    GRANT = "grant"
    DENY = "deny"
    WITHDRAW = "withdraw"
    """A consent that was given is taken back; to a channel it is a denial."""
    EXPIRE = "expire"
    """Not the customer's act: it ends a grant and nothing else."""


_STATES = {
    Act.GRANT: ConsentState.GRANTED,
    Act.DENY: ConsentState.DENIED,
    Act.WITHDRAW: ConsentState.DENIED,
    Act.EXPIRE: ConsentState.EXPIRED,
}


class ConsentAct(NamedTuple):
    """One line of the ledger."""

    key: Key
    """The record that it came in, or hangs on."""
    contact: str
    medium: Medium
    purpose: str
    act: Act
    at: datetime | None
    """When the customer acted; None: nobody knows."""
    heard_at: datetime
    source: str
    """The channel, or ``steward:NAME``."""
    proof: str = ""
    """What shows it: a form, a call, a letter."""
    until: datetime | None = None
    """Of a grant: when it ends by itself."""

    @property
    def point(self) -> Point:
        """Return what the act is about."""
        return self.contact.casefold(), self.medium, self.purpose


class Word(NamedTuple):
    """What holds at a contact point, and the act that says so."""

    consent: Consent
    act: ConsentAct
    before: ConsentAct | None
    """The act that would hold, had this one not been done."""


def natural_medium(contact: str) -> Medium:
    """Return how a contact point is used if nobody says otherwise."""
    return Medium.EMAIL if "@" in contact else Medium.PHONE


def spoken(key: Key, consents: Iterable[Consent], heard_at: datetime) -> Iterator[ConsentAct]:
    """Yield the acts that a channel's present word on consents comes to."""
    acts = {state: act for act, state in _STATES.items() if act is not Act.WITHDRAW}
    for one in consents:
        contact = one.contact.casefold()
        medium = one.medium or natural_medium(contact)
        yield ConsentAct(
            key, contact, medium, one.purpose, acts[one.state], one.at, heard_at, key.channel
        )


def fold(acts: Iterable[ConsentAct]) -> tuple[Word, ...]:
    """Return the last word on each point, sorted by these; the order in makes no difference.

    Of two acts at one time the denial is the last. A time in the future counts as the time when
    the hub heard of it. Of unknown time, a grant counts as the oldest act, and anything else as
    done when the hub heard of it: later than all that was known by then.
    """
    by_point: defaultdict[Point, list[ConsentAct]] = defaultdict(list)
    for act in acts:
        by_point[act.point].append(act)
    return tuple(_last(by_point[point]) for point in sorted(by_point))


def following(acts: Iterable[ConsentAct]) -> list[ConsentAct]:
    """Return the opt-outs that stand among what others did at a contact point.

    They follow the contact point to every customer who has it; a grant is its customer's own.
    """
    return [word.act for word in fold(acts) if word.consent.state is ConsentState.DENIED]


def speaking(words: Iterable[Word], held: Collection[str]) -> list[Word]:
    """Return the words that the golden customer shows.

    A denial always speaks; all else only at contact points that are still held (casefolded).
    """
    return [
        word
        for word in words
        if word.consent.state is ConsentState.DENIED or word.consent.contact in held
    ]


def _last(acts: Iterable[ConsentAct]) -> Word:
    ordered = sorted(acts, key=_order, reverse=True)
    said = [act for act in ordered if act.act is not Act.EXPIRE] or ordered
    last, before = said[0], said[1] if len(said) > 1 else None
    ended = [act for act in ordered if act.act is Act.EXPIRE and _time(act) >= _time(last)]
    if last.act is Act.GRANT and ended:
        last, before = ended[0], last
    return Word(_consent(last), last, before)


def _consent(act: ConsentAct) -> Consent:
    medium = None if act.medium is natural_medium(act.contact) else act.medium
    return Consent(
        contact=act.contact,
        purpose=act.purpose,
        state=_STATES[act.act],
        at=act.at,
        medium=medium,
    )


def _time(act: ConsentAct) -> datetime:
    if act.at is None:
        return _OLDEST if act.act is Act.GRANT else act.heard_at
    return min(act.at, act.heard_at)


def _order(act: ConsentAct) -> tuple[datetime, bool, Key, str, datetime, datetime, str, str]:
    off, said = act.act is not Act.GRANT, act.at or _OLDEST
    return _time(act), off, act.key, act.act, act.heard_at, said, act.source, act.proof
