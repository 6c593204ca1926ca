"""The WSDL in, letters out: what zeep takes for a transport.

The WSDL is loaded once per connector and never cached on disk. It may import only from its own
server (or, if it is a file, from its own folder), unless the profile names other hosts or a local
copy: a WSDL that could name other addresses could make the hub call them.
"""

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from lxml import etree

from connectors.http.client import HttpClient
from connectors.http.messages import Answer, Request, judge
from connectors.soap.profile import SoapProfile
from hub.errors import ConfigError


class Letter(NamedTuple):
    """What zeep would have posted."""

    body: bytes
    headers: Mapping[str, str]


class Letterbox:
    """A zeep transport that loads the WSDL by our client and hands letters back unsent."""

    def __init__(self, client: HttpClient, wsdl: str, profile: SoapProfile, folder: Path) -> None:
        self.wsdl = wsdl
        self._client = client
        self._home = urlsplit(wsdl)
        self._folder = None if self._home.scheme else Path(wsdl).resolve().parent
        imports = profile.wsdl_imports
        self._hosts = imports.hosts
        self._copies = {url: folder / file for url, file in imports.copies.items()}

    def load(self, url: str) -> bytes:
        """Load the WSDL or one of its imports; raises ConfigError for one from elsewhere."""
        name = self._client.name
        if url in self._copies:
            return self._read_file(self._copies[url])
        if self._folder is not None and Path(url).resolve().is_relative_to(self._folder):
            return self._read_file(Path(url))
        parts = urlsplit(url)
        if self._folder is None and _origin(parts) == _origin(self._home):
            return self._client.send(Request("load the WSDL", "GET", url), self._read)
        if parts.scheme in ("http", "https") and parts.hostname in self._hosts:
            return self._read(self._client.post(Request("load an import", "GET", url)))
        raise ConfigError(
            f"{name}: the WSDL imports from another place ({parts.hostname or url}); save a copy "
            "beside the profile and name it under wsdl_imports.copies, or allow the host"
        )

    def post_xml(self, _: str, envelope: etree._Element, headers: Mapping[str, str]) -> Letter:
        """Hand the letter back."""
        return Letter(
            etree.tostring(envelope, xml_declaration=True, encoding="utf-8"), dict(headers)
        )

    def _read_file(self, file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError as error:
            raise ConfigError(
                f"{self._client.name}: the WSDL file can't be read: {file.name}"
            ) from error

    def _read(self, answer: Answer) -> bytes:
        where = f"{self._client.name}: load the WSDL"
        judge(answer, where)
        if answer.status != HTTPStatus.OK:
            raise ConfigError(
                f"{where}: answered {answer.status}; check url and the profile's wsdl"
            )
        return answer.body


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port
