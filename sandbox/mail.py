"""The mailing system of the sandbox: list members behind REST in the style of Mailchimp 3.0.

``/3.0/lists/customers``: a member's id is the MD5 of its e-mail, PUT is an upsert, the list is
read by ``since_last_changed``, a batch answers 200 with errors inside, who unsubscribed can't be
brought back, and no more than ten requests are served at once.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from hub.clock import now as clock_now
from sandbox.records.member import (
    STATUSES,
    MailError,
    Member,
    blank_member,
    check_email,
    exists,
    fill_in,
    forgotten,
    invalid,
    member_id,
    not_found,
)
from sandbox.wire.web import (
    Call,
    Handler,
    Request,
    Response,
    Route,
    find_route,
    follow,
    json_response,
    whole_number,
)

LIST_ID = "customers"
BASE = "/3.0"
MAX_COUNT = 1000
MAX_BATCH = 500
MAX_CONNECTIONS = 10
_LIST = f"{BASE}/lists/{LIST_ID}"
_MEMBER = f"{_LIST}/members/{{id}}"
_SORT_FIELDS = ("last_changed", "timestamp_opt", "timestamp_signup")


class Mail:
    """The list's state and its calls; safe for many threads."""

    def __init__(
        self,
        records: Iterable[Member] = (),
        *,
        api_key: str = "sandbox",
        now: Callable[[], datetime] = clock_now,
    ) -> None:
        self.writes = 0
        self._api_key = api_key
        self._now = now
        self._lock = threading.Lock()
        # A member is replaced by a write, never changed in place.
        self._members: dict[str, Member] = {record["id"]: record for record in records}
        self._forgotten: set[str] = set()
        self._routes = (
            Route("GET", f"{BASE}/ping", self._ping),
            Route("GET", _LIST, self._show_list),
            Route("POST", _LIST, self._batch),
            Route("GET", f"{_LIST}/members", self._list),
            Route("POST", f"{_LIST}/members", self._add),
            Route("GET", _MEMBER, self._get),
            Route("PUT", _MEMBER, self._upsert),
            Route("PATCH", _MEMBER, self._update),
            Route("DELETE", _MEMBER, self._archive),
            Route("POST", f"{_MEMBER}/actions/delete-permanent", self._forget),
        )

    def answer(self, request: Request) -> Response:
        """Answer one HTTP request."""
        login = request.login()
        if login is None or login[1] != self._api_key:
            return self.unauthorized()
        route = find_route(self._routes, request)
        if route is None:
            return _problem(not_found())
        try:
            with self._lock:
                return follow(route, request)
        except MailError as error:
            return _problem(error)

    def describe(self, request: Request) -> Call:
        """Name the route; the list of members is the one listing."""
        route = find_route(self._routes, request)
        if route is None:
            return Call(f"{request.method} {request.path}")
        page = None
        if route.handler == self._list:
            page = 0 if request.query.get("offset", "0") == "0" else 1
        return Call(f"{route.method} {route.template}", page)

    def unauthorized(self) -> Response:
        """Refuse the login."""
        detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
        return _problem(MailError("API Key Invalid", detail, 401))

    def hidden_failure(self) -> Response:
        """Answer 200 with a problem inside."""
        detail = "An unexpected internal error has occurred."
        return _problem(MailError("Internal Server Error", detail, 500))._replace(status=200)

    def _ping(self, _: Request) -> Response:
        return json_response({"health_status": "Everything's Chimpy!"})

    def _show_list(self, _: Request) -> Response:
        subscribed = sum(member["status"] == "subscribed" for member in self._members.values())
        stats = {"member_count": subscribed}
        return json_response({"id": LIST_ID, "name": "Customers", "stats": stats})

    def _list(self, request: Request) -> Response:
        count = _number(request, "count", default=10, highest=MAX_COUNT)
        offset = _number(request, "offset", default=0)
        found = _ordered(self._filtered(request), request)
        total = len(found)
        if request.endless and total:
            offset, total = offset % total, total + offset + count
        page = found[offset : offset + count]
        return json_response({"members": page, "list_id": LIST_ID, "total_items": total})

    def _filtered(self, request: Request) -> list[Member]:
        members = list(self._members.values())
        if since := request.query.get("since_last_changed"):
            # Inclusive, so that who asks again from the last second seen loses nobody.
            start = _moment(since, "since_last_changed")
            members = [member for member in members if _changed_at(member) >= start]
        if status := request.query.get("status"):
            if status not in STATUSES:
                raise invalid("status", f"Expected one of {', '.join(STATUSES)}.")
            members = [member for member in members if member["status"] == status]
        return members

    def _get(self, _: Request, key: str) -> Response:
        return json_response(self._find(key))

    def _add(self, request: Request) -> Response:
        given = _body(request)
        return json_response(self._create(given, status=given.get("status")))

    def _upsert(self, request: Request, key: str) -> Response:
        given = _body(request)
        if key in self._members:
            return json_response(self._change(self._members[key], given))
        if member_id(check_email(given.get("email_address"))) != key:
            raise invalid("email_address", "The e-mail address is not the one in the URL.")
        status = given.get("status_if_new", given.get("status"))
        return json_response(self._create(given, status=status))

    def _update(self, request: Request, key: str) -> Response:
        return json_response(self._change(self._find(key), _body(request)))

    def _archive(self, _: Request, key: str) -> Response:
        self._keep(fill_in(self._find(key), {}, status="archived", stamp=self._stamp()))
        return Response(204)

    def _forget(self, _: Request, key: str) -> Response:
        del self._members[self._find(key)["id"]]
        self._forgotten.add(key)
        self.writes += 1
        return Response(204)

    def _batch(self, request: Request) -> Response:
        body = _body(request)
        rows = body.get("members")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise invalid("members", "Schema describes array of objects.")
        if len(rows) > MAX_BATCH:
            raise invalid("members", f"No more than {MAX_BATCH} members can be sent at once.")
        update = body.get("update_existing") is True
        new: list[Member] = []
        updated: list[Member] = []
        errors: list[dict[str, str]] = []
        for row in rows:
            try:
                known = self._members.get(member_id(check_email(row.get("email_address"))))
                if known and update:
                    updated.append(self._change(known, row))
                else:
                    new.append(self._create(row, status=row.get("status")))
            except MailError as error:
                errors.append(error.in_batch(row))
        answer = {"new_members": new, "updated_members": updated, "errors": errors}
        counts = {"total_created": len(new), "total_updated": len(updated)}
        return json_response({**answer, **counts, "error_count": len(errors)})

    def _create(self, given: Member, *, status: object) -> Member:
        email = check_email(given.get("email_address"))
        self._check_free(email)
        if status is None:
            raise invalid("status_if_new", "This value should not be blank.")
        stamp = self._stamp()
        blank = blank_member(email, LIST_ID, stamp=stamp)
        return self._keep(fill_in(blank, given, status=status, stamp=stamp))

    def _change(self, member: Member, given: Member) -> Member:
        filled = fill_in(member, given, status=given.get("status"), stamp=self._stamp())
        if filled["id"] != member["id"]:
            self._check_free(filled["email_address"])
            del self._members[member["id"]]
        return self._keep(filled)

    def _check_free(self, email: str) -> None:
        if member_id(email) in self._members:
            raise exists(email)
        if member_id(email) in self._forgotten:
            raise forgotten(email)

    def _keep(self, member: Member) -> Member:
        self._members[member["id"]] = member
        self.writes += 1
        return member

    def _find(self, key: str) -> Member:
        member = self._members.get(key)
        if member is None:
            raise not_found()
        return member

    def _stamp(self) -> str:
        return self._now().replace(microsecond=0).isoformat()


def limit_connections(handler: Handler) -> Handler:
    """Let ``MAX_CONNECTIONS`` requests in at once and refuse the others."""
    free = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def answer(request: Request) -> Response:
        if not free.acquire(blocking=False):
            detail = f"You have exceeded the limit of {MAX_CONNECTIONS} simultaneous connections."
            return _problem(MailError("Too Many Requests", detail, 429))
        try:
            return handler(request)
        finally:
            free.release()

    return answer


def _problem(error: MailError) -> Response:
    content_type = "application/problem+json; charset=utf-8"
    return json_response(error.problem(), error.status, content_type=content_type)


def _body(request: Request) -> Member:
    body = request.json_object()
    if body is None:
        detail = "We encountered an unspecified JSON parsing error."
        raise MailError("JSON Parse Error", detail)
    return body


def _number(request: Request, name: str, *, default: int, highest: int = 10**9) -> int:
    number = whole_number(request.query.get(name, str(default)), lowest=0, highest=highest)
    if number is None:
        raise invalid(name, f"Must be a number from 0 to {highest}.")
    return number


def _ordered(members: list[Member], request: Request) -> list[Member]:
    field = request.query.get("sort_field")
    if field is None:
        return members
    if field not in _SORT_FIELDS:
        raise invalid("sort_field", f"Expected one of {', '.join(_SORT_FIELDS)}.")
    descending = request.query.get("sort_dir", "ASC").upper() == "DESC"
    return sorted(members, key=lambda member: (member[field], member["id"]), reverse=descending)


def _changed_at(member: Member) -> datetime:
    return datetime.fromisoformat(member["last_changed"])


def _moment(text: str, field: str) -> datetime:
    """Read an ISO 8601 moment; one without a zone is UTC."""
    try:
        # An unescaped "+" of the zone arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise invalid(field, "Please provide a valid ISO 8601 date and time.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
