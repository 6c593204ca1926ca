"""One requests session for one channel: time-outs, retries, rate limit, every failure translated.

Whatever goes wrong between here and the channel leaves as ConfigError or TransientError; what the
channel *said* is judged by the engine, in the ``read`` function that it hands to ``send``. Messages
name the channel and what was being done, never an address with its query, a body or a header.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from math import isfinite
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Response, Session
from requests.auth import AuthBase, HTTPBasicAuth
from requests.exceptions import ConnectionError as Unreachable
from requests.exceptions import (
    ConnectTimeout,
    InvalidHeader,
    InvalidProxyURL,
    InvalidSchema,
    InvalidURL,
    MissingSchema,
    RequestException,
    SSLError,
)
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt
from urllib3.exceptions import HTTPError, NewConnectionError

from connectors.facts.profile import Auth, Limits
from connectors.pace import Pace, Sleep
from hub.clock import now
from hub.config import Channel
from hub.errors import ConfigError, TransientError

ATTEMPTS = 4
FIRST_PAUSE = 0.5
"""Seconds before the second attempt; doubled for each further one, less some jitter."""
LONGEST_PAUSE = 60.0
"""A channel that asks for more than this is left alone: whoever called may come back later."""
LARGEST_BODY = 256 * 2**20
"""Bytes, after decompression: a small body that swells beyond this is a bomb."""
_CHUNK = 256 * 2**10

T = TypeVar("T")


class SessionExpiredError(ConfigError):
    """The channel does not know us (any more); the second one in a row is a wrong credential."""


class UnansweredError(TransientError):
    """The request was sent and may have been carried out, but no answer came."""


class Request(NamedTuple):
    """One request. ``doing`` says in messages what it was for: ``customers, page 3``."""

    doing: str
    method: str
    url: str
    query: Mapping[str, Any] | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = {}
    repeatable: bool = True
    """Doing it twice is as good as once; if not, it is repeated only when surely not done."""


class Answer(NamedTuple):
    """A whole answer, whatever its status."""

    status: int
    headers: Mapping[str, str]
    """Names are found in any letter case."""
    body: bytes

    @property
    def clock(self) -> datetime:
        """The channel's own clock, if it told, else ours."""
        return _http_date(self.headers.get("Date")) or now()

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, as the channel asked for (in seconds or as a date)."""
        told = self.headers.get("Retry-After", "").strip()
        try:
            seconds = float(told)
        except ValueError:
            due = _http_date(told)
            seconds = (due - self.clock).total_seconds() if due else -1.0
        return seconds if isfinite(seconds) and seconds >= 0 else None


class HttpClient:
    """The one way to a channel over HTTP; close it when done."""

    def __init__(
        self,
        channel: Channel,
        auth: Auth,
        limits: Limits,
        *,
        headers: Mapping[str, str] | None = None,
        sleep: Sleep = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = channel.name
        self.url = channel.url.rstrip("/")
        self._auth = _authenticate(channel, auth)
        self._headers = {"User-Agent": "Goldenrod", **(headers or {})}
        self._limits = limits
        self._sleep = sleep
        self._monotonic = monotonic
        self._pace = Pace(channel.rate or limits.rate, sleep=sleep, monotonic=monotonic)
        self._session = self._open()

    def send(self, request: Request, read: Callable[[Answer], T]) -> T:
        """Send ``request`` and return what ``read`` makes of the answer.

        ``read`` may raise any of the four errors: a TransientError is tried again after a pause
        (the channel's own Retry-After, else exponential with jitter), a SessionExpiredError once
        with a fresh session. Raises ConfigError and TransientError, and whatever ``read`` raised.
        """
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(lambda error: _worth_repeating(error, request)),
            sleep=self._sleep,
            reraise=True,
        )
        result: T = retrying(self._log_in_again, request, read)
        return result

    def own(self, link: str, doing: str) -> str:
        """Return a link that an answer named, made whole; raises ConfigError if it leads elsewhere.

        Credentials go to the channel's own address and to no other, whoever names it.
        """
        url = urljoin(self.url + "/", link)
        if _origin(url) != _origin(self.url):
            raise ConfigError(
                f"{self.name}: {doing}: the answer points to another host; "
                "credentials are never sent there, check url"
            )
        return url

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _log_in_again(self, request: Request, read: Callable[[Answer], T]) -> T:
        try:
            return read(self._attempt(request))
        except SessionExpiredError:
            self._session.close()
            self._session = self._open()
            return read(self._attempt(request))

    def _attempt(self, request: Request) -> Answer:
        self._pace.wait()
        where = f"{self.name}: {request.doing}"
        try:
            response = self._session.request(
                request.method,
                request.url,
                params=request.query,
                data=request.body,
                headers=dict(request.headers),
                timeout=(self._limits.connect, self._limits.answer),
                allow_redirects=False,
                stream=True,
            )
            with response:
                answer = Answer(response.status_code, response.headers, self._body(response, where))
        except (RequestException, HTTPError, OSError) as error:
            # "from None": the library's own text holds the address with its query.
            raise _translate(error, where) from None
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise ConfigError(
                f"{where}: the channel answers {answer.status} and points to another address; "
                "put the final address into url (credentials are never sent along)"
            )
        return answer

    def _body(self, response: Response, where: str) -> bytes:
        """Read the body; a bomb and a trickle are stopped, a body cut short raises."""
        deadline = self._monotonic() + self._limits.answer
        chunks, length = [], 0
        for chunk in response.iter_content(_CHUNK):
            chunks.append(chunk)
            length += len(chunk)
            if length > LARGEST_BODY:
                raise ConfigError(f"{where}: the answer is larger than {LARGEST_BODY} bytes")
            if self._monotonic() > deadline:
                raise UnansweredError(f"{where}: the answer took over {self._limits.answer:g} s")
        return b"".join(chunks)

    def _open(self) -> Session:
        session = Session()
        session.auth = self._auth
        session.headers.update(self._headers)
        # A proxy of the environment is for the world outside, not for this machine.
        session.trust_env = not _on_this_machine(self.url)
        return session


def judge(answer: Answer, where: str) -> None:
    """Raise what the status alone says; return for a success and for a plain refusal (4xx)."""
    status = answer.status
    if status == HTTPStatus.UNAUTHORIZED:
        raise SessionExpiredError(f"{where}: the login was refused (401); check the credentials")
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.PROXY_AUTHENTICATION_REQUIRED):
        raise ConfigError(f"{where}: access was refused ({status}); check the user's rights")
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        raise TransientError(
            f"{where}: the channel asks to slow down ({status})", retry_after=answer.retry_after
        )
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY) or status in _BROKEN:
        raise UnansweredError(f"{where}: answered {status}", retry_after=answer.retry_after)


_BROKEN = frozenset(range(500, 600)) - {
    HTTPStatus.NOT_IMPLEMENTED,
    HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
}
_PORTS = {"http": 80, "https": 443}
_MISCONFIGURED = (MissingSchema, InvalidSchema, InvalidURL, InvalidHeader, InvalidProxyURL)


class _HeaderAuth(AuthBase):
    """A secret in a header of its own."""

    def __init__(self, header: str, secret: str) -> None:
        self._header = header
        self._secret = secret

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self._header] = self._secret
        return request


def _authenticate(channel: Channel, auth: Auth) -> Callable[[PreparedRequest], PreparedRequest]:
    """Return what lays the credential on a request (never None: .netrc would be read)."""
    secret = channel.password.get_secret_value()
    match auth.kind:
        case "basic":
            return HTTPBasicAuth(channel.username.encode(), secret.encode())
        case "bearer":
            return _HeaderAuth("Authorization", f"Bearer {secret}")
        case "header":
            return _HeaderAuth(auth.header, secret)
        case "none":
            return lambda request: request


def _translate(error: Exception, where: str) -> ConfigError | TransientError:
    kind = type(error).__name__
    if isinstance(error, SSLError):
        return ConfigError(f"{where}: the TLS connection is not trusted; check the certificate")
    if isinstance(error, _MISCONFIGURED):
        return ConfigError(f"{where}: no request can be made of the settings ({kind}); check url")
    if isinstance(error, ConnectTimeout) or _never_connected(error):
        return TransientError(f"{where}: the channel can't be reached ({kind})")
    return UnansweredError(f"{where}: the connection broke before the answer was whole ({kind})")


def _never_connected(error: Exception) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, Unreachable) and isinstance(reason, NewConnectionError)


def _worth_repeating(error: BaseException, request: Request) -> bool:
    if not isinstance(error, TransientError) or (error.retry_after or 0) > LONGEST_PAUSE:
        return False
    return request.repeatable or not isinstance(error, UnansweredError)


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientError) and error.retry_after is not None:
        return error.retry_after
    longest = FIRST_PAUSE * 2.0 ** (state.attempt_number - 1)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


def _http_date(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
