"""CHECK: reach every channel, log in, look, and say what each can do: the readiness matrix.

Each cell weighs what the profile says against what the system answered: ``seen`` (it answered so),
``yes`` (the profile says so, there was nothing to see it by), ``no``, or what is wrong.
"""

from typing import NamedTuple

from connectors.base import Capabilities, Seen
from connectors.facts.profile import CONSENTS, CUSTOMERS
from hub.config import Channel, Settings
from pipeline.run import each_channel
from pipeline.wiring import connect, record_map
from store.database import Store
from store.streams import StreamState


class CheckReport(NamedTuple):
    """One row of the matrix; ``error`` says what stands in the way (None: it is ready)."""

    read: str = ""
    write: str = ""
    create: str = ""
    delete: str = ""
    """Whether the hub can delete there, and how it learns what was deleted there."""
    incremental: str = ""
    version_check: str = ""
    limits: str = ""
    consent: str = ""
    streams: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    """The attributes that its map can write back."""
    calls_today: int = 0
    error: str | None = None


def check_channels(settings: Settings, store: Store) -> dict[str, CheckReport]:
    """Check all channels side by side; a channel that fails is in the report with its reason."""
    with store.read() as unit:
        states = unit.streams.states()

    def one(name: str) -> CheckReport:
        channel, allowance = settings.channel(name), store.allowance(name)
        writes = tuple(sorted(record_map(channel).writable))
        with connect(channel) as connector:
            connector.share(allowance)
            connector.check()
            seen = connector.look()
            row = _row(channel, connector.capabilities, seen, writes)
            complete = connector.capabilities.lists_all
        told = states.get((name, CUSTOMERS), StreamState())
        theirs = _deletes(connector.capabilities, told, complete=complete)
        return row._replace(
            delete=f"{row.delete}; theirs {theirs}",
            streams=connector.streams,
            consent=_consents(row.consent, connector.streams, channel.streams),
            calls_today=allowance.spent().used,
        )

    return each_channel(settings, (), one, lambda why: CheckReport(error=why))


def _row(channel: Channel, can: Capabilities, seen: Seen, writes: tuple[str, ...]) -> CheckReport:
    pushed = channel.push.enabled
    return CheckReport(
        read="seen",
        write=_may(can.write and bool(writes), pushed),
        create=_may(can.create, pushed and channel.push.create),
        delete="yes" if can.delete else "no",
        incremental=_cell(can.incremental, seen.incremental, "ignored over there: full scans"),
        version_check=_cell(can.version_check, seen.version_check, "not in its records"),
        limits=_limits(channel, can),
        consent=_cell(can.consent, seen.consent, "not in its records"),
        writes=writes,
    )


def _consents(shown: str, there: tuple[str, ...], asked: tuple[str, ...]) -> str:
    """Say where consents come from: the customer's own fields, a stream of their own, or both."""
    if CONSENTS not in there:
        return shown
    stream = "a stream" if CONSENTS in asked else "a stream that nobody asks for"
    return stream if shown == "no" else f"{shown}; and {stream}"


def _cell(said: bool, seen: bool | None, wrong: str) -> str:  # noqa: FBT001 - two readings of one fact
    if not said:
        return "no"
    return {None: "yes", True: "seen", False: wrong}[seen]


def _may(can: bool, allowed: bool) -> str:  # noqa: FBT001 - as above
    if not can:
        return "no"
    return "yes" if allowed else "switched off"


def _limits(channel: Channel, can: Capabilities) -> str:
    told = {
        "a second": channel.rate or can.rate,
        "a day": channel.per_day or can.per_day,
        "at once": channel.at_once or can.at_once,
    }
    return ", ".join(f"{number:g} {unit}" for unit, number in told.items() if number) or "none"


def _deletes(can: Capabilities, told: StreamState, *, complete: bool) -> str:
    if told.held is not None:
        return f"wait: a full scan that misses {told.held} records is held"
    if can.tombstones:
        return "are told by the channel"
    return "are found by full scans" if complete else "are never known"
