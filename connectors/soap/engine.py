"""The engine for SOAP services that have a WSDL."""

from pathlib import Path

from connectors.calls.engine import CallEngine
from connectors.calls.writer import CallWriter
from connectors.connector import EngineConnector
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.soap.api import SoapApi
from connectors.soap.letterbox import Letterbox
from connectors.soap.profile import SoapProfile
from hub.config import Channel
from hub.yamlfile import Document, check


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a SOAP channel; raises ConfigError for a wrong profile."""
    profile = check(document, SoapProfile)
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    stream = profile.customers
    folder = Path(document.name).parent
    letterbox = Letterbox(client, _wsdl(client.url, profile.wsdl, folder), profile, folder)
    api = SoapApi(client, channel, profile, letterbox)
    writer = CallWriter(api, stream, RecordReader(channel.name, stream))
    return EngineConnector(
        channel.name,
        stream,
        profile.limits,
        profile.capabilities(channel.rate),
        CallEngine(channel.name, api, stream.list, stream.changed, writer=writer),
    )


def _wsdl(url: str, named: str, folder: Path) -> str:
    """Return where the WSDL lies: beside the channel's address, or a file beside the profile."""
    if named.startswith("?"):
        return url + named
    return named if "://" in named else str((folder / named).resolve())
