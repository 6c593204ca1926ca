"""The web shop of the sandbox: customers behind a REST API in the style of WooCommerce v3.

``/wp-json/wc/v3/customers``: pages by number, no modified filter (unknown parameters are ignored
without a word), e-mail unique, a partial PUT keeps the rest, and a batch that answers 200 with the
failed rows inside.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

from hub.clock import now as clock_now
from sandbox.records.account import (
    Record,
    ShopError,
    blank_account,
    fill_in,
    fold,
    invalid,
    objects,
)
from sandbox.wire.web import (
    Call,
    Request,
    Response,
    Route,
    find_route,
    follow,
    json_response,
    whole_number,
)

BASE = "/wp-json/wc/v3"
MAX_PER_PAGE = 100
MAX_BATCH = 100
_CUSTOMERS = f"{BASE}/customers"
_EMAIL_EXISTS = (
    "An account is already registered with your email address. "
    '<a href="#" class="showlogin">Please log in.</a>'
)
_ORDERS: dict[str, Callable[[Record], Any]] = {
    "id": lambda record: record["id"],
    "name": lambda record: (record["username"], record["id"]),
    "registered_date": lambda record: (record["date_created_gmt"], record["id"]),
}


class Shop:
    """The shop's state and its calls; safe for many threads."""

    def __init__(
        self,
        records: Iterable[Record] = (),
        *,
        login: tuple[str, str] = ("ck_sandbox", "cs_sandbox"),
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self.writes = 0
        self._login = login
        self._now = now
        self._lock = threading.Lock()
        # A record is replaced by a write, never changed in place.
        self._records: dict[int, Record] = {int(record["id"]): record for record in records}
        self._next_id = count(max(self._records, default=0) + 1)
        metas = (meta for record in self._records.values() for meta in record["meta_data"])
        self._next_meta_id = count(max((int(meta["id"]) for meta in metas), default=0) + 1)
        self._by_email: dict[str, int] = {}
        for number, record in self._records.items():  # of two with one e-mail, the first has it
            self._by_email.setdefault(fold(record["email"]), number)
        self._routes = (
            Route("GET", _CUSTOMERS, self._list),
            Route("POST", _CUSTOMERS, self._create),
            Route("POST", f"{_CUSTOMERS}/batch", self._batch),
            Route("GET", f"{_CUSTOMERS}/{{id}}", self._get),
            Route("PUT", f"{_CUSTOMERS}/{{id}}", self._update),
            Route("DELETE", f"{_CUSTOMERS}/{{id}}", self._delete),
        )

    def answer(self, request: Request) -> Response:
        """Answer one HTTP request."""
        route = find_route(self._routes, request)
        if route is None:
            message = "No route was found matching the URL and request method."
            return _refuse(ShopError("rest_no_route", message, 404))
        if request.login() != self._login:
            return self.unauthorized()
        try:
            with self._lock:
                return follow(route, request)
        except ShopError as error:
            return _refuse(error)

    def describe(self, request: Request) -> Call:
        """Name the route; the list of customers is the one listing."""
        route = find_route(self._routes, request)
        if route is None:
            return Call(f"{request.method} {request.path}")
        page = None
        if route.handler == self._list:
            page = 0 if request.query.get("page", "1") == "1" else 1
        return Call(f"{route.method} {route.template}", page)

    def unauthorized(self) -> Response:
        """Refuse the login."""
        message = "Sorry, you cannot list resources."
        return _refuse(ShopError("woocommerce_rest_cannot_view", message, 401))

    def hidden_failure(self) -> Response:
        """Answer 200 with a login page, as a plugin or a proxy in front of the shop does."""
        page = b"<!DOCTYPE html><html><body><form><h1>Log In</h1></form></body></html>"
        return Response(200, page, "text/html; charset=UTF-8")

    def _list(self, request: Request) -> Response:
        page = _number(request, "page", default=1)
        size = _number(request, "per_page", default=10, highest=MAX_PER_PAGE)
        found = _ordered(self._filtered(request), request)
        total = len(found)
        pages = -(-total // size)
        start = (page - 1) * size
        if request.endless and pages:
            start, total, pages = start % (pages * size), total + page * size, pages + page
        headers = [("X-WP-Total", str(total)), ("X-WP-TotalPages", str(pages))]
        if links := _links(request, page, pages):
            headers.append(("Link", links))
        return json_response(found[start : start + size], headers=headers)

    def _filtered(self, request: Request) -> list[Record]:
        """Apply the filters that the shop has; any other parameter is ignored without a word."""
        records = list(self._records.values())
        role = request.query.get("role", "customer")
        if role != "all":
            records = [record for record in records if record["role"] == role]
        if email := request.query.get("email"):
            records = [record for record in records if fold(record["email"]) == fold(email)]
        if include := request.query.get("include"):
            wanted = set(include.split(","))
            records = [record for record in records if str(record["id"]) in wanted]
        return records

    def _get(self, _: Request, number: str) -> Response:
        return json_response(self._find(number))

    def _create(self, request: Request) -> Response:
        record = self._add(_body(request))
        location = f"http://{request.headers.get('host', '')}{_CUSTOMERS}/{record['id']}"
        return json_response(record, 201, headers=[("Location", location)])

    def _update(self, request: Request, number: str) -> Response:
        return json_response(self._change(self._find(number), _body(request)))

    def _delete(self, request: Request, number: str) -> Response:
        record = self._find(number)
        if request.query.get("force") != "true":
            message = "Customers do not support trashing."
            raise ShopError("woocommerce_rest_trash_not_supported", message, 501)
        del self._records[record["id"]]
        self._free_email(record)
        self.writes += 1
        return json_response(record)

    def _batch(self, request: Request) -> Response:
        body = _body(request)
        creates = objects(body.get("create", []), "create")
        updates = objects(body.get("update", []), "update")
        if len(creates) + len(updates) > MAX_BATCH:
            message = f"Unable to accept more than {MAX_BATCH} items for this request."
            raise ShopError("woocommerce_rest_request_entity_too_large", message, 413)
        answer = {
            "create": [_attempt(self._add, row, failed_id=0) for row in creates],
            "update": [
                _attempt(self._change_row, row, failed_id=row.get("id", 0)) for row in updates
            ],
        }
        return json_response({name: rows for name, rows in answer.items() if rows})

    def _add(self, given: Record) -> Record:
        if "email" not in given:
            message = "Missing parameter(s): email"
            raise ShopError("rest_missing_callback_param", message, params=["email"])
        if fold(given["email"]) in self._by_email:
            raise ShopError("registration-error-email-exists", _EMAIL_EXISTS)
        blank = blank_account(0, str(given["email"]), stamp=self._stamp())
        filled = self._fill_in(blank, given)
        return self._keep({**filled, "id": next(self._next_id)})

    def _change_row(self, given: Record) -> Record:
        return self._change(self._find(str(given.get("id", ""))), given)

    def _change(self, record: Record, given: Record) -> Record:
        filled = self._fill_in(record, given)
        moved = fold(filled["email"]) != fold(record["email"])
        if moved and fold(filled["email"]) in self._by_email:
            message = "Email address is invalid."
            raise ShopError("woocommerce_rest_customer_invalid_email", message)
        if moved:
            self._free_email(record)
        return self._keep(filled)

    def _fill_in(self, record: Record, given: Record) -> dict[str, Any]:
        return fill_in(
            record, given, stamp=self._stamp(), new_meta_id=lambda: next(self._next_meta_id)
        )

    def _keep(self, record: Record) -> Record:
        self._records[record["id"]] = record
        self._by_email.setdefault(fold(record["email"]), record["id"])
        self.writes += 1
        return record

    def _free_email(self, record: Record) -> None:
        if self._by_email.get(fold(record["email"])) == record["id"]:
            del self._by_email[fold(record["email"])]

    def _find(self, number: str) -> Record:
        known = whole_number(number, lowest=1, highest=10**9)
        if known not in self._records:
            raise ShopError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
        return self._records[known]

    def _stamp(self) -> str:
        return self._now().strftime("%Y-%m-%dT%H:%M:%S")


def _refuse(error: ShopError) -> Response:
    return json_response(error.body, error.status)


def _attempt(write: Callable[[Record], Record], row: Record, *, failed_id: object) -> Record:
    """Write one row of a batch; a refusal takes the row's place in the answer."""
    try:
        return write(row)
    except ShopError as error:
        return {"id": failed_id, "error": error.body}


def _body(request: Request) -> Record:
    body = request.json_object()
    if body is None:
        raise ShopError("rest_invalid_json", "Invalid JSON body passed.")
    return body


def _number(request: Request, name: str, *, default: int, highest: int = 10**9) -> int:
    number = whole_number(request.query.get(name, str(default)), lowest=1, highest=highest)
    if number is None:
        raise invalid(name, f"must be between 1 (inclusive) and {highest} (inclusive)")
    return number


def _ordered(records: list[Record], request: Request) -> list[Record]:
    by = request.query.get("orderby", "name")
    if by not in _ORDERS:
        raise invalid("orderby", f"is not one of {', '.join(_ORDERS)}.")
    descending = request.query.get("order", "asc") == "desc"
    return sorted(records, key=_ORDERS[by], reverse=descending)


def _links(request: Request, page: int, pages: int) -> str:
    """Return the Link header: the pages before and after, with the query as it came."""
    address = f"http://{request.headers.get('host', '')}{_CUSTOMERS}"
    there = {"prev": page - 1, "next": page + 1}
    return ", ".join(
        f'<{address}?{urlencode({**request.query, "page": number})}>; rel="{relation}"'
        for relation, number in there.items()
        if 1 <= number <= pages
    )
