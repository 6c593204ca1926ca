"""Faults on demand: a layer around a sandbox system that makes it hang, lie, throttle or break.

In process a test adds a ``Fault`` to the system's ``FaultPlan``; over the wire it sends one:

- ``POST /_faults`` with ``{"kind": "429", "times": 2, "after": 1, "retry_after": 3}`` adds one,
- ``GET /_faults`` lists those still due, ``DELETE /_faults`` clears them,
- ``GET /_stats`` tells requests by call, record writes, and faults shown.

These paths need no login: the sandbox listens on loopback only.
"""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from http import HTTPStatus
from typing import Annotated, NamedTuple

from pydantic import Field, ValidationError

from hub.model import Value
from sandbox.wire.web import (
    Call,
    Handler,
    Request,
    Response,
    Route,
    System,
    find_route,
    json_response,
)


class FaultKind(StrEnum):
    """What goes wrong."""

    LATENCY = "latency"
    THROTTLED = "429"
    BROKEN = "500"
    BAD_GATEWAY = "502"
    HIDDEN_FAILURE = "hidden failure"
    """A 200 that is a failure; nothing was done."""
    DUPLICATE_PAGE = "duplicate page"
    """A further page of a listing is the page before once more."""
    ENDLESS_PAGES = "endless pages"
    """A listing starts over instead of coming to its end, and its totals grow with it."""
    LOST_CONNECTION = "lost connection"
    """The work is done, the answer breaks off in the middle."""
    EXPIRED_SESSION = "expired session"
    BAD_LOGIN = "bad login"
    MALFORMED_BODY = "malformed body"
    """The work is done, the answer is whole for HTTP but half a document."""


ALWAYS = -1
_LISTING_ONLY = {FaultKind.DUPLICATE_PAGE, FaultKind.ENDLESS_PAGES}
_PLAIN = {
    FaultKind.THROTTLED: Response(429, b"Too Many Requests"),
    FaultKind.BROKEN: Response(500, b"<html><h1>Internal Server Error</h1></html>", "text/html"),
    FaultKind.BAD_GATEWAY: Response(502, b"<html><h1>Bad Gateway</h1><hr></html>", "text/html"),
}


class Fault(Value):
    """One thing that goes wrong for the next requests it concerns."""

    kind: FaultKind
    times: Annotated[int, Field(ge=ALWAYS)] | None = None
    """How many requests; -1 for all. By default once, and always for a bad login."""
    after: Annotated[int, Field(ge=0)] = 0
    """How many of the requests it concerns pass unharmed first."""
    retry_after: Annotated[float, Field(ge=0)] | None = None
    """Seconds, sent as Retry-After with 429, 500 and 502."""
    seconds: Annotated[float, Field(ge=0)] = 0
    """How long latency lasts."""
    path: str = ""
    """Only requests whose path or call name holds this text (``Update``, ``PUT /wp-json``)."""

    def concerns(self, request: Request, call: Call) -> bool:
        """Whether this fault is meant for this request."""
        if self.kind in _LISTING_ONLY and call.page is None:
            return False
        if self.kind is FaultKind.DUPLICATE_PAGE and call.page == 0:
            return False  # nothing came before that could come twice
        return self.path in f"{request.method} {request.path}" or self.path in call.name


@dataclass
class _Due:
    fault: Fault
    after: int
    left: int


class FaultPlan:
    """The faults still due, oldest first; safe to change while requests run."""

    def __init__(self) -> None:
        self._due: list[_Due] = []
        self._lock = threading.Lock()
        self._released = threading.Event()

    def add(self, fault: Fault) -> None:
        """Put one more fault at the end of the plan."""
        once = ALWAYS if fault.kind is FaultKind.BAD_LOGIN else 1
        left = once if fault.times is None else fault.times
        with self._lock:
            self._due.append(_Due(fault, fault.after, left))

    def clear(self) -> None:
        """Forget every fault, and let go of the requests that are being held up."""
        with self._lock:
            self._due.clear()
            self._released.set()
            self._released = threading.Event()

    def close(self) -> None:
        """Forget every fault and hold nobody up any more."""
        with self._lock:
            self._due.clear()
            self._released.set()

    def due(self) -> list[Fault]:
        """List the faults still to come."""
        with self._lock:
            return [due.fault for due in self._due if due.left]

    def take(self, concerns: Callable[[Fault], bool]) -> tuple[Fault, threading.Event] | None:
        """Return the fault that strikes a request, if any, and count it down.

        With it comes the event that is set when the plan is cleared: who waits, waits for that.
        """
        with self._lock:
            for due in self._due:
                if not due.left or not concerns(due.fault):
                    continue
                if due.after:
                    due.after -= 1
                    continue
                due.left -= due.left > 0
                return due.fault, self._released
        return None


class Stats(NamedTuple):
    """What happened since the start."""

    requests: dict[str, int]
    """By the name of the call."""
    writes: int
    """Records created, updated or deleted."""
    faults: int
    """Requests that a fault struck."""


class Faulty:
    """A system with a fault plan around it, and with counters."""

    def __init__(
        self, system: System, *, guard: Callable[[Handler], Handler] | None = None
    ) -> None:
        """Wrap a system; ``guard`` stands in front, where a request held up counts as busy."""
        self.system = system
        self.plan = FaultPlan()
        self._guarded = guard(self._answer) if guard else self._answer
        self._requests: Counter[str] = Counter()
        self._struck = 0
        self._last_page: Response | None = None
        self._lock = threading.Lock()
        self._control = (
            Route("POST", "/_faults", self._add_fault),
            Route("GET", "/_faults", self._list_faults),
            Route("DELETE", "/_faults", self._clear_faults),
            Route("GET", "/_stats", lambda _: json_response(self.stats()._asdict())),
        )

    def answer(self, request: Request) -> Response:
        """Answer as the system would, unless a fault is due."""
        if request.path in {"/_faults", "/_stats"}:
            route = find_route(self._control, request)
            return route.handler(request) if route else Response(405)
        return self._guarded(request)

    def stats(self) -> Stats:
        """Tell what happened so far."""
        with self._lock:
            return Stats(dict(self._requests), self.system.writes, self._struck)

    def _answer(self, request: Request) -> Response:
        call = self.system.describe(request)
        taken = self.plan.take(lambda fault: fault.concerns(request, call))
        with self._lock:
            self._requests[call.name] += 1
            self._struck += taken is not None
        if taken is None:
            return self._proceed(call, request)
        fault, released = taken
        proceed = partial(self._proceed, call)
        strike = _Strike(fault, released, request, self.system, proceed, self._last_page)
        return _EFFECTS[fault.kind](strike)

    def _proceed(self, call: Call, request: Request) -> Response:
        response = self.system.answer(request)
        if call.page is not None and response.status == HTTPStatus.OK:
            self._last_page = response
        return response

    def _add_fault(self, request: Request) -> Response:
        try:
            fault = Fault.model_validate_json(request.body)
        except ValidationError as error:
            return Response(400, f"{error}\n".encode())
        self.plan.add(fault)
        return json_response(fault.model_dump(mode="json"), 201)

    def _list_faults(self, _: Request) -> Response:
        return json_response([fault.model_dump(mode="json") for fault in self.plan.due()])

    def _clear_faults(self, _: Request) -> Response:
        self.plan.clear()
        return Response(204)


class _Strike(NamedTuple):
    """A fault, the request it struck, and what an effect needs to show it."""

    fault: Fault
    released: threading.Event
    request: Request
    system: System
    proceed: Callable[[Request], Response]
    last_page: Response | None


def _delay(strike: _Strike) -> Response:
    strike.released.wait(strike.fault.seconds)
    return strike.proceed(strike.request)


def _fail(strike: _Strike) -> Response:
    wait = strike.fault.retry_after
    headers = () if wait is None else (("Retry-After", f"{wait:g}"),)
    return _PLAIN[strike.fault.kind]._replace(headers=headers)


def _fail_in_secret(strike: _Strike) -> Response:
    return strike.system.hidden_failure()


def _refuse_login(strike: _Strike) -> Response:
    return strike.system.unauthorized()


def _repeat_page(strike: _Strike) -> Response:
    return strike.last_page or strike.proceed(strike.request)


def _go_on_for_ever(strike: _Strike) -> Response:
    return strike.proceed(strike.request._replace(endless=True))


def _halve_body(strike: _Strike) -> Response:
    response = strike.proceed(strike.request)
    return response._replace(body=response.body[: len(response.body) // 2])


def _break_off(strike: _Strike) -> Response:
    response = strike.proceed(strike.request)
    if not response.body:  # nothing to break off: answer as if there were a body to come
        return response._replace(status=200, claimed_length=1)
    half = response.body[: len(response.body) // 2]
    return response._replace(body=half, claimed_length=len(response.body))


_EFFECTS: dict[FaultKind, Callable[[_Strike], Response]] = {
    FaultKind.LATENCY: _delay,
    FaultKind.THROTTLED: _fail,
    FaultKind.BROKEN: _fail,
    FaultKind.BAD_GATEWAY: _fail,
    FaultKind.HIDDEN_FAILURE: _fail_in_secret,
    FaultKind.DUPLICATE_PAGE: _repeat_page,
    FaultKind.ENDLESS_PAGES: _go_on_for_ever,
    FaultKind.LOST_CONNECTION: _break_off,
    FaultKind.EXPIRED_SESSION: _refuse_login,
    FaultKind.BAD_LOGIN: _refuse_login,
    FaultKind.MALFORMED_BODY: _halve_body,
}
