"""What all fakes have in common: people, a clock, a door that asks who is there, and faults.

A fake answers as the vendor's documentation says, written down here a second time and independently
of the profile. It holds its people in memory and is served through `responses`, so that the whole
suite stays within seconds.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import responses

from connectors.facts.paths import put, reader
from tests.connectors.conformance.wire import PASSING

BASE = "http://channel.example/base"
Answer = tuple[int, dict[str, str], Any]
Fault = Callable[["Fake"], Answer]


@dataclass(frozen=True)
class Person:
    """Somebody over there."""

    id: str
    first: str | None
    last: str | None
    mail: str | None
    changed: datetime
    made: datetime
    version: int = 1
    deleted: bool = False
    reference: str | None = None
    owner: str | None = None
    """Of what lies beside the customers: whose it is."""


class Fake:
    """One vendor. A subclass says how it is spoken to."""

    profile: ClassVar[str]
    kind: ClassVar[str] = "http"
    """How it is reached; see `conformance.nature`."""
    options: ClassVar[dict[str, str]] = {}
    login: ClassVar[dict[str, str]] = {}
    """What the channel says beside the usual name and password."""
    troubles: ClassVar[dict[str, Any]] = PASSING
    """What may go wrong for a while."""
    url = BASE
    beside: ClassVar[dict[str, Any]] = {}
    """The other streams: where what is known of a record lies, as in ``names``."""
    where: ClassVar[str] = "customers, page 2: "
    """How a message tells the place of a trouble that begins after the first page."""
    creates: ClassVar[bool] = True
    """It lets customers be created."""
    deletes: ClassVar[bool] = True
    shows_deleted: ClassVar[bool] = False
    """A deleted record is still listed, with a marker."""
    own_throttles: ClassVar[tuple[Answer, ...]] = ()
    """How this vendor says that it is too much, beside 429 and 503."""
    own_failures: ClassVar[tuple[Answer, ...]] = ()
    """Failures inside a 200, or told by a code: trouble of the listing."""
    expired: ClassVar[Answer] = (401, {}, "")

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.others: dict[str, dict[str, Person]] = {it: {} for it in self.beside}
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)
        self.skew = timedelta()
        """How far the clock that the answers tell is from the one that stamps the records."""
        self.faults: list[Fault | None] = []
        self.asked: list[Any] = []
        self.logins = 0
        self.bad_password = False

    def open(self, folder: Path) -> str:
        """Begin to be there, if not over HTTP; returns the address."""
        raise NotImplementedError

    def close(self) -> None:
        """Be there no longer."""

    def nap(self, _seconds: float) -> None:
        """Let time pass: the hub waits."""

    @contextmanager
    def within(self, stream: str) -> Iterator[None]:
        """Let another stream stand where the customers do: it is spoken about in the same way."""
        held, self.people = self.people, self.others[stream]
        try:
            yield
        finally:
            self.people = held

    def happen(self, stream: str, owner: str) -> str:
        """Let something happen to a customer; returns its id."""
        with self.within(stream):
            return self.add("Something", owner=owner).id

    def alter(self, stream: str, one: str) -> None:
        """Let what happened be edited, or a part of a customer."""
        with self.within(stream):
            self.edit(one)

    def sync(self) -> None:
        """Take over what the hub has left here."""

    def holds(self, _text: str) -> bool:
        """Return whether these letters have a place over there."""
        return True

    # --- trouble ---

    def begin(self, trouble: str, *, lasting: bool) -> None:
        """Let something go wrong: once, or until it is mended."""
        self.faults = [self.troubles[trouble]] * (10 if lasting else 1)

    def mend(self) -> None:
        """Let all be well again."""
        self.faults = []

    def forbid(self) -> None:
        """Take the right to read away."""
        self.faults = [lambda _: (403, {}, "")] * 9

    # --- what happens over there ---

    def add(self, last: str | None, mail: str | None = None, **facts: Any) -> Person:
        """Let somebody be there."""
        number = str(len(self.people) + 1)
        told = {"first": "Anna", "mail": mail or f"p{number}@example.com", **facts}
        person = Person(self.id_of(number, told["mail"]), last=last, changed=self.now,
                        made=self.now, **told)  # fmt: skip
        self.people[person.id] = person
        return person

    def edit(self, person_id: str, **facts: Any) -> Person:
        """Let somebody else edit a record."""
        held = self.people[person_id]
        facts = {"changed": self.now, "version": held.version + 1, **facts}
        self.people[person_id] = replace(held, **facts)
        return self.people[person_id]

    def remove(self, person_id: str) -> None:
        """Let somebody else delete a record."""
        if self.shows_deleted:
            self.edit(person_id, deleted=True)
        else:
            del self.people[person_id]

    def id_of(self, number: str, mail: str) -> str:
        """Return the id of a new record."""
        return number

    def listed(self, since: datetime | None = None, *, by: str = "id") -> list[Person]:
        """Return who changed at ``since`` or later, in the order that the vendor lists them."""
        people = [it for it in self.people.values() if since is None or it.changed >= since]
        order = {"id": lambda it: int(it.id), "changed": lambda it: (it.changed, int(it.id))}
        return sorted(people, key=order[by])

    def vanish(self) -> None:
        """Let nobody be there any more, without a word."""
        self.people.clear()

    # --- the door ---

    def serve(self, mock: responses.RequestsMock) -> None:
        """Answer whatever is asked below the channel's address."""
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            mock.add_callback(method, re.compile(re.escape(BASE)), self._answer)

    def _answer(self, request) -> Answer:
        early = self.log_in(request)
        if early is not None:
            self.logins += 1
            return self._told(early)
        self.asked.append(request)
        fault = self.faults.pop(0) if self.faults else None
        return self._told(fault(self) if fault else self.handle(request))

    def _told(self, answer: Answer) -> Answer:
        status, headers, body = answer
        told = {"Date": format_datetime(self.now + self.skew, usegmt=True), **headers}
        if isinstance(body, bytes | str | Exception):
            return status, told, body
        return status, {"Content-Type": "application/json", **told}, json.dumps(body)

    def log_in(self, request) -> Answer | None:
        """Answer a login; None if it is none."""
        return None

    def handle(self, request) -> Answer:
        """Answer a request."""
        raise NotImplementedError

    def secret_is_told(self, request) -> bool:
        """Return whether the credential came along, as this vendor wants it."""
        return "s3cret-planted" in str(request.headers) or self.logins > 0


class JsonFake(Fake):
    """A vendor that speaks JSON over HTTP: ``names`` says where what is known of a person lies."""

    names: Mapping[str, str]
    number_ids: ClassVar[bool] = True
    missing: ClassVar[Answer] = (404, {}, {})
    duplicate: ClassVar[Answer] = (409, {}, {})
    stale: ClassVar[Answer] = (412, {}, {})

    def handle(self, request) -> Answer:
        """Find the method of this vendor for what is asked."""
        parts = urlsplit(request.url)
        path = parts.path.removeprefix(urlsplit(BASE).path).strip("/").split("/")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        body = json.loads(request.body) if request.body else None
        return self.route(request, path, query, body)

    def route(self, request, path: list[str], query: Mapping[str, str], body: Any) -> Answer:
        """Answer by method and path."""
        raise NotImplementedError

    def render(self, person: Person) -> dict[str, Any]:
        """Show a person."""
        told = {
            "id": int(person.id) if self.number_ids else person.id,
            "first": person.first,
            "last": person.last,
            "mail": person.mail,
            "changed": self.stamp(person.changed),
            "made": self.stamp(person.made),
            "reference": person.reference,
            "deleted": person.deleted,
            "version": f"v{person.version}",
            "owner": person.owner,
        }
        shown: dict[str, Any] = {}
        for name, path in self.names.items():
            if told[name] is not None or name != "reference":
                shown = put(shown, path, told[name])
        return shown

    @contextmanager
    def within(self, stream: str) -> Iterator[None]:
        """Let another stream stand where the customers do, with its own names."""
        held, self.names = self.names, self.beside[stream]
        try:
            with super().within(stream):
                yield
        finally:
            self.names = held

    def stamp(self, moment: datetime) -> Any:
        """Write a time."""
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def read_stamp(self, text: str) -> datetime:
        """Read a time of a filter; one without a zone is UTC."""
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def told(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Read what a write says of a person."""
        known = {name: reader(self.names[name])(fields) for name in ("first", "last", "mail")}
        if "reference" in self.names:
            known["reference"] = reader(self.names["reference"])(fields)
        return {name: value for name, value in known.items() if value is not None}

    def one(self, person_id: str) -> Answer:
        """Show one person."""
        held = self.people.get(person_id)
        return self.missing if held is None else (200, {}, self.render(held))

    def make(self, fields: Mapping[str, Any]) -> Person | None:
        """Create a person; None if the mail is taken."""
        known = self.told(fields)
        if any(it.mail == known.get("mail") for it in self.people.values()):
            return None
        return self.add(**{"last": None, **known})

    def change(self, person_id: str, fields: Mapping[str, Any]) -> Person | None:
        """Update a person; None if there is none."""
        return self.edit(person_id, **self.told(fields)) if person_id in self.people else None

    def drop(self, person_id: str) -> Answer:
        """Delete a person."""
        if person_id not in self.people:
            return self.missing
        self.remove(person_id)
        return 204, {}, ""
