"""A session that one request opens; its token travels with all the others until it expires."""

import json
from http import HTTPStatus

from requests import PreparedRequest

from connectors.auth.facts import LoginAuth
from connectors.facts.paths import reader
from connectors.facts.templates import fill
from connectors.http.messages import Answer, Post, Request, UnansweredError, judge
from hub.config import Channel
from hub.errors import ConfigError, TransientError

_JSON = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}


class Login:
    """Lays a session's token on requests, logging in when there is none."""

    renewable = True

    def __init__(self, channel: Channel, auth: LoginAuth, post: Post) -> None:
        self._name = channel.name
        self._auth = auth
        self._post = post
        method, _, path = auth.request.partition(" ")
        told = {"username": channel.username, "password": channel.password.get_secret_value()}
        body = fill(auth.body, told)
        content = None if body is None else json.dumps(body).encode()
        url = channel.url.rstrip("/") + path
        self._request = Request("log in", method, url, body=content, headers=_JSON)
        self._token: str | None = None

    def ready(self) -> None:
        """Log in, unless that was done."""
        if self._token is None:
            self._token = self._log_in()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request with the token on it."""
        if self._token:
            request.headers[self._auth.header] = str(
                fill(self._auth.value, {"session": self._token})
            )
        return request

    def renew(self) -> None:
        """Forget the token."""
        self._token = None

    def _log_in(self) -> str:
        """Return the token (empty, where a cookie does the work); a refusal is never repeated."""
        where = f"{self._name}: log in"
        try:
            answer = self._post(self._request)
            if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
                raise ConfigError(f"{where}: refused ({answer.status}); check the credentials")
            judge(answer, where)
        except UnansweredError as error:
            # Of what the session was wanted for, nothing was sent yet.
            raise TransientError(str(error), retry_after=error.retry_after) from error
        token = self._token_of(answer)
        if token is None or answer.status >= HTTPStatus.BAD_REQUEST:
            raise ConfigError(
                f"{where}: answered {answer.status} and no token; check the credentials"
            )
        return token

    def _token_of(self, answer: Answer) -> str | None:
        auth = self._auth
        if auth.token_header is not None:
            return answer.headers.get(auth.token_header) or None
        if auth.token is None:
            return ""
        try:
            told = reader(auth.token)(json.loads(answer.body))
        except (ValueError, RecursionError):
            return None
        return told if isinstance(told, str) and told else None
