"""The engine for GraphQL over HTTP."""

from connectors.calls.engine import CallEngine, further
from connectors.calls.writer import CallWriter
from connectors.connector import EngineConnector
from connectors.graphql.api import GraphApi
from connectors.graphql.profile import GraphProfile
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from hub.config import Channel
from hub.yamlfile import Document, check


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a GraphQL channel; raises ConfigError for a wrong profile."""
    profile = check(document, GraphProfile)
    stream = profile.customers
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    api = GraphApi(client, profile.errors, profile.cost, profile.path)
    writer = CallWriter(api, stream, RecordReader(channel.name, stream))
    return EngineConnector(
        channel.name,
        stream,
        profile.limits,
        profile.capabilities(channel.rate),
        CallEngine(channel.name, api, stream.list, stream.changed, writer=writer),
        further=further(channel.name, api, profile.streams),
        pace=client.pace,
    )
