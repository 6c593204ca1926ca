"""A channel's credential: what lays it on a request, whatever its kind."""

import hmac
from base64 import b64encode
from typing import Any, Protocol

from authlib.integrations.requests_client import OAuth1Auth as SignedAuth
from authlib.oauth1.rfc5849.signature import generate_signature_base_string
from authlib.oauth1.rfc5849.util import escape
from requests import PreparedRequest
from requests.auth import AuthBase, HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from connectors.auth.facts import (
    Auth,
    BasicAuth,
    BearerAuth,
    HeaderAuth,
    LoginAuth,
    NoAuth,
    NtlmAuth,
    OAuth1Auth,
    OAuth2Auth,
    QueryAuth,
    WsseAuth,
)
from connectors.auth.keys import HeaderKey, Lasting, QueryKey
from connectors.auth.login import Login
from connectors.auth.tokens import Tokens
from connectors.http.messages import Post
from hub.config import Channel


class Credential(Protocol):
    """Lays a credential on a request; requests calls it for each one."""

    renewable: bool
    """After a 401 a fresh one may do better."""

    def ready(self) -> None:
        """Fetch what is missing; raises ConfigError and TransientError."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the credential on it."""

    def renew(self) -> None:
        """Forget what has expired."""


class Fixed(Lasting):
    """A credential of a library's making that never changes."""

    def __init__(self, lay: AuthBase | None) -> None:
        self._lay = lay

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the credential on it."""
        return self._lay(request) if self._lay else request


def authenticate(channel: Channel, auth: Auth | WsseAuth, post: Post) -> Credential:
    """Return the credential of ``channel`` as ``auth`` wants it; nothing is sent yet.

    ``post`` sends what a login or a token needs. Raises ConfigError for a secret that is missing.
    """
    password = channel.password.get_secret_value()
    match auth:
        case OAuth2Auth():
            return Tokens(channel, auth, post)
        case LoginAuth():
            return Login(channel, auth, post)
        case BearerAuth():
            return HeaderKey("Authorization", f"Bearer {password}")
        case HeaderAuth(header=header, prefix=prefix):
            return HeaderKey(header, f"{prefix} {password}".strip())
        case QueryAuth(parameter=parameter):
            return QueryKey(parameter, password)
        case _:
            return Fixed(_library(channel, auth, password))


def _library(
    channel: Channel, auth: BasicAuth | OAuth1Auth | NtlmAuth | NoAuth | WsseAuth, password: str
) -> AuthBase | None:
    match auth:
        case BasicAuth():
            return HTTPBasicAuth(channel.username.encode(), password.encode())
        case OAuth1Auth():
            return _signed(channel, auth, password)
        case NtlmAuth():
            lay: AuthBase = HttpNtlmAuth(channel.username, password)
            return lay
        case NoAuth() | WsseAuth():  # a letter is signed where it is written
            return None


def _sign_sha256(client: Any, request: Any) -> str:
    """Sign as RFC 5849, section 3.4.2 does, by the younger hash that some demand."""
    key = f"{escape(client.client_secret or '')}&{escape(client.token_secret or '')}"
    text = generate_signature_base_string(request)
    return b64encode(hmac.digest(key.encode(), text.encode(), "sha256")).decode()


SignedAuth.register_signature_method("HMAC-SHA256", _sign_sha256)


def _signed(channel: Channel, auth: OAuth1Auth, password: str) -> AuthBase:
    token, token_secret = (
        channel.secrets[name].get_secret_value() if name in channel.secrets else None
        for name in ("token", "token_secret")  # a shop's own key needs neither
    )
    signed: AuthBase = SignedAuth(
        channel.username,
        client_secret=password,
        token=token,
        token_secret=token_secret,
        signature_method=auth.signature,
        signature_type=auth.place.upper(),
    )
    return signed
