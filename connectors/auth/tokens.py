"""OAuth 2: a token that is fetched, used until it expires, and fetched again.

A vendor that ends each refresh token with its use needs a file (``token_file``) that all processes
of the hub share; it has mode 0600, and a lock makes sure that no two refresh at once.
"""

import fcntl
import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_token_request
from authlib.oauth2.rfc6749.wrappers import OAuth2Token
from requests import PreparedRequest

from connectors.auth.facts import OAuth2Auth
from connectors.auth.keys import secret
from connectors.http.messages import Answer, Post, Request, UnansweredError, judge
from hub.config import Channel
from hub.errors import ConfigError, TransientError

LEEWAY = 60
"""Seconds before its end from which a token is no longer used."""
_METHODS = {"basic": "client_secret_basic", "post": "client_secret_post"}
_FORM = {
    "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
    "Accept": "application/json",
}


class Tokens:
    """Lays a bearer token on requests, fetching it when there is none."""

    renewable = True

    def __init__(self, channel: Channel, auth: OAuth2Auth, post: Post) -> None:
        self._name = channel.name
        self._auth = auth
        self._post = post
        self._url = urljoin(channel.url.rstrip("/") + "/", auth.token_url.removeprefix("/"))
        self._client = ClientAuth(
            channel.username, channel.password.get_secret_value(), _METHODS[auth.client]
        )
        self._told = {name: secret(channel, name) for name in _NEEDS[auth.grant]}
        self._file = Path(auth.token_file) if auth.token_file else None
        self._token: OAuth2Token | None = None

    def ready(self) -> None:
        """Fetch a token, unless there is one."""
        if self._token is None or self._token.is_expired(leeway=LEEWAY):
            self._token = self._fetch()

    def bearer(self) -> str:
        """Return a token that is good now."""
        self.ready()
        return str(self._token["access_token"]) if self._token else ""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the token on it."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token['access_token']}"
        return request

    def renew(self) -> None:
        """Forget the token."""
        self._token = None

    def _fetch(self) -> OAuth2Token:
        if self._file is None:
            token = self._ask(self._told)
            if "refresh_token" in self._told:
                # Some give a new one along; the old one stays good, or else there is a file.
                self._told["refresh_token"] = (
                    token.get("refresh_token") or self._told["refresh_token"]
                )
            return token
        with _locked(self._file) as (kept, keep):
            token = self._ask({"refresh_token": kept or self._told["refresh_token"]})
            if token.get("refresh_token"):
                keep(str(token["refresh_token"]))
            return token

    def _ask(self, told: dict[str, str]) -> OAuth2Token:
        auth = self._auth
        body = prepare_token_request(
            auth.grant, "", redirect_uri=None, scope=auth.scope or None, **told, **auth.extra
        )
        url, headers, form = self._client.prepare("POST", self._url, dict(_FORM), body)
        request = Request("fetch a token", "POST", url, body=form.encode(), headers=headers)
        try:
            return self._read(self._post(request))
        except UnansweredError as error:
            # Of what the token was wanted for, nothing was sent yet.
            raise TransientError(str(error), retry_after=error.retry_after) from error

    def _read(self, answer: Answer) -> OAuth2Token:
        where = f"{self._name}: fetch a token"
        told = _object(answer.body)
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED) or "error" in told:
            code = str(told.get("error", ""))
            reason = code if code in _CODES else f"status {answer.status}"
            raise ConfigError(f"{where}: refused ({reason}); check the client's id and secrets")
        judge(answer, where)
        if answer.status != HTTPStatus.OK or not isinstance(told.get("access_token"), str):
            raise ConfigError(f"{where}: answered {answer.status} and no token; check token_url")
        seconds = str(told.get("expires_in"))
        life = int(seconds) if seconds.isdecimal() else None
        return OAuth2Token.from_dict({**told, "expires_in": life})


_NEEDS = {
    "client_credentials": (),
    "refresh_token": ("refresh_token",),
    "password": ("username", "password"),
}
_CODES = (
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client",
    "unsupported_grant_type", "invalid_scope", "access_denied",
)  # fmt: skip
"""What RFC 6749 knows; any other text might be anything."""


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


@contextmanager
def _locked(file: Path) -> Iterator[tuple[str, Callable[[str], None]]]:
    """Hold the file for one refresh; yields what it keeps and a function that keeps another."""
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        kind = type(error).__name__
        raise ConfigError(f"{file}: the token file can't be opened ({kind})") from error
    with os.fdopen(handle, "r+", encoding="utf-8") as stream:
        if stat.S_IMODE(os.fstat(handle).st_mode) & 0o077:
            raise ConfigError(f"{file} is open to others; chmod 600 {file}")
        fcntl.flock(handle, fcntl.LOCK_EX)

        def keep(text: str) -> None:
            stream.seek(0)
            stream.write(text)
            stream.truncate()
            stream.flush()
            os.fsync(handle)

        yield stream.read().strip(), keep
