"""The ERP of the sandbox: customers behind a SOAP page service in the style of Dynamics NAV.

``POST /WS/Goldenrod/Page/Customer`` with the operations of ``customer.wsdl`` (``?wsdl`` serves it).
Every write gives the record a new ``Key``, and Update wants the latest one. Modification is
dated by day, without time, as NAV does it.
"""

import re
import threading
from bisect import bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from hub.clock import now as clock_now
from sandbox.records.card import (
    BROKER,
    ERRORS,
    FIELDS,
    Card,
    fill_in,
    make_card,
    parse_key,
    read_card,
)
from sandbox.wire.criteria import Test, compile_criteria
from sandbox.wire.soap import Node, SoapFaultError, action, read_operation, reply, reply_fault
from sandbox.wire.web import Call, Request, Response, whole_number

PATH = "/WS/Goldenrod/Page/Customer"
NAMESPACE = "urn:microsoft-dynamics-schemas/page/customer"
ERROR_NAMESPACE = "urn:microsoft-dynamics-schemas/error"
MAX_SET_SIZE = 1000
_ADDRESS = '"http://127.0.0.1/WS/Goldenrod/Page/Customer"'
"""As it stands in the WSDL file."""


class Erp:
    """The ERP's state and its operations; safe for many threads."""

    def __init__(
        self,
        records: Iterable[Mapping[str, Any]] = (),
        *,
        login: tuple[str, str] = ("goldenrod", "sandbox"),
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self.writes = 0
        self._login = login
        self._now = now
        self._lock = threading.Lock()
        self._cards = {str(record["No"]): make_card(record, version=1) for record in records}
        self._numbers = sorted(self._cards)
        self._last_number = max(map(_digits, self._numbers), default=10_000)
        self._operations: dict[str, Callable[[Node, Request], bytes]] = {
            "Read": self._read,
            "ReadMultiple": self._read_multiple,
            "IsUpdated": self._is_updated,
            "Create": self._create,
            "Update": self._update,
        }

    def answer(self, request: Request) -> Response:
        """Answer one HTTP request."""
        if request.path != PATH:
            return Response(404)
        if request.login() != self._login:
            return self.unauthorized()
        if request.method == "POST":
            return self._answer_soap(request)
        if request.method == "GET" and "wsdl" in {name.lower() for name in request.query}:
            host = request.headers.get("host", "127.0.0.1")
            return Response(200, _wsdl(f"http://{host}{PATH}"), "text/xml; charset=utf-8")
        return Response(405, headers=(("Allow", "GET, POST"),))

    def describe(self, request: Request) -> Call:
        """Name the operation; a further page of ReadMultiple is one with a bookmark."""
        operation = action(request).removeprefix(f"{NAMESPACE}:")
        if request.method != "POST" or operation not in self._operations:
            return Call(f"{request.method} {request.path}")
        page = None
        if operation == "ReadMultiple":
            page = int(re.search(rb"bookmarkKey>[^<\s]", request.body) is not None)
        return Call(f"POST {request.path} {operation}", page)

    def unauthorized(self) -> Response:
        """Refuse the login: empty, as Windows does it."""
        return Response(401, headers=(("WWW-Authenticate", 'Basic realm="Goldenrod"'),))

    def hidden_failure(self) -> Response:
        """Answer 200 with a fault inside."""
        fault = SoapFaultError(f"{ERRORS}NavCSideException", "The Customer table is locked.")
        return reply_fault(fault, namespace=ERROR_NAMESPACE, status=200)

    def _answer_soap(self, request: Request) -> Response:
        if not request.headers.get("content-type", "").lower().startswith("text/xml"):
            return Response(415, b"The content type must be text/xml.")
        try:
            return reply(self._perform(request))
        except SoapFaultError as fault:
            return reply_fault(fault, namespace=ERROR_NAMESPACE)

    def _perform(self, request: Request) -> bytes:
        operation = read_operation(request, NAMESPACE)
        perform = self._operations.get(operation.name)
        if perform is None or action(request) != f"{NAMESPACE}:{operation.name}":
            message = "SOAPAction and body must name one and the same known operation."
            raise SoapFaultError("a:ActionNotSupported", message)
        with self._lock:
            inner = perform(operation, request)
        name = f"{operation.name}_Result".encode()
        return b'<%b xmlns="%b">%b</%b>' % (name, NAMESPACE.encode(), inner, name)

    def _read(self, operation: Node, _: Request) -> bytes:
        card = self._cards.get(operation.value("No") or "")
        return card.xml if card else b""

    def _read_multiple(self, operation: Node, request: Request) -> bytes:
        bookmark = operation.value("bookmarkKey")
        start = bisect_right(self._numbers, parse_key(bookmark)[0]) if bookmark else 0
        if request.endless and start == len(self._numbers):
            start = 0
        tests = _tests(operation)
        size = _set_size(operation.value("setSize"))
        found: list[bytes] = []
        for number in self._numbers[start:]:
            card = self._cards[number]
            if all(test(card.fields[field] or "") for field, test in tests):
                found.append(card.xml)
                if len(found) == size:
                    break
        return b"<ReadMultiple_Result>%b</ReadMultiple_Result>" % b"".join(found)

    def _is_updated(self, operation: Node, _: Request) -> bytes:
        card, version = self._find(operation.value("Key"))
        updated = b"false" if card.version == version else b"true"
        return b"<IsUpdated_Result>%b</IsUpdated_Result>" % updated

    def _create(self, operation: Node, _: Request) -> bytes:
        given = read_card(operation)
        if given.get("No"):
            message = "You may not enter numbers manually. Activate Manual Nos. in No. Series."
            raise SoapFaultError(f"{ERRORS}NavNCLDialogException", message)
        number, today = f"C{self._last_number + 1}", self._today()
        blank = {"No": number, "Type": "Company", "Blocked": "_blank_", "Created_Date": today}
        card = self._keep(fill_in(blank, given, today=today), version=1)
        self._last_number += 1
        insort(self._numbers, number)
        return card.xml

    def _update(self, operation: Node, _: Request) -> bytes:
        given = read_card(operation)
        card, version = self._find(given.get("Key"))
        if card.version != version:
            number = card.fields["No"]
            message = f'Other user has modified "Customer" "No.=CONST({number})".'
            raise SoapFaultError(BROKER, message)
        filled = fill_in(card.fields, given, today=self._today())
        return self._keep(filled, version=version + 1).xml

    def _find(self, key: str | None) -> tuple[Card, int]:
        """Return the card that a Key names, and the version that the Key knows."""
        number, version = parse_key(key)
        card = self._cards.get(number)
        if card is None:
            message = f"The Customer {number} does not exist."
            raise SoapFaultError(f"{ERRORS}NavRecordNotFoundException", message)
        return card, version

    def _keep(self, fields: Mapping[str, str | None], *, version: int) -> Card:
        card = make_card(fields, version=version)
        self._cards[str(fields["No"])] = card
        self.writes += 1
        return card

    def _today(self) -> str:
        return self._now().date().isoformat()


def _digits(number: str) -> int:
    return int(re.sub(r"\D", "", number) or 0)


def _tests(operation: Node) -> list[tuple[str, Test]]:
    """Return field and test for every filter; a record must pass all of them."""
    tests = []
    for node in operation.children:
        if node.name != "filter":
            continue
        field = node.value("Field") or ""
        if field not in FIELDS[1:]:
            raise SoapFaultError("a:InvalidFilter", f"The field '{field}' can't be filtered.")
        try:
            tests.append((field, compile_criteria(node.value("Criteria") or "")))
        except ValueError as error:
            message = f"The filter for field '{field}' is not valid: {error}."
            raise SoapFaultError("a:InvalidFilter", message) from error
    return tests


def _set_size(text: str | None) -> int:
    """Return how many records to answer: 0 means all, and the server's own limit holds."""
    size = whole_number((text or "").strip(), lowest=0, highest=10**9)
    if size is None:
        raise SoapFaultError("Client", "setSize must be a number that is not negative.")
    return min(size or MAX_SET_SIZE, MAX_SET_SIZE)


@lru_cache(maxsize=8)
def _wsdl(address: str) -> bytes:
    """Return the WSDL with the address that the client itself used."""
    text = Path(__file__).with_name("customer.wsdl").read_text(encoding="utf-8")
    return text.replace(_ADDRESS, quoteattr(address)).encode()
