"""The REST engine, on profiles of vendors that nobody ever heard of: YAML alone adds them."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

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


@pytest.fixture
def mock():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as it:
        yield it


@pytest.fixture
def acme(open_profile):
    with open_profile(PROFILE) as connector:
        yield connector


def problem(code: str) -> dict[str, object]:
    return {"problem": {"code": code, "text": "Anna Private said so"}}


def update(**facts: object) -> Change:
    given = {"fields": {"mail": "a@b.example"}, "base": person(7), "remote_id": "7", **facts}
    return Change("chg_1", Operation.UPDATE, reference="cus_1", **given)


def create(**facts: object) -> Change:
    fields = {"mail": "a@b.example"}
    return Change("chg_1", Operation.CREATE, None, fields, None, "cus_1", **facts)


def test_a_vendor_never_seen_is_read_by_yaml_alone(mock, acme):
    fake = Acme(
        mock,
        person(1, custom=[{"name": "hub", "value": "cus_1"}]),
        person(2, state="removed"),
        person(3, stamp="junk", state=True),
    )
    pages = list(acme.pull(None))
    records = [record for page in pages for record in page.records]
    assert [str(record.key) for record in records] == ["shop:1", "shop:2", "shop:3"]
    assert [record.reference for record in records] == ["cus_1", None, None]
    assert [record.deleted for record in records] == [False, True, True]
    assert str(records[0].changed_at) == "2026-07-01 10:00:00+00:00"
    assert records[2].changed_at is None
    assert records[0].payload == fake.people[0]
    assert [query["skip"] for query in fake.queries] == [["0"], ["2"]]
    assert fake.queries[0]["all"] == ["true"]
    assert "changed_from" not in fake.queries[0]


def test_the_next_pull_asks_only_for_what_changed_one_unit_overlapping(mock, acme):
    fake = Acme(mock, person(1), person(2))
    cursor = list(acme.pull(None))[-1].cursor
    fake.people = [person(2)]
    list(acme.pull(cursor))
    assert fake.queries[-1]["changed_from"] == ["2026-07-02T11:59:59+02:00"]


@pytest.mark.parametrize(
    ("code", "error"),
    [("BUSY", TransientError), ("EXPIRED", ConfigError), ("NO_RIGHT", ConfigError)],
)
@pytest.mark.parametrize("status", [200, 400, 403])
def test_a_failure_is_known_by_its_code_whatever_the_status(mock, acme, code, error, status):
    mock.get(f"{BASE}/people", json=problem(code), status=status)
    with pytest.raises(error, match=code) as caught:
        list(acme.pull(None))
    assert "Anna" not in str(caught.value)


def test_a_listing_that_is_refused_needs_a_person(mock, acme):
    mock.get(f"{BASE}/people", json=problem("BAD_PARAMETER"), status=400)
    with pytest.raises(ConfigError, match=r"BAD_PARAMETER; check url"):
        acme.check()


def test_an_expired_session_is_renewed_once(mock, acme):
    mock.get(f"{BASE}/people", json={"data": {"people": [], "count": 0}})
    mock.get(f"{BASE}/people", json=problem("EXPIRED"))
    mock.get(f"{BASE}/people", json={"data": {"people": [], "count": 0}})
    acme.check()
    assert [page.records for page in acme.pull(None)] == [()]
    assert len(mock.calls) == 3


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html>Log in</html>", "a web page instead of JSON"),
        (b'{"data": {"people": [', "something else instead of JSON"),
        (b"\xff\xfe", "instead of JSON"),
        (b"[" * 100_000, "instead of JSON"),
        (b'{"data": {}}', "not a list at 'data.people'"),
        (b"", "not a list"),
    ],
)
def test_an_answer_that_is_no_listing_is_trouble_that_may_pass(mock, acme, body, reason):
    mock.get(f"{BASE}/people", body=body)
    with pytest.raises(TransientError, match=reason):
        list(acme.pull(None))


def test_a_broken_page_is_asked_for_again(mock, acme, naps):
    mock.get(f"{BASE}/people", body=b"{")
    Acme(mock, person(1))
    assert len(list(acme.pull(None))) == 1
    assert len(naps) == 1


@pytest.mark.parametrize(("status", "error"), [(404, ConfigError), (400, ConfigError)])
def test_a_refusal_without_json_is_told_by_its_status(mock, acme, status, error):
    mock.get(f"{BASE}/people", body=b"<html>", status=status)
    with pytest.raises(error, match=f"status {status}"):
        list(acme.pull(None))


def test_an_update_bears_the_version_and_returns_the_record(mock, acme):
    mock.patch(f"{BASE}/people/7", json={"person": person(7, etag="e2")})
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.payload["etag"] == "e2"
    request = mock.calls[0].request
    assert request.headers["If-Match"] == "e1"
    assert json.loads(request.body) == {
        "person": {"mail": "a@b.example", "ref": {"no": 7}, "etag": "e1"}
    }


def test_an_update_of_a_record_never_seen_reads_its_version_first(mock, acme):
    mock.get(f"{BASE}/people/7", json={"person": person(7, etag="e9")})
    mock.patch(f"{BASE}/people/7", json={"person": person(7)})
    (receipt,) = acme.push([update(base=None)])
    assert receipt.outcome is Outcome.SENT
    assert mock.calls[1].request.headers["If-Match"] == "e9"


def test_a_stale_version_brings_the_record_as_it_is_now(mock, acme):
    mock.patch(f"{BASE}/people/7", json=problem("CHANGED_MEANWHILE"), status=409)
    mock.get(f"{BASE}/people/7", json={"person": person(7, etag="e5")})
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.STALE
    assert receipt.record.payload["etag"] == "e5"


@pytest.mark.parametrize(
    ("code", "status", "reason"),
    [("INVALID", 422, "INVALID"), ("GONE", 410, "GONE"), ("BLOCKED", 500, "BLOCKED"),
     ("mail of anna@private.example", 400, "status 400")],
)  # fmt: skip
def test_a_refusal_tells_the_code_and_no_personal_data(mock, acme, code, status, reason):
    mock.patch(f"{BASE}/people/7", json=problem(code), status=status)
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.REJECTED
    assert reason in receipt.reason
    assert "Anna" not in receipt.reason
    assert "anna" not in receipt.reason


def test_a_create_bears_our_reference_defaults_and_other_names(mock, acme):
    mock.post(f"{BASE}/people", json={"person": person(8)}, status=201)
    (receipt,) = acme.push([create()])
    assert receipt.record.key.id == "8"
    assert json.loads(mock.calls[0].request.body) == {
        "person": {
            "kind": "human",
            "primary_mail": "a@b.example",
            "custom": [{"name": "hub", "value": "cus_1"}],
        }
    }


def test_a_create_that_breaks_off_is_not_repeated_by_itself(mock, acme):
    mock.post(f"{BASE}/people", status=500)
    (receipt,) = acme.push([create()])
    assert receipt.outcome is Outcome.FAILED
    assert len(mock.calls) == 1


@pytest.mark.parametrize(
    "there",
    [
        person(5, custom=[{"name": "hub", "value": "cus_1"}]),
        person(5, mail=" A@B.example "),
    ],
)
def test_a_doubtful_create_finds_what_is_there_by_reference_or_unique_field(mock, acme, there):
    Acme(mock, person(4, mail="other@b.example"), there)
    (receipt,) = acme.push([create(doubtful=True)])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.key.id == "5"
    assert {call.request.method for call in mock.calls} == {"GET"}


@pytest.mark.parametrize(
    "there",
    [
        person(5, mail="a@b.example", name="Anna"),
        person(5, mail="a@b.example", custom=[{"name": "hub", "value": "cus_2"}]),
    ],
)
def test_a_doubtful_create_never_takes_a_family_member_for_its_own(mock, acme, there):
    Acme(mock, there)
    change = create(doubtful=True)
    change = change._replace(fields={**change.fields, "name": "Ben"})
    (receipt,) = acme.push([change])
    assert receipt.outcome is Outcome.REJECTED
    assert "shop:5 has the same mail but is another record; a person must" in receipt.reason
    assert {call.request.method for call in mock.calls} == {"GET"}


def test_a_lookup_whose_filter_is_ignored_finds_nobody_else(mock, acme):
    Acme(mock, person(4, mail="other@b.example"), person(5))
    mock.post(f"{BASE}/people", json={"person": person(8)}, status=201)
    (receipt,) = acme.push([create(doubtful=True)])
    assert receipt.record.key.id == "8"


def test_an_answer_without_the_record_is_followed_by_reading_it_back(mock, acme):
    mock.patch(f"{BASE}/people/7", status=204)
    mock.get(f"{BASE}/people/7", json={"person": person(7, etag="e2")})
    (receipt,) = acme.push([update()])
    assert receipt.record.payload["etag"] == "e2"


def test_a_create_whose_answer_has_no_id_is_looked_up(mock, acme):
    Acme(mock, person(5, custom=[{"name": "hub", "value": "cus_1"}]))
    mock.post(f"{BASE}/people", status=204)
    (receipt,) = acme.push([create()])
    assert receipt.record.key.id == "5"


def test_a_create_that_nobody_can_find_again_is_not_called_sent(mock, acme):
    Acme(mock)
    mock.post(f"{BASE}/people", status=204)
    (receipt,) = acme.push([create()])
    assert receipt.outcome is Outcome.FAILED


def test_a_change_that_is_no_json_is_refused(acme):
    (receipt,) = acme.push([update(fields={"mail": float("nan")})])
    assert receipt.outcome is Outcome.REJECTED


def test_reading_back_leaves_out_what_is_gone(mock, acme):
    mock.get(f"{BASE}/people/1", json={"person": person(1)})
    mock.get(f"{BASE}/people/2", status=404, json=problem("x"))
    mock.get(f"{BASE}/people/3", json={"person": None})
    assert [record.key.id for record in acme.read_back(["1", "2", "3"])] == ["1"]


def test_reading_back_that_is_refused_needs_a_person(mock, acme):
    mock.get(f"{BASE}/people/1", json=problem("BAD"), status=400)
    with pytest.raises(ConfigError, match=re.escape("customers.read")):
        acme.read_back(["1"])


def test_what_the_profile_does_not_say_how_to_do_needs_a_person(open_profile):
    readonly = PROFILE[: PROFILE.index("  update:")]
    with (
        open_profile(readonly) as connector,
        pytest.raises(ConfigError, match=re.escape("add customers.update")),
    ):
        connector.push([update()])
    assert not connector.capabilities.write


def test_the_capabilities_are_what_the_profile_says(open_profile):
    told = open_profile(PROFILE, rate=5.0).capabilities
    assert told.write and told.create and told.incremental and told.version_check  # noqa: PT018
    assert (told.batch, told.rate, told.delete, told.consent) == (1, 5.0, False, False)


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


def test_rows_that_fail_inside_a_batch_are_told_apart(mock, open_profile):
    answer = {
        "new": [{"id": 0, "error": {"code": "DUPLICATE"}}],
        "old": [{"id": 1}, {"id": 2, "error": {"code": "OLD"}}, {"error": {"code": "BUSY"}}, {}],
    }
    mock.post(f"{BASE}/bulk", json=answer)
    changes = [
        Change(f"u{n}", Operation.UPDATE, str(n), {"a": n}, {"id": n}, "cus_1")
        for n in (1, 2, 3, 4)
    ]
    changes.insert(1, Change("c", Operation.CREATE, None, {"a": 0}, None, "cus_1"))
    receipts = open_profile(BATCHES).push(changes)
    assert [it.change_id for it in receipts] == ["u1", "c", "u2", "u3", "u4"]
    assert " ".join(it.outcome for it in receipts) == "sent rejected stale failed failed"
    assert "DUPLICATE" in receipts[1].reason
    assert json.loads(mock.calls[0].request.body) == {
        "new": [{"a": 0}],
        "old": [{"a": n, "id": n} for n in (1, 2, 3, 4)],
    }


@pytest.mark.parametrize("text", ["{id}", "{nobody}", "{", "{fields}"])
def test_what_customers_are_called_is_never_taken_for_a_placeholder(mock, open_profile, text):
    mock.post(f"{BASE}/bulk", json={})
    mock.post(f"{BASE}/people", json={"id": 1})
    make = [Change(f"c{n}", Operation.CREATE, None, {"a": text}, None, "r") for n in (1, 2)]
    connector = open_profile(BATCHES)
    connector.push(make)
    connector.push(make[:1])
    assert json.loads(mock.calls[0].request.body) == {"new": [{"a": text}, {"a": text}]}
    assert json.loads(mock.calls[1].request.body) == {"a": text}


def test_a_batch_row_that_only_a_person_can_help_is_not_a_dead_letter(mock, open_profile):
    answer = {"old": [{"error": {"code": "NO_RIGHT"}}] * 2}
    mock.post(f"{BASE}/bulk", json=answer)
    text = BATCHES.replace("retry: [BUSY]", "config: [NO_RIGHT]")
    changes = [Change(f"u{n}", Operation.UPDATE, str(n), {}, {"id": n}, "r") for n in (1, 2)]
    assert {it.outcome for it in open_profile(text).push(changes)} == {Outcome.FAILED}


def test_a_batch_answer_of_another_shape_counts_for_nobody(mock, open_profile):
    mock.post(f"{BASE}/bulk", json={"old": [{"id": 1}]})
    changes = [Change(f"u{n}", Operation.UPDATE, str(n), {}, {"id": n}, "r") for n in (1, 2)]
    receipts = open_profile(BATCHES).push(changes)
    assert {it.outcome for it in receipts} == {Outcome.FAILED}


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


def test_an_id_that_follows_from_a_field_is_made_of_it(mock, open_profile):
    place = f"{BASE}/people/d3ce9fe2208376bd39cf85fbcc2a90c7"  # md5 of a@b.example
    mock.get(place, status=404, json={})
    mock.put(place, json={"id": "x"})
    change = Change("c", Operation.CREATE, None, {"mail": " A@b.example"}, None, "cus_1")
    (receipt,) = open_profile(DERIVED).push([change])
    assert receipt.outcome is Outcome.SENT


def test_an_upsert_does_not_overwrite_whoever_has_the_same_id(mock, open_profile):
    there = {"id": "x", "mail": "a@b.example", "name": "Anna", "tags": ["old"]}
    mock.get(re.compile(f"{BASE}/people/.*"), json=there)
    mail = {"mail": "a@b.example"}
    changes = [
        Change(name, Operation.CREATE, None, mail | fields, None, "cus_1")
        for name, fields in {
            "ben": {"name": "Ben"},
            "anna": {"name": "anna ", "phone": "", "tags": ["old"]},
            "phoned": {"name": "Anna", "phone": "030 1"},
            "tagged": {"tags": ["new"]},
            "moved": {"name": {"first": "Anna"}},
        }.items()
    ]
    receipts = {receipt.change_id: receipt for receipt in open_profile(DERIVED).push(changes)}
    assert receipts.pop("anna").record.key.id == "x"
    assert {receipt.outcome for receipt in receipts.values()} == {Outcome.REJECTED}
    assert {call.request.method for call in mock.calls} == {"GET"}


def test_a_record_without_the_field_that_names_it_is_refused(open_profile):
    change = Change("c", Operation.CREATE, None, {"name": "x"}, None, "cus_1")
    (receipt,) = open_profile(DERIVED).push([change])
    assert receipt.outcome is Outcome.REJECTED
    assert "no mail" in receipt.reason


def test_a_doubtful_upsert_that_was_never_there_is_made(mock, open_profile):
    mock.get(re.compile(f"{BASE}/people/.*"), status=404, json={})
    mock.put(re.compile(f"{BASE}/people/.*"), json={"id": "x"})
    change = Change("c", Operation.CREATE, None, {"mail": "a@b.example"}, None, "r", doubtful=True)
    (receipt,) = open_profile(DERIVED).push([change])
    assert receipt.record.key.id == "x"


def test_tokens_are_followed(mock, open_profile):
    mock.get(f"{BASE}/people", json={"rows": [{"id": 1}], "next": "abc"})
    mock.get(f"{BASE}/people", json={"rows": [{"id": 2}], "next": ""})
    pages = list(open_profile(DERIVED).pull(None))
    assert [record.key.id for page in pages for record in page.records] == ["1", "2"]


LINKED = DERIVED.replace("kind: token, path: next", "kind: link, path: '[\"@odata.nextLink\"]'")


def pages_of(connector) -> list[str]:
    return [record.key.id for page in connector.pull(None) for record in page.records]


def test_a_link_to_the_next_page_is_followed_on_the_channels_own_host(mock, open_profile):
    first = {"rows": [{"id": 1}], "@odata.nextLink": f"{BASE}/people?$skiptoken=x'1"}
    mock.get(f"{BASE}/people?$skiptoken=x'1", json={"rows": [{"id": 2}]})
    mock.get(f"{BASE}/people", json=first)
    assert pages_of(open_profile(LINKED)) == ["1", "2"]


def test_a_link_to_another_host_is_not_followed(mock, open_profile):
    mock.get(f"{BASE}/people", json={"rows": [], "@odata.nextLink": "http://evil.example/x"})
    with pytest.raises(ConfigError, match="points to another host"):
        pages_of(open_profile(LINKED))
    assert len(mock.calls) == 1


def test_a_link_in_a_header_is_followed(mock, open_profile):
    text = DERIVED.replace("{kind: token, path: next}", "{kind: link}").replace(
        "request: GET /people,", "request: GET /people, query: {limit: '{size}'},"
    )
    link = {"Link": f'<{BASE}/people?at=2>; rel="next", <{BASE}/people>; rel="first"'}
    mock.get(f"{BASE}/people?at=2", json={"rows": [{"id": 2}]})
    mock.get(f"{BASE}/people?limit=100", json={"rows": [{"id": 1}]}, headers=link)
    assert pages_of(open_profile(text)) == ["1", "2"]


def test_a_record_is_deleted_and_one_that_is_gone_counts_as_deleted(mock, open_profile):
    connector = open_profile(DERIVED + '  delete: {request: "DELETE /people/{id}"}\n')
    mock.delete(f"{BASE}/people/1", status=204)
    mock.delete(f"{BASE}/people/2", status=404)
    connector.delete("1")
    connector.delete("2")
    assert len(mock.calls) == 2
    assert connector.capabilities.delete


def test_a_delete_that_compares_versions_reads_the_latest_one_first(mock, open_profile):
    text = DERIVED + (
        '  version: tag\n  delete: {request: "DELETE /people/{id}",'
        ' headers: {If-Match: "{version}"}}\n'
    )
    mock.get(f"{BASE}/people/1", json={"id": "1", "tag": "v7"})
    mock.delete(f"{BASE}/people/1", status=204)
    open_profile(text).delete("1")
    assert mock.calls[1].request.headers["If-Match"] == "v7"


def test_a_channel_that_cannot_delete_says_so(open_profile):
    with pytest.raises(ConfigError, match="how to delete"):
        open_profile(DERIVED).delete("1")


def test_a_new_id_is_taken_from_where_the_profile_says_and_the_record_is_read(mock, open_profile):
    text = DERIVED.replace("  derived_id: {field: mail, function: md5_lower}\n", "").replace(
        'create: {request: "PUT /people/{id}"}', "create: {request: POST /people, new_id: made.no}"
    )
    mock.post(f"{BASE}/people", json={"made": {"no": 8}})
    mock.get(f"{BASE}/people/8", json={"id": 8, "mail": "a@b.example"})
    change = Change("c", Operation.CREATE, None, {"mail": "a@b.example"}, None, "cus_1")
    (receipt,) = open_profile(text).push([change])
    assert receipt.record.payload == {"id": 8, "mail": "a@b.example"}


LIFTED = (
    DERIVED
    + """  false_is_empty: true
  deleted: {field: active, values: ["false", "9"]}
  lift: {street: 'homes[0].street', country: 'home.country_id[1]'}
"""
)


def test_what_the_map_cannot_reach_is_laid_into_the_payload(mock, open_profile):
    row = {"id": 1, "mail": False, "active": False, "homes": [{"street": "A 1"}]}
    other = {"id": 2, "active": 9, "home": {"country_id": [57, "Germany"]}}
    mock.get(f"{BASE}/people", json={"rows": [row, other, {"id": 3, "active": None}]})
    (page,) = open_profile(LIFTED).pull(None)
    first, second, third = page.records
    assert first.payload == {
        "id": 1, "mail": None, "active": None, "homes": row["homes"], "street": "A 1",
        "country": None,
    }  # fmt: skip
    assert second.payload["country"] == "Germany"
    assert [it.deleted for it in (first, second, third)] == [True, True, False]


WHOLE = (
    DERIVED.replace("  derived_id: {field: mail, function: md5_lower}\n", "")
    + """
  lift: {street: 'homes[0].street'}
  update: {request: "PUT /people/{id}", body: {person: "{whole}"}, whole: true}
"""
)


def test_a_channel_that_forgets_what_is_left_out_gets_the_whole_record(mock, open_profile):
    fresh = {"id": 1, "mail": "new@b.example", "name": {"a": 1, "b": 2}, "homes": [{"street": "A"}]}
    mock.get(f"{BASE}/people/1", json=fresh)
    mock.put(f"{BASE}/people/1", json={})
    seen = {"id": 1, "mail": "old@b.example", "street": "A"}
    change = Change("u", Operation.UPDATE, "1", {"name": {"a": 9}}, seen, "cus_1")
    (receipt,) = open_profile(WHOLE).push([change])
    assert receipt.outcome is Outcome.SENT
    told = json.loads(mock.calls[1].request.body)
    assert told == {"person": {**fresh, "name": {"a": 9, "b": 2}}}
