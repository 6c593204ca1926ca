"""Calls of an RPC profile: packed in its envelope, with the session that a login gave."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from connectors.facts.templates import fill
from connectors.facts.times import Clock
from connectors.http.client import HttpClient
from connectors.http.messages import Answer, Request, SessionExpiredError, UnansweredError, judge
from connectors.rest.api import JsonApi, JsonReply
from connectors.rpc.profile import RpcCall, RpcLogin, RpcProfile
from connectors.rpc.wire import DIALECTS, read_tagged, tag
from hub.config import Channel
from hub.errors import ConfigError, RejectedError, TransientError


class RpcApi(JsonApi):
    """Speaks to one channel in the terms of its profile; see `connectors.calls.api.Api`."""

    def __init__(self, client: HttpClient, channel: Channel, profile: RpcProfile) -> None:
        super().__init__(client, profile.errors)
        self._profile = profile
        dialect = DIALECTS[profile.dialect]
        self._dialect = dialect._replace(read=read_tagged) if profile.tagged else dialect
        self.form = "XML-RPC" if profile.dialect == "xml" else "JSON"
        self._known = {
            "username": channel.username,
            "password": channel.password.get_secret_value(),
        }
        self._session: Any = None

    def call(
        self, call: RpcCall, values: Mapping[str, Any], doing: str, *, repeatable: bool = True
    ) -> JsonReply:
        """Make one call. Raises one of the four errors; a refusal is RejectedError."""
        where = f"{self._client.name}: {doing}"
        params = fill(call.params, values)
        arguments = fill(call.arguments, values)
        letter = {
            "method": call.method,
            "target": call.target or self._profile.envelope.target,
            "params": params,
            "arguments": arguments,
            "values": [*params, *arguments.values()],
        }

        def make() -> Request:
            if self._profile.login and self._session is None:
                self._session = self._log_in(self._profile.login)
            told = {**self._known, **letter, "session": self._session}
            envelope = self._profile.envelope
            return self._request(
                doing, envelope.path, fill(envelope.method, told), fill(envelope.params, told)
            )._replace(repeatable=repeatable)

        def read(answer: Answer) -> JsonReply:
            try:
                return self._result(answer, where)
            except SessionExpiredError:
                self._session = None
                raise

        return self._client.send(make if self._profile.login else make(), read)

    def moment(self, clock: Clock, moment: datetime) -> Any:
        """Return ``moment`` as the channel's filter wants it."""
        return tag(clock.local(moment)) if self._profile.tagged else clock.text(moment)

    def _parse(self, body: bytes) -> Any:
        return self._dialect.read(body)

    def _result(self, answer: Answer, where: str) -> JsonReply:
        told = self._understand(answer, where).body
        if not isinstance(told, dict) or "result" not in told:
            raise TransientError(f"{where}: the answer holds no result")
        return JsonReply(told["result"], answer)

    def _request(self, doing: str, path: str, method: str, params: Any) -> Request:
        headers = {"Content-Type": self._dialect.content_type}
        login = self._profile.login
        if login and login.header and self._session is not None:
            told = {**self._known, "session": self._session}
            packed = b64encode(str(fill(login.base64, told)).encode()).decode()
            value = login.value.replace("{base64}", packed)
            headers[login.header] = value.replace("{session}", str(self._session))
        body = self._dialect.write(method, params, doing)
        return Request(doing, "POST", self._client.url + path, body=body, headers=headers)

    def _log_in(self, login: RpcLogin) -> Any:
        """Return what the login answers; a refusal is never tried a second time."""
        where = f"{self._client.name}: log in"
        path = self._profile.envelope.path if login.path is None else login.path
        request = self._request("log in", path, login.method, fill(login.params, self._known))
        try:
            answer = self._client.post(request)
            if answer.status == HTTPStatus.UNAUTHORIZED:
                raise ConfigError(f"{where}: refused; check the credentials")
            judge(answer, where)
            session = self._result(answer, where).value(login.session)
        except UnansweredError as error:
            # Of what the session was wanted for, nothing was sent yet.
            raise TransientError(str(error), retry_after=error.retry_after) from error
        except RejectedError as error:
            raise ConfigError(f"{error}; check the credentials") from error
        if not session:  # some answer a bad password with false
            raise ConfigError(f"{where}: refused; check the credentials")
        return session
