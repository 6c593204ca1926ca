"""The engine for JSON over HTTP."""

from typing import Any

from connectors.connector import EngineConnector
from connectors.facts.paths import reader
from connectors.facts.profile import Total
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.rest.api import Reply, RestApi
from connectors.rest.batch import RestBatchWriter
from connectors.rest.profile import RestProfile
from connectors.rest.writer import RestWriter
from connectors.scan import Ask, Piece
from hub.config import Channel
from hub.errors import TransientError
from hub.yamlfile import Document, check


class RestEngine:
    """One REST channel; see `connectors.connector.Engine`."""

    def __init__(self, client: HttpClient, profile: RestProfile) -> None:
        self._client = client
        self._stream = profile.customers
        self._api = RestApi(client, profile.errors)
        self.listing = self._stream.list
        records = RecordReader(client.name, self._stream)
        self.writer = RestWriter(self._api, self._stream, records)
        facts = self._stream.batch
        self.batch = RestBatchWriter(self._api, facts, self.writer, records) if facts else None

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one page of the listing."""
        listing, clock = self.listing, self._stream.changed
        values = {"at": ask.at, "size": ask.size}
        query = listing.query
        if ask.since is not None and listing.since and clock:
            values["since"] = clock.text(ask.since)
            query = {**query, **listing.since}
        reply = self._api.call(listing, values, ask.doing, query=query, body=listing.body)
        path = getattr(listing.pages, "path", None)
        return Piece(
            self._rows(reply, ask),
            _total(listing.total, reply),
            reader(path)(reply.body) or None if path else None,
            reply.answer.clock,
        )

    def close(self) -> None:
        """Close the session."""
        self._client.close()

    def _rows(self, reply: Reply, ask: Ask) -> list[Any]:
        path = self.listing.records
        rows = reader(path)(reply.body)
        if not isinstance(rows, list):
            place = f"at {path!r}" if path else "as a whole"
            where = f"{self._client.name}: {ask.doing}"
            raise TransientError(f"{where}: the answer is not a list {place}")
        return rows


def _total(fact: Total | None, reply: Reply) -> int | None:
    if fact is None:
        return None
    if fact.header:
        told = reply.answer.headers.get(fact.header)
    else:
        told = reader(fact.path or "")(reply.body)
    try:
        return None if told is None else int(told)
    except (TypeError, ValueError):
        return None


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a REST channel; raises ConfigError for a wrong profile."""
    profile = check(document, RestProfile)
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    return EngineConnector(
        channel.name,
        profile.customers,
        profile.limits,
        profile.capabilities(channel.rate),
        RestEngine(client, profile),
    )
