"""Credentials that are the same for every request: passwords, tokens, keys, signatures."""

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import SecretStr
from requests import PreparedRequest

from hub.config import Channel
from hub.errors import ConfigError


class Lasting:
    """A credential that is never fetched and never expires."""

    renewable = False

    def ready(self) -> None:
        """Do nothing: it is always ready."""

    def renew(self) -> None:
        """Do nothing: there is no other."""


class HeaderKey(Lasting):
    """A secret in a header."""

    def __init__(self, header: str, secret: str) -> None:
        self._header = header
        self._secret = secret

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the credential on it."""
        request.headers[self._header] = self._secret
        return request


class QueryKey(Lasting):
    """A secret in the address."""

    def __init__(self, parameter: str, secret: str) -> None:
        self._told = urlencode({parameter: secret})

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the credential on it."""
        parts = urlsplit(request.url or "")
        query = "&".join(filter(None, (parts.query, self._told)))
        request.url = urlunsplit(parts._replace(query=query))
        return request


def secret(channel: Channel, name: str) -> str:
    """Return one of the channel's ``secrets``; raises ConfigError naming what is missing."""
    known: Mapping[str, SecretStr] = channel.secrets
    if name not in known:
        raise ConfigError(
            f"{channel.name}: this vendor's login needs secrets.{name}; add it to the channel"
        )
    return known[name].get_secret_value()
