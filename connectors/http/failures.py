"""What a channel said went wrong -> one of the four errors, by the lists of the profile."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from connectors.base import MissingError, StaleError
from connectors.facts.profile import Errors
from connectors.http.messages import Answer, SessionExpiredError, judge
from hub.errors import ConfigError, HubError, RejectedError, TransientError

_SPEAKABLE = re.compile(r"[\w .:/-]{1,100}")
"""A code is shown only if it looks like one; it might be a sentence about somebody."""


class Failure(NamedTuple):
    """A failure as the channel told it."""

    status: int
    """The HTTP status, or the one that a failure inside a 200 should have had."""
    code: str = ""
    message: str = ""
    """Compared with the profile's lists and then dropped: it may hold personal data."""
    headers: Mapping[str, str] = {}

    @property
    def reason(self) -> str:
        """What may be shown: the vendor's code, else the status."""
        return self.code if _SPEAKABLE.fullmatch(self.code) else f"status {self.status}"


def error_of(failure: Failure, errors: Errors, where: str) -> HubError:
    """Return the error that says what to do next; a refusal of no known kind is RejectedError."""
    text = f"{where}: {failure.reason}"
    for kind, make in _KINDS.items():
        if _told(failure, getattr(errors, kind)):
            return make(text, failure)
    if failure.status == HTTPStatus.NOT_FOUND:
        return MissingError(text)
    try:
        judge(_answer(failure), where)
    except HubError as error:
        return error
    return RejectedError(text)


def _told(failure: Failure, listed: tuple[str, ...]) -> bool:
    message = failure.message.lower()
    return any(item == failure.code or item.lower() in message for item in listed)


def _answer(failure: Failure) -> Answer:
    return Answer(failure.status, failure.headers, b"")


_KINDS: dict[str, Callable[[str, Failure], HubError]] = {
    "retry": lambda text, it: TransientError(text, retry_after=_answer(it).retry_after),
    "login": lambda text, _: SessionExpiredError(f"{text}; check the credentials"),
    "config": lambda text, _: ConfigError(f"{text}; a setting or a right is missing"),
    "stale": lambda text, _: StaleError(text),
    "missing": lambda text, _: MissingError(text),
    "refused": lambda text, _: RejectedError(text),
}
"""The lists of a profile's ``errors``, in the order in which they count."""
