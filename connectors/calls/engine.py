"""The engine of every protocol that is made of calls: REST, GraphQL, SOAP, RPC.

A protocol brings an `Api`, which makes one call; how a listing goes on and how a record is written
is the same for all of them.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from requests.utils import parse_header_links

from connectors.base import MissingError
from connectors.calls.api import Api, Reply
from connectors.calls.facts import CallListing
from connectors.calls.writer import CallWriter
from connectors.connector import Further
from connectors.facts.paths import reader
from connectors.facts.profile import LinkPages, TokenPages, Total
from connectors.facts.times import Clock
from connectors.scan import Ask, Piece
from connectors.writing import BatchWriter
from hub.clock import now
from hub.errors import TransientError


class Each(NamedTuple):
    """How a record is read that a listing shows in part."""

    call: Any
    """Of the kind that the profile holds."""
    id: str
    """Where its id lies in a row."""


class CallLister:
    """One stream that is listed by calls; see `connectors.connector.Lister`."""

    def __init__(
        self,
        channel: str,
        api: Api,
        listing: CallListing,
        clock: Clock | None,
        *,
        recent: CallListing | None = None,
        each: Each | None = None,
    ) -> None:
        self._channel = channel
        self._api = api
        self._clock = clock
        filtered = recent or listing
        self._narrowed = filtered.narrowed() if filtered.since else None
        self._each = each
        self.listing = listing

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one page of the listing."""
        call, values = self.listing, {"at": ask.at, "size": ask.size}
        if ask.since is not None and self._narrowed and self._clock:
            call = self._narrowed
            values["since"] = self._api.moment(self._clock, ask.since)
            values["now"] = self._api.moment(self._clock, now())
        reply = self._api.call(call, values, ask.doing)
        rows = reply.listed(call.records)
        if rows is None:
            place = f"at {call.records!r}" if call.records else "as a whole"
            where = f"{self._channel}: {ask.doing}"
            raise TransientError(f"{where}: the answer is not a list {place}")
        if self._each and call is self._narrowed:
            rows = list(self._whole(self._each, rows, ask.doing))
        return Piece(rows, _total(call.total, reply), _token(call, reply), reply.clock)

    def _whole(self, each: Each, rows: list[Any], doing: str) -> Iterator[Any]:
        """Add to each row what the listing does not show.

        What it does show stays: an edit in between must not break the order of the listing. So does
        a row that is gone by now, or the page would look like the last one.
        """
        for row in rows:
            one = reader(each.id)(row)
            try:
                found = self._api.call(each.call, {"id": one}, doing).found(each.call.record)
            except MissingError:
                found = []
            yield _laid(row, found[0]) if found else row


class CallEngine(CallLister):
    """One channel that is spoken to by calls; see `connectors.connector.Engine`."""

    def __init__(
        self,
        channel: str,
        api: Api,
        listing: CallListing,
        clock: Clock | None,
        *,
        writer: CallWriter,
        batch: BatchWriter | None = None,
    ) -> None:
        super().__init__(channel, api, listing, clock)
        self.writer = writer
        self.batch = batch

    def close(self) -> None:
        """Close the session."""
        self._api.close()


_NO = (None, False, 0, "", "false", "0")


def further(channel: str, api: Api, streams: Mapping[str, Any]) -> dict[str, Further]:
    """Return what lists the streams beside the customers, by name."""
    return {name: _further(channel, api, stream) for name, stream in streams.items()}


def _laid(over: Any, under: Any) -> Any:
    """Return an object with what only the one below it has."""
    if not (isinstance(over, dict) and isinstance(under, dict)):
        return over
    return under | {name: _laid(value, under.get(name)) for name, value in over.items()}


def _further(channel: str, api: Api, stream: Any) -> Further:
    recent = getattr(stream, "recent", None)  # of the protocols that know such a thing
    each = Each(recent.each, stream.id) if recent and recent.each else None
    lister = CallLister(channel, api, stream.list, stream.changed, recent=recent, each=each)
    return Further(stream, lister, recent)


def _total(fact: Total | None, reply: Reply) -> int | None:
    if fact is None:
        return None
    told = reply.header(fact.header) if fact.header else reply.value(fact.path or "")
    try:
        return None if told is None else int(told)
    except (TypeError, ValueError):
        return None


def _token(call: CallListing, reply: Reply) -> Any:
    """Return what the next page follows from; None after the last one."""
    match call.pages:
        case TokenPages(path=path, more=more):
            ended = more is not None and reply.value(more) in _NO
            return None if ended else reply.value(path) or None
        case LinkPages(path=str(path)):
            return reply.value(path) or None
        case LinkPages():
            links = parse_header_links(reply.header("Link") or "")
            return next((it["url"] for it in links if it.get("rel") == "next"), None)
        case _:
            return None
