"""Calls of a REST profile: templates filled, JSON out, JSON in, failures told apart."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from connectors.facts.paths import reader
from connectors.facts.profile import Errors
from connectors.facts.templates import fill, fill_path
from connectors.http.client import Answer, HttpClient, Request, judge
from connectors.http.failures import Failure, error_of
from connectors.rest.profile import RestBatch, RestCall
from hub.errors import RejectedError, TransientError

_JSON = {"Accept": "application/json"}
_SEND_JSON = {**_JSON, "Content-Type": "application/json; charset=utf-8"}


class Reply:
    """A success: the parsed body, and the answer that it came in."""

    __slots__ = ("answer", "body")

    def __init__(self, body: Any, answer: Answer) -> None:
        self.body = body
        self.answer = answer


class RestApi:
    """Speaks to one channel in the terms of its profile."""

    def __init__(self, client: HttpClient, errors: Errors) -> None:
        self._client = client
        self._errors = errors
        self._code = reader(errors.code)
        self._message = reader(errors.message)
        self._marker = reader(errors.marker) if errors.marker else None
        self._status = reader(errors.status) if errors.status else None

    def call(
        self,
        call: RestCall | RestBatch,
        values: Mapping[str, Any],
        doing: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
    ) -> Reply:
        """Make one call. Raises one of the four errors; a refusal is RejectedError.

        ``query`` and ``body`` are templates; a body of None is not sent.
        """
        method, _, path = call.request.partition(" ")
        content = fill(body, values)
        request = Request(
            doing,
            method,
            self._client.url + fill_path(path, values),
            {name: _as_query(value) for name, value in fill(query or {}, values).items()},
            None if content is None else _encode(content, doing),
            {**(_JSON if content is None else _SEND_JSON), **(headers or {})},
            repeatable,
        )
        where = f"{self._client.name}: {doing}"
        return self._client.send(request, lambda answer: self._understand(answer, where))

    def failure(self, body: Any, answer: Answer) -> Failure:
        """Read a failure out of an answer's body, or out of a batch's failed row."""
        status = self._status(body) if self._status else None
        return Failure(
            status if isinstance(status, int) else answer.status,
            _as_text(self._code(body)),
            _as_text(self._message(body)),
            answer.headers,
        )

    def refusal(self, body: Any, answer: Answer, where: str) -> Exception:
        """Return the error that a failed row of a batch means."""
        failure = self.failure(body, answer)
        if failure.status < HTTPStatus.BAD_REQUEST:
            failure = failure._replace(status=HTTPStatus.BAD_REQUEST)
        return error_of(failure, self._errors, where)

    def _understand(self, answer: Answer, where: str) -> Reply:
        try:
            body = json.loads(answer.body) if answer.body else None
        except (ValueError, RecursionError):
            return self._not_json(answer, where)
        if answer.status >= HTTPStatus.BAD_REQUEST or self._marked(body):
            raise self._error(body, answer, where)
        return Reply(body, answer)

    def _marked(self, body: Any) -> bool:
        return self._marker is not None and self._marker(body) is not None

    def _error(self, body: Any, answer: Answer, where: str) -> Exception:
        return error_of(self.failure(body, answer), self._errors, where)

    def _not_json(self, answer: Answer, where: str) -> Reply:
        judge(answer, where)
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise self._error(None, answer, where)
        kind = "a web page" if b"<html" in answer.body[:2000].lower() else "something else"
        raise TransientError(f"{where}: answered {answer.status} with {kind} instead of JSON")


def _encode(content: Any, doing: str) -> bytes:
    try:
        return json.dumps(content, allow_nan=False).encode()
    except (TypeError, ValueError) as error:
        raise RejectedError(f"{doing}: the change can't be written as JSON") from error


def _as_query(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _as_text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)
