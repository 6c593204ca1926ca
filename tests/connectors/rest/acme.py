"""A vendor that nobody ever heard of, its profile, and changes to be told to it."""

import json
from urllib.parse import parse_qs, urlsplit

import responses

from hub.model import Change, Operation

BASE = "http://127.0.0.1:1/api"


PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: rest
auth: {kind: bearer}
limits: {page: 2}
errors:
  code: problem.code
  message: problem.text
  marker: problem
  retry: [BUSY]
  login: [EXPIRED]
  config: [NO_RIGHT]
  stale: [CHANGED_MEANWHILE]
  missing: [GONE]
  refused: [BLOCKED]
customers:
  id: ref.no
  changed: {fields: [stamp], zone: Europe/Berlin}
  reference: custom[name=hub].value
  deleted: {field: state, values: [removed, "true"]}
  version: etag

  list:
    request: GET /people
    query: {skip: "{at}", take: "{size}", all: true}
    since: {changed_from: "{since}"}
    records: data.people
    pages: {kind: offset}
    total: {path: data.count}
  read: {request: "GET /people/{id}", record: person}
  find: {request: GET /people, query: {tag: "{reference}"}, record: data.people, same: [mail]}
  create:
    request: POST /people
    body: {person: "{fields}"}
    record: person
    defaults: {kind: human}
    rename: {mail: primary_mail}
  update:
    request: PATCH /people/{id}
    body: {person: "{record}"}
    headers: {If-Match: "{version}"}
    record: person
"""


def person(number: int, **facts: object) -> dict[str, object]:
    return {"ref": {"no": number}, "stamp": f"2026-07-0{number}T12:00:00", "etag": "e1", **facts}


class Acme:
    """A small fake: people by number, listed by skip and take."""

    def __init__(self, mock: responses.RequestsMock, *people: dict[str, object]) -> None:
        self.people = list(people)
        self.queries: list[dict[str, list[str]]] = []
        mock.add_callback("GET", f"{BASE}/people", self._list)

    def _list(self, request):
        query = parse_qs(urlsplit(request.url).query)
        self.queries.append(query)
        skip, take = int(query.get("skip", ["0"])[0]), int(query.get("take", ["9"])[0])
        page = self.people[skip : skip + take]
        body = {"data": {"people": page, "count": len(self.people)}}
        return 200, {"Date": "Wed, 08 Jul 2026 10:00:00 GMT"}, json.dumps(body)


def problem(code: str) -> dict[str, object]:
    return {"problem": {"code": code, "text": "Anna Private said so"}}


def update(**facts: object) -> Change:
    given = {"fields": {"mail": "a@b.example"}, "base": person(7), "remote_id": "7", **facts}
    return Change("chg_1", Operation.UPDATE, reference="cus_1", **given)


def create(**facts: object) -> Change:
    fields = {"mail": "a@b.example"}
    return Change("chg_1", Operation.CREATE, None, fields, None, "cus_1", **facts)


BATCHES = """
vendor: Acme
source: https://acme.example/docs
engine: rest
errors: {code: code, stale: [OLD], retry: [BUSY]}
customers:
  id: id
  list: {request: GET /people, pages: {kind: one}}
  create: {request: POST /people}
  update: {request: "PUT /people/{id}"}
  batch: {request: POST /bulk, size: 9, creates: new, updates: old, failed: error}
"""


DERIVED = """
vendor: Acme
source: https://acme.example/docs
engine: rest
customers:
  id: id
  derived_id: {field: mail, function: md5_lower}
  list: {request: GET /people, pages: {kind: token, path: next}, records: rows}
  read: {request: "GET /people/{id}"}
  create: {request: "PUT /people/{id}"}
  find: {request: "GET /people/{id}", same: [mail]}
"""
