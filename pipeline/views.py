"""VIEWS: what a person wants to look at. Reads only; never waits for a run that writes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from hub.config import Settings
from hub.model import Decision, GoldenCustomer, Key, Verdict
from pipeline.review import last_decision
from store.customers import GoldenVersion
from store.database import Store, Unit
from store.delivery import DeliveryReceipt
from store.journal import Event, Run
from store.outbox import OutboxRow, OutboxState
from store.quarantine import InQuarantine
from store.records import StoredRecord


class Standing(NamedTuple):
    """The decision that stands on a pair, by its number."""

    id: int
    decision: Decision


class Act(NamedTuple):
    """A steward's last decision that still stands, with the names of both customers."""

    id: int
    verdict: Verdict
    left: str
    right: str
    at: datetime


class Customers(NamedTuple):
    """Some golden customers, and how many there are in all."""

    customers: Sequence[GoldenCustomer]
    total: int


class Dossier(NamedTuple):
    """All that is known of one golden customer."""

    golden: GoldenCustomer
    members: Sequence[StoredRecord]
    history: Sequence[GoldenVersion]
    """Oldest first."""
    receipts: Sequence[DeliveryReceipt]
    """Newest first."""


class ChannelState(NamedTuple):
    """How much waits for one channel."""

    name: str
    enabled: bool
    due: int
    sending: int
    dead: int


class Deliveries(NamedTuple):
    """What must be sent, what was refused, what was delivered last."""

    channels: Sequence[ChannelState]
    dead: Sequence[OutboxRow]
    dead_keys: dict[int, Key]
    """The records that the dead letters are about, by number."""
    receipts: Sequence[DeliveryReceipt]


class Activity(NamedTuple):
    """What ran, and who did what; both newest first."""

    runs: Sequence[Run]
    events: Sequence[Event]


def standing(store: Store, left: Key, right: Key) -> Standing | None:
    """Return the decision that stands on these two records, if one does."""
    with store.read() as unit:
        known = unit.records.by_key([left, right])
        if len(known) < 2:  # noqa: PLR2004 - a pair has two halves
            return None
        said = unit.decisions.history(known[left].id, known[right].id)
        return next((Standing(d.id, d.decision) for d in said if d.closed_at is None), None)


def last_act(store: Store, author: str) -> Act | None:
    """Return what ``undo`` would take back."""
    with store.read() as unit:
        last = last_decision(unit, author)
        if last is None:
            return None
        act, said = last
        known = unit.records.by_key([said.left, said.right])
        left, right = (_name(known[key]) for key in (said.left, said.right))
        return Act(act.id, said.verdict, left, right, said.at)


def search(store: Store, text: str, *, limit: int) -> Customers:
    """Return golden customers by id, key or part of a name; without a text, the oldest of all."""
    with store.read() as unit:
        found = unit.golden.find(text, limit) if text else unit.golden.page(limit)
        return Customers(found, unit.golden.count())


def dossier(store: Store, golden_id: str, *, receipts: int = 20) -> Dossier | None:
    """Return all that is known of a living golden customer; None for any other id."""
    with store.read() as unit:
        golden = unit.golden.get([golden_id]).get(golden_id)
        if golden is None:
            return None
        return Dossier(
            golden,
            unit.records.get(unit.golden.members([golden_id])[golden_id]),
            unit.golden.history(golden_id),
            unit.outbox.receipts(golden_id, receipts),
        )


def successors(store: Store, golden_id: str) -> tuple[str, ...]:
    """Return the living customers that an id means now; several after a split."""
    with store.read() as unit:
        return unit.golden.resolve(golden_id)


def was_erased(store: Store, golden_id: str) -> bool:
    """Tell whether this id was a customer's who was erased: only then it means nobody any more."""
    with store.read() as unit:
        return bool(unit.golden.born([golden_id])) and not unit.golden.resolve(golden_id)


def deliveries(store: Store, settings: Settings, *, limit: int) -> Deliveries:
    """Return the state of the outbox, every configured channel in its order."""
    with store.read() as unit:
        dead = unit.outbox.dead()[:limit]
        return Deliveries(
            _channel_states(unit, settings),
            dead,
            {
                record.id: record.key
                for record in unit.records.get({r.record_id for r in dead if r.record_id})
            },
            unit.outbox.receipts(None, limit),
        )


def quarantined(store: Store, *, limit: int) -> Sequence[InQuarantine]:
    """Return the records that could not be used, the newest first."""
    with store.read() as unit:
        return unit.records.quarantined()[:limit]


def activity(store: Store, *, limit: int) -> Activity:
    """Return the last runs and acts."""
    with store.read() as unit:
        return Activity(unit.journal.runs(limit), unit.journal.events(limit))


def _channel_states(unit: Unit, settings: Settings) -> tuple[ChannelState, ...]:
    counts = unit.outbox.counts()
    return tuple(
        ChannelState(
            name,
            channel.push.enabled,
            *(counts.get(name, {}).get(state, 0) for state in OutboxState),
        )
        for name, channel in settings.channels.items()
    )


def _name(record: StoredRecord) -> str:
    return record.customer.display_name if record.customer else str(record.key)
