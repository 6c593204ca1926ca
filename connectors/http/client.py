"""One requests session for one channel: time-outs, retries, rate limit, every failure translated.

Whatever goes wrong between here and the channel leaves as ConfigError or TransientError; what the
channel *said* is judged by the engine, in the ``read`` function that it hands to ``send``. Messages
name the channel and what was being done, never an address with its query, a body or a header.
"""

import logging
import random
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urljoin, urlsplit

from requests import PreparedRequest, Response, Session
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

from connectors.auth.credential import authenticate
from connectors.auth.facts import Auth, WsseAuth
from connectors.facts.profile import Limits
from connectors.http.messages import (
    Answer,
    Request,
    SessionExpiredError,
    UnansweredError,
)
from connectors.pace import Pace, Sleep
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
Lay = Callable[[PreparedRequest], PreparedRequest]


class _WithoutQuery(logging.Filter):
    """Takes the queries of addresses out of what urllib3 logs: they hold keys and e-mails."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, without its queries."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                it.partition("?")[0] if isinstance(it, str) else it for it in record.args
            )
        return True


logging.getLogger("urllib3.connectionpool").addFilter(_WithoutQuery())


class _DoubtfulError(UnansweredError):
    """What must not happen twice may have happened: it is not repeated here."""


class HttpClient:
    """The one way to a channel over HTTP; close it when done."""

    def __init__(
        self,
        channel: Channel,
        auth: Auth | WsseAuth,
        limits: Limits,
        *,
        headers: Mapping[str, str] | None = None,
        sleep: Sleep = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the channel's address and login; nothing is sent yet. Raises ConfigError."""
        if not channel.url.lower().startswith(("https://", "http://")):
            message = f"{channel.name}: a web address is needed; begin it with https://"
            raise ConfigError(message, setting="url")
        self.name = channel.name
        self.url = channel.url.rstrip("/")
        self._credential = authenticate(channel, auth, self.post)
        self._headers = {"User-Agent": "Goldenrod", **(headers or {})}
        self._limits = limits
        self._sleep = sleep
        self._monotonic = monotonic
        self.pace = Pace.of(channel, limits, sleep=sleep, monotonic=monotonic)
        self._session = self._open()
        self._welcome = False
        """Whether this credential was good at least once."""

    def send(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        """Send ``request`` and return what ``read`` makes of the answer.

        ``read`` may raise any of the four errors: a TransientError is tried again after a pause
        (the channel's own Retry-After, else exponential with jitter), a SessionExpiredError once
        with a fresh session. But a password that is refused from the start is never tried again:
        a login that is refused often is locked.
        A request that holds a session's token itself is a function that makes it anew. Raises
        ConfigError and TransientError, and whatever ``read`` raised.
        """
        retrying = Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception(_worth_repeating),
            sleep=self._sleep,
            before_sleep=self._tell_all,
            reraise=True,
        )
        result: T = retrying(self._log_in_again, request, read)
        return result

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long: the channel's allowance must fill up first."""
        self.pace.hold(min(seconds, LONGEST_PAUSE))

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

    def _log_in_again(
        self, request: Request | Callable[[], Request], read: Callable[[Answer], T]
    ) -> T:
        renewable = self._welcome or callable(request) or self._credential.renewable
        try:
            return self._exchange(request, read)
        except SessionExpiredError:
            if not renewable:
                raise
            self._credential.renew()
            self._session.close()
            self._session = self._open()
            return self._exchange(request, read)

    def _exchange(self, request: Request | Callable[[], Request], read: Callable[[Answer], T]) -> T:
        made = request() if callable(request) else request
        try:
            result = read(self._attempt(made))
        except UnansweredError as error:
            if made.repeatable:
                raise
            raise _DoubtfulError(str(error), retry_after=error.retry_after) from error
        self._welcome = True
        return result

    def post(self, request: Request) -> Answer:
        """Send what a login or a token needs: without the credential that it is to bring."""
        return self._attempt(request, auth=_bare)

    def _attempt(self, request: Request, auth: Lay | None = None) -> Answer:
        if auth is None:
            self._credential.ready()
        where = f"{self.name}: {request.doing}"
        with self.pace.turn(where):
            answer = self._call(request, where, auth)
        self._tell_quota(answer)
        if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
            raise ConfigError(
                f"{where}: the channel answers {answer.status} and points to another address; "
                "put the final address into url (credentials are never sent along)"
            )
        return answer

    def _call(self, request: Request, where: str, auth: Lay | None) -> Answer:
        try:
            response = self._session.request(
                request.method,
                request.url,
                params=request.query,
                data=request.body,
                headers=dict(request.headers),
                auth=auth,
                timeout=(self._limits.connect, self._limits.answer),
                allow_redirects=False,
                stream=True,
            )
            with response:
                return Answer(response.status_code, response.headers, self._body(response, where))
        except (RequestException, HTTPError, OSError) as error:
            # "from None": the library's own text holds the address with its query.
            raise _translate(error, where) from None

    def _tell_all(self, state: RetryCallState) -> None:
        """Pass a pause on: a channel that asks one process to wait means all of them."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.retry_after:
            self.pace.warn(error.retry_after)

    def _tell_quota(self, answer: Answer) -> None:
        fact = self._limits.quota
        found = re.search(fact.pattern, answer.headers.get(fact.header, "")) if fact else None
        if found:
            self.pace.told(int(found["used"]), int(found["quota"]))

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
        session.auth = self._credential
        session.headers.update(self._headers)
        # A proxy of the environment is for the world outside, not for this machine.
        session.trust_env = not _on_this_machine(self.url)
        return session


_PORTS = {"http": 80, "https": 443}
_MISCONFIGURED = (MissingSchema, InvalidSchema, InvalidURL, InvalidHeader, InvalidProxyURL)


def _bare(request: PreparedRequest) -> PreparedRequest:
    return request


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


def _worth_repeating(error: BaseException) -> bool:
    if not isinstance(error, TransientError) or isinstance(error, _DoubtfulError):
        return False
    return (error.retry_after or 0) <= LONGEST_PAUSE


def _pause(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TransientError) and error.retry_after is not None:
        return error.retry_after
    longest = FIRST_PAUSE * 2.0 ** (state.attempt_number - 1)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
