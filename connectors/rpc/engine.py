"""The engine for methods that are called from afar: XML-RPC and JSON-RPC."""

from connectors.calls.engine import CallEngine, further
from connectors.calls.writer import CallWriter
from connectors.connector import EngineConnector
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.rpc.api import RpcApi
from connectors.rpc.profile import RpcProfile
from hub.config import Channel
from hub.yamlfile import Document, check


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of an RPC channel; raises ConfigError for a wrong profile."""
    profile = check(document, RpcProfile)
    stream = profile.customers
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    api = RpcApi(client, channel, profile)
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
