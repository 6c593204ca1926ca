"""The engine for SOAP services that have a WSDL."""

from pathlib import Path

from zeep.wsse.username import UsernameToken

from connectors.auth.facts import WsseAuth
from connectors.calls.engine import CallEngine, further
from connectors.calls.writer import CallWriter
from connectors.connector import EngineConnector
from connectors.http.client import HttpClient
from connectors.pace import Sleep
from connectors.records import RecordReader
from connectors.soap.api import SoapApi
from connectors.soap.letterbox import Letterbox
from connectors.soap.profile import SoapProfile, SoapService
from connectors.soap.service import Service
from hub.config import Channel
from hub.yamlfile import Document, check


def open_channel(channel: Channel, document: Document, sleep: Sleep) -> EngineConnector:
    """Return the connector of a SOAP channel; raises ConfigError for a wrong profile."""
    profile = check(document, SoapProfile)
    client = HttpClient(channel, profile.auth, profile.limits, headers=profile.headers, sleep=sleep)
    stream = profile.customers
    services = _services(client, channel, profile, Path(document.name).parent)
    api = SoapApi(client, channel, profile, services)
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


def _services(
    client: HttpClient, channel: Channel, profile: SoapProfile, folder: Path
) -> dict[str, Service]:
    """Return the services by name; the channel's own address is the one without a name."""
    named = {"": SoapService(path=profile.path, wsdl=profile.wsdl), **profile.services}
    token = None
    if isinstance(profile.auth, WsseAuth):
        token = UsernameToken(  # type: ignore[no-untyped-call]  # zeep has no types
            channel.username, channel.password.get_secret_value(), use_digest=profile.auth.digest
        )
    services = {}
    for name, it in named.items():
        url = client.url + it.path
        letterbox = Letterbox(client, _wsdl(url, it.wsdl, folder), profile, folder)
        services[name] = Service(client.name, url, letterbox, token)
    return services


def _wsdl(url: str, named: str, folder: Path) -> str:
    """Return where the WSDL lies: beside the channel's address, or a file beside the profile."""
    if named.startswith("?"):
        return url + named
    return named if "://" in named else str((folder / named).resolve())
