"""One request in, one answer out: what the sandbox systems know of HTTP, and the bridge to WSGI.

A system is a function from ``Request`` to ``Response``; only ``as_wsgi`` knows the server's side.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_EMAIL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class Request(NamedTuple):
    """What a client sent, wholly read."""

    method: str
    path: str
    query: Mapping[str, str]
    """Decoded; of a repeated parameter the last value counts."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    endless: bool = False
    """Set by the fault of that name: a listing must not come to its end."""

    def login(self) -> tuple[str, str] | None:
        """Return user and password of HTTP Basic, or None where there is no readable login."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
        except ValueError:
            return None
        return user, password

    def json_object(self) -> dict[str, Any] | None:
        """Return the body as a JSON object, or None where it is anything else."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


class Response(NamedTuple):
    """What goes back."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: tuple[tuple[str, str], ...] = ()
    claimed_length: int | None = None
    """A Content-Length that lies: the server then drops the connection in mid-body."""


Handler = Callable[[Request], Response]


class Call(NamedTuple):
    """What a request asks for, whatever the protocol."""

    name: str
    """``PUT /wp-json/wc/v3/customers/{id}``; for SOAP the path and the operation."""
    page: int | None = None
    """0 for the first page of a listing, more for a further one; None for all other calls."""


class System(Protocol):
    """One sandbox system: it answers, and it knows its own way of failing."""

    writes: int
    """Records created, updated or deleted since the start."""

    def answer(self, request: Request) -> Response:
        """Answer one request."""

    def describe(self, request: Request) -> Call:
        """Say what a request asks for."""

    def unauthorized(self) -> Response:
        """Refuse the login."""

    def hidden_failure(self) -> Response:
        """Fail with status 200."""


def json_response(
    value: object,
    status: int = 200,
    *,
    content_type: str = "application/json; charset=utf-8",
    headers: Iterable[tuple[str, str]] = (),
) -> Response:
    """Answer ``value`` as JSON."""
    body = json.dumps(value, separators=(",", ":")).encode()
    return Response(status, body, content_type, tuple(headers))


class Route(NamedTuple):
    """One line of a REST system's table of calls."""

    method: str
    template: str
    handler: Callable[..., Response]
    """Takes the request, and in their order the values of the template's ``{names}``."""

    def match(self, request: Request) -> tuple[str, ...] | None:
        """Return the values in the path, or None where this route is not meant."""
        if request.method != self.method:
            return None
        found = _pattern(self.template).fullmatch(request.path.rstrip("/"))
        return found.groups() if found else None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "([^/]+)", template))


def find_route(routes: Iterable[Route], request: Request) -> Route | None:
    """Return the route that answers a request; its ``match`` has the values in the path."""
    return next((route for route in routes if route.match(request) is not None), None)


def follow(route: Route, request: Request) -> Response:
    """Let a route that matches answer a request."""
    return route.handler(request, *(route.match(request) or ()))


def whole_number(text: str, *, lowest: int, highest: int) -> int | None:
    """Read a decimal number within bounds (at most nine digits), or None."""
    if not re.fullmatch("[0-9]{1,9}", text) or not lowest <= int(text) <= highest:
        return None
    return int(text)


def looks_like_email(text: object) -> bool:
    """Whether a shop or a mailing list would take this as an e-mail address."""
    return isinstance(text, str) and _EMAIL.fullmatch(text) is not None


def as_wsgi(handler: Handler) -> "WSGIApplication":
    """Let a WSGI server run a handler."""

    def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        response = handler(_read(environ))
        length = response.claimed_length
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(response.body) if length is None else length)),
            *response.headers,
        ]
        start_response(f"{response.status} {HTTPStatus(response.status).phrase}", headers)
        return [response.body]

    return application


def _read(environ: "WSGIEnvironment") -> Request:
    # WSGI hands bytes over as Latin-1 text.
    path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }
    return Request(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True)),
        headers=headers,
        body=environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)),
    )
