"""One request, one answer, and what went wrong between them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from math import isfinite
from typing import Any, NamedTuple

from hub.clock import now
from hub.errors import ConfigError, TransientError


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
        return http_date(self.headers.get("Date")) or now()

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, as the channel asked for (in seconds or as a date)."""
        told = self.headers.get("Retry-After", "").strip()
        try:
            seconds = float(told)
        except ValueError:
            due = http_date(told)
            seconds = (due - self.clock).total_seconds() if due else -1.0
        return seconds if isfinite(seconds) and seconds >= 0 else None


Post = Callable[[Request], Answer]
"""Sends one request without a credential, with all the care of the client."""


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


def http_date(text: str | None) -> datetime | None:
    """Read a date as HTTP writes it; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
