"""The engine for SOAP services that have a WSDL."""

from pathlib import Path
from typing import Any

from connectors.connector import EngineConnector
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.scan import Ask, Piece
from connectors.soap.api import SoapApi
from connectors.soap.profile import SoapProfile
from connectors.soap.writer import SoapWriter
from hub.config import Channel
from hub.yamlfile import Document, check


class SoapEngine:
    """One SOAP channel; see `connectors.connector.Engine`."""

    batch = None

    def __init__(self, client: HttpClient, profile: SoapProfile, wsdl: str) -> None:
        self._client = client
        self._stream = profile.customers
        self._api = SoapApi(client, profile.errors, wsdl)
        self.listing = self._stream.list
        self.writer = SoapWriter(self._api, self._stream, RecordReader(client.name, self._stream))

    def fetch(self, ask: Ask) -> Piece:
        """Fetch one page of the listing."""
        listing, clock = self.listing, self._stream.changed
        values = {"at": ask.at, "size": ask.size}
        arguments = listing.arguments
        if ask.since is not None and listing.since and clock:
            values["since"] = clock.text(ask.since)
            arguments = {**arguments, **listing.since}
        result = self._api.call(listing, values, ask.doing, arguments=arguments)
        rows: list[Any] = list(result.rows(listing.records))
        path = getattr(listing.pages, "path", None)
        told = result.text(listing.total.path) if listing.total and listing.total.path else ""
        return Piece(
            rows,
            int(told) if told.isdecimal() else None,
            result.text(path) or None if path else None,
            result.answer.clock,
        )

    def close(self) -> None:
        """Close the session."""
        self._client.close()


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a SOAP channel; raises ConfigError for a wrong profile."""
    profile = check(document, SoapProfile)
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    return EngineConnector(
        channel.name,
        profile.customers,
        profile.limits,
        profile.capabilities(channel.rate),
        SoapEngine(client, profile, _wsdl(client.url, profile.wsdl, document)),
    )


def _wsdl(url: str, named: str, document: Document) -> str:
    """Return where the WSDL lies: beside the channel's address, or a file beside the profile."""
    if named.startswith("?"):
        return url + named
    return named if "://" in named else str((Path(document.name).parent / named).resolve())
