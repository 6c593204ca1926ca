"""Calls of a GraphQL profile: a 200 may be a failure, and every answer tells what it cost."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from connectors.facts.paths import reader
from connectors.facts.templates import fill
from connectors.graphql.profile import Cost, GraphCall, GraphErrors
from connectors.http.client import HttpClient
from connectors.http.failures import Failure, error_of
from connectors.http.messages import Answer, Request
from connectors.rest.api import SEND_JSON, JsonApi, JsonReply, as_text, encode
from hub.errors import TransientError


class GraphApi(JsonApi):
    """Speaks to one channel in the terms of its profile; see `connectors.calls.api.Api`."""

    def __init__(self, client: HttpClient, errors: GraphErrors, cost: Cost, path: str) -> None:
        super().__init__(client, errors)
        self._url = client.url + path
        self._refused_code = reader(errors.refused_code)
        self._refused_message = reader(errors.refused_message)
        self._cost = tuple(reader(it) for it in (cost.asked, cost.left, cost.rate))

    def call(
        self, call: GraphCall, values: Mapping[str, Any], doing: str, *, repeatable: bool = True
    ) -> JsonReply:
        """Make one call. Raises one of the four errors; a refusal is RejectedError."""
        body = {"query": call.query, "variables": fill(call.variables, values)}
        request = Request(
            doing,
            "POST",
            self._url,
            body=encode(body, doing),
            headers=SEND_JSON,
            repeatable=repeatable,
        )
        where = f"{self._client.name}: {doing}"
        reply = self._client.send(
            request, lambda answer: self._data(self._understand(answer, where), call, where)
        )
        self._client.hold(self._wait(reply.whole))
        return reply

    def failure(self, body: Any, answer: Answer) -> Failure:
        """Read a failure out of an answer; one that was too dear tells when to come again."""
        failure = super().failure(body, answer)
        wait = self._wait(body)
        if not wait or answer.retry_after is not None:
            return failure
        return failure._replace(headers={**failure.headers, "Retry-After": f"{wait:.3f}"})

    def _data(self, reply: JsonReply, call: GraphCall, where: str) -> JsonReply:
        data = reply.body.get("data") if isinstance(reply.body, dict) else None
        if not isinstance(data, dict):
            raise TransientError(f"{where}: the answer holds no data")
        refusal = reader(call.failed)(data) if call.failed else None
        if refusal:
            raise error_of(self._refusal(refusal, reply.answer), self._errors, where)
        return JsonReply(data, reply.answer, whole=reply.body)

    def _refusal(self, told: Any, answer: Answer) -> Failure:
        first = told[0] if isinstance(told, list) else told
        if not isinstance(first, dict):
            return Failure(HTTPStatus.BAD_REQUEST, as_text(first), "", answer.headers)
        code, message = self._refused_code(first), self._refused_message(first)
        return Failure(HTTPStatus.BAD_REQUEST, as_text(code), as_text(message), answer.headers)

    def _wait(self, body: Any) -> float:
        """Return after how many seconds the same query can be paid for again."""
        asked, left, rate = (path(body) for path in self._cost)
        if not all(isinstance(it, int | float) for it in (asked, left, rate)) or rate <= 0:
            return 0.0
        return max(0.0, float(asked - left) / float(rate))
