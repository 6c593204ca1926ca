"""The engine for JSON over HTTP."""

from connectors.calls.engine import CallEngine, further
from connectors.calls.writer import CallWriter
from connectors.connector import EngineConnector
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.rest.api import RestApi
from connectors.rest.batch import RestBatchWriter
from connectors.rest.profile import RestProfile
from hub.config import Channel
from hub.yamlfile import Document, check


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a REST channel; raises ConfigError for a wrong profile."""
    profile = check(document, RestProfile)
    stream = profile.customers
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    api = RestApi(client, profile.errors)
    records = RecordReader(channel.name, stream)
    writer = CallWriter(api, stream, records)
    batch = RestBatchWriter(api, stream.batch, writer, records) if stream.batch else None
    return EngineConnector(
        channel.name,
        stream,
        profile.limits,
        profile.capabilities(channel.rate),
        CallEngine(channel.name, api, stream.list, stream.changed, writer=writer, batch=batch),
        further=further(channel.name, api, profile.streams),
        pace=client.pace,
    )
