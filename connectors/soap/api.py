"""Calls of a SOAP profile: zeep writes the letter, our client carries it, lxml reads the answer."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from lxml import etree

from connectors.facts.paths import reader
from connectors.facts.templates import fill
from connectors.facts.times import Clock
from connectors.http.client import HttpClient
from connectors.http.failures import Failure, error_of
from connectors.http.messages import (
    Answer,
    Request,
    SessionExpiredError,
    UnansweredError,
    judge,
)
from connectors.soap.json import Shape, to_json
from connectors.soap.profile import SoapCall, SoapLogin, SoapProfile
from connectors.soap.service import Service
from hub.config import Channel
from hub.errors import ConfigError, RejectedError, TransientError

_ENVELOPES = (
    "{http://schemas.xmlsoap.org/soap/envelope/}",
    "{http://www.w3.org/2003/05/soap-envelope}",
)
_OUR_TROUBLE = ("Server", "Receiver")
"""The codes that SOAP itself has for trouble over there; any other code is the application's."""


class SoapReply(NamedTuple):
    """The element that an operation answered, with what the WSDL says of it."""

    element: etree._Element
    shape: Shape | None
    answer: Answer

    @property
    def clock(self) -> datetime:
        """The channel's own clock."""
        return self.answer.clock

    def listed(self, path: str) -> list[Any]:
        """Return the elements at ``path`` as JSON objects; an empty list is told by no element."""
        return self.found(path)

    def found(self, path: str) -> list[Any]:
        """Return the elements at ``path`` (local names joined by dots) as JSON objects."""
        elements, shape = self._find(path)
        return [to_json(element, shape) for element in elements]

    def value(self, path: str) -> Any:
        """Return the text of the first element at ``path``; None if there is none."""
        elements, _ = self._find(path)
        return (elements[0].text or "").strip() or None if elements else None

    def header(self, name: str) -> str | None:
        """Return a header of the answer."""
        return self.answer.headers.get(name)

    def _find(self, path: str) -> tuple[list[etree._Element], Shape | None]:
        elements, shape = [self.element], self.shape
        for name in filter(None, path.split(".")):
            elements = [
                child
                for element in elements
                for child in element
                if etree.QName(child).localname == name
            ]
            slot = shape.child(name) if shape else None
            shape = slot.shape if slot else None
        return elements, shape


class SoapApi:
    """Speaks to one channel in the terms of its WSDL and its profile."""

    def __init__(
        self,
        client: HttpClient,
        channel: Channel,
        profile: SoapProfile,
        services: Mapping[str, Service],
    ) -> None:
        self._client = client
        self._profile = profile
        self._errors = profile.errors
        self._code = reader(profile.errors.code)
        self._message = reader(profile.errors.message)
        self._services = services
        self._known = {
            "username": channel.username,
            "password": channel.password.get_secret_value(),
        }
        self._session: str | None = None

    def call(
        self,
        call: SoapCall,
        values: Mapping[str, Any],
        doing: str,
        *,
        repeatable: bool = True,
    ) -> SoapReply:
        """Call one operation. Raises one of the four errors; a refusal is RejectedError."""
        where = f"{self._client.name}: {doing}"
        self._service(call).load()

        def make() -> Request:
            login = self._profile.login
            if login and self._session is None:
                self._session = self._log_in(login)
            told = {**values, "session": self._session}
            return self._request(call, told, doing)._replace(repeatable=repeatable)

        def read(answer: Answer) -> SoapReply:
            try:
                return self._understand(answer, call, where)
            except SessionExpiredError:
                self._session = None
                raise

        return self._client.send(make if self._profile.login else make(), read)

    def moment(self, clock: Clock, moment: datetime) -> str:
        """Return ``moment`` as the channel's filter wants it."""
        return clock.text(moment)

    def close(self) -> None:
        """Close the session."""
        self._client.close()

    def _request(self, call: SoapCall, values: Mapping[str, Any], doing: str) -> Request:
        where = f"{self._client.name}: {doing}"
        service = self._service(call)
        service.load()
        letter = service.write(call.operation, fill(call.arguments, values), where)
        return Request(doing, "POST", service.url, body=letter.body, headers=letter.headers)

    def _service(self, call: SoapCall) -> Service:
        if call.service not in self._services:
            known = ", ".join(name for name in self._services if name)
            raise ConfigError(
                f"{self._client.name}: there is no service {call.service!r}; "
                f"the profile's services are: {known or 'none'}"
            )
        return self._services[call.service]

    def _log_in(self, login: SoapLogin) -> str:
        """Return the session that the login opens; a refusal is never tried a second time."""
        where = f"{self._client.name}: log in"
        try:
            answer = self._client.post(self._request(login, self._known, "log in"))
            session = self._understand(answer, login, where).value(login.session)
        except UnansweredError as error:
            # Of what the session was wanted for, nothing was sent yet.
            raise TransientError(str(error), retry_after=error.retry_after) from error
        except (RejectedError, SessionExpiredError) as error:
            raise ConfigError(f"{error}; check the credentials") from error
        if not isinstance(session, str):
            raise ConfigError(f"{where}: answered no session; check the profile's login")
        return session

    def _understand(self, answer: Answer, call: SoapCall, where: str) -> SoapReply:
        root = _parse(answer.body)
        body = _body(root)
        if body is None or not len(body):
            judge(answer, where)
            if answer.status >= HTTPStatus.BAD_REQUEST:
                raise error_of(Failure(answer.status), self._errors, where)
            raise TransientError(f"{where}: answered {answer.status} with no SOAP envelope")
        if etree.QName(body[0]).localname == "Fault":
            raise error_of(self._fault(body[0], answer), self._errors, where)
        judge(answer, where)
        shape = self._service(call).shape(call.operation)
        reply = SoapReply(body[0], shape, answer)
        errors = self._errors
        if errors.marker and errors.marked(reply.value(errors.marker)):
            raise error_of(self._refusal(reply), errors, where)
        return reply

    def _refusal(self, reply: SoapReply) -> Failure:
        code, message = self._errors.refused_code, self._errors.refused_message
        return Failure(
            HTTPStatus.BAD_REQUEST,
            (reply.value(code) or "") if code else "",
            (reply.value(message) or "") if message else "",
            reply.answer.headers,
        )

    def _fault(self, element: etree._Element, answer: Answer) -> Failure:
        told = to_json(element, None)
        code = _text(self._code(told)).rpartition(":")[2]
        trouble = code in _OUR_TROUBLE or answer.status == HTTPStatus.UNAUTHORIZED
        return Failure(
            max(answer.status, HTTPStatus.INTERNAL_SERVER_ERROR) if trouble else 400,
            code,
            _text(self._message(told)),
            answer.headers,
        )


def _parse(document: bytes) -> etree._Element | None:
    """Parse an answer; None for what is no XML, or has a document type (bombs, web pages)."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(document, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _body(root: etree._Element | None) -> etree._Element | None:
    if root is None:
        return None
    return next((it for ns in _ENVELOPES for it in root.iterfind(f"{ns}Body")), None)


def _text(value: Any) -> str:
    if isinstance(value, dict):  # an element with attributes, such as xml:lang
        value = value.get("_value_1")
    return value if isinstance(value, str) else ""
