"""Calls of a REST profile: templates filled, JSON out, JSON in, failures told apart."""

import json
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from connectors.facts.paths import reader
from connectors.facts.profile import Errors, LinkPages
from connectors.facts.templates import fill, fill_path
from connectors.facts.times import Clock
from connectors.http.client import HttpClient
from connectors.http.failures import Failure, error_of
from connectors.http.messages import Answer, Request, judge
from connectors.rest.profile import RestCall, RestListing
from hub.errors import RejectedError, TransientError

_JSON = {"Accept": "application/json"}
SEND_JSON = {**_JSON, "Content-Type": "application/json; charset=utf-8"}


class JsonReply:
    """A success: the parsed body, and the answer that it came in; see `connectors.calls.api`."""

    __slots__ = ("answer", "body", "clock", "whole")

    def __init__(self, body: Any, answer: Answer, *, whole: Any = None) -> None:
        self.body = body
        self.whole = whole
        """What the body is a part of."""
        self.answer = answer
        self.clock = answer.clock

    def listed(self, path: str) -> list[Any] | None:
        """Return the list at ``path``; None if there is no list."""
        rows = reader(path)(self.body)
        return rows if isinstance(rows, list) else None

    def found(self, path: str) -> list[Any]:
        """Return the records at ``path``, be it a list, a single one or nothing."""
        found = reader(path)(self.body)
        if isinstance(found, list):
            return found
        return [] if found is None else [found]

    def value(self, path: str) -> Any:
        """Return what stands at ``path``; None if nothing does."""
        return reader(path)(self.body)

    def header(self, name: str) -> str | None:
        """Return a header of the answer."""
        return self.answer.headers.get(name)


class JsonApi:
    """What all channels that answer in JSON have in common: how an answer is understood."""

    form = "JSON"
    """What an answer should be, for messages."""

    def __init__(self, client: HttpClient, errors: Errors) -> None:
        self._client = client
        self._errors = errors
        self._code = reader(errors.code)
        self._message = reader(errors.message)
        self._marker = reader(errors.marker) if errors.marker else None
        self._status = reader(errors.status) if errors.status else None

    def moment(self, clock: Clock, moment: datetime) -> str:
        """Return ``moment`` as the channel's filter wants it."""
        return clock.text(moment)

    def close(self) -> None:
        """Close the session."""
        self._client.close()

    def failure(self, body: Any, answer: Answer) -> Failure:
        """Read a failure out of an answer's body, or out of a batch's failed row."""
        status = self._status(body) if self._status else None
        return Failure(
            status if isinstance(status, int) else answer.status,
            as_text(self._code(body)),
            as_text(self._message(body)),
            answer.headers,
        )

    def refusal(self, body: Any, answer: Answer, where: str) -> Exception:
        """Return the error that a failed row of a batch means."""
        failure = self.failure(body, answer)
        if failure.status < HTTPStatus.BAD_REQUEST:
            failure = failure._replace(status=HTTPStatus.BAD_REQUEST)
        return error_of(failure, self._errors, where)

    def _understand(self, answer: Answer, where: str) -> JsonReply:
        try:
            body = self._parse(answer.body) if answer.body else None
        except (ValueError, RecursionError):
            return self._not_json(answer, where)
        if answer.status >= HTTPStatus.BAD_REQUEST or self._marked(body):
            raise self._error(body, answer, where)
        return JsonReply(body, answer)

    def _parse(self, body: bytes) -> Any:
        return json.loads(body)

    def _marked(self, body: Any) -> bool:
        return self._marker is not None and self._errors.marked(self._marker(body))

    def _error(self, body: Any, answer: Answer, where: str) -> Exception:
        return error_of(self.failure(body, answer), self._errors, where)

    def _not_json(self, answer: Answer, where: str) -> JsonReply:
        judge(answer, where)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise self._error(None, answer, where)
        kind = "a web page" if b"<html" in answer.body[:2000].lower() else "something else"
        raise TransientError(
            f"{where}: answered {answer.status} with {kind} instead of {self.form}"
        )


class RestApi(JsonApi):
    """Speaks to one channel in the terms of its profile; see `connectors.calls.api.Api`."""

    def call(
        self, call: RestCall, values: Mapping[str, Any], doing: str, *, repeatable: bool = True
    ) -> JsonReply:
        """Make one call. Raises one of the four errors; a refusal is RejectedError."""
        method, _, path = call.request.partition(" ")
        content = fill(call.body, values)
        request = Request(
            doing,
            method,
            self._client.url + fill_path(path, values),
            {name: _as_query(value) for name, value in fill(call.query, values).items()},
            None if content is None else encode(content, doing),
            {
                **(_JSON if content is None else SEND_JSON),
                **{name: str(value) for name, value in fill(call.headers, values).items()},
            },
            repeatable,
        )
        if isinstance(call, RestListing) and isinstance(call.pages, LinkPages) and values.get("at"):
            url = self._client.own(str(values["at"]), doing)
            request = request._replace(url=url, query=None)
        where = f"{self._client.name}: {doing}"
        return self._client.send(request, lambda answer: self._understand(answer, where))


def encode(content: Any, doing: str) -> bytes:
    """Write a body; raises RejectedError for what is no JSON."""
    try:
        return json.dumps(content, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise RejectedError(f"{doing}: the change can't be written as JSON") from error


def _as_query(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def as_text(value: Any) -> str:
    """Return a code or a message as text; an object or a list is none."""
    return "" if value is None or isinstance(value, dict | list) else str(value)
