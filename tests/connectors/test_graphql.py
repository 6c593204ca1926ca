"""The GraphQL engine, on a profile of a vendor that nobody ever heard of."""

import json

import pytest
import responses

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome

BASE = "http://127.0.0.1:1/api"
PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: graphql
path: /graphql
auth: {kind: header, header: X-Token}
limits: {page: 2}
errors: {retry: [THROTTLED], login: [UNAUTHENTICATED], config: [FORBIDDEN], missing: [NOT_FOUND]}
customers:
  id: id
  changed: {fields: [updatedAt]}
  reference: tag
  list:
    query: "query ($n: Int, $at: String, $q: String) { people { nodes { id } } }"
    variables: {n: "{size}", at: "{at}"}
    since: {q: "updated_at:>={since}"}
    records: people.nodes
    pages: {kind: token, path: people.pageInfo.endCursor, more: people.pageInfo.hasNextPage}
  read:
    query: "query ($id: ID!) { person(id: $id) { id } }"
    variables: {id: "{id}"}
    record: person
  create:
    query: "mutation ($i: I!) { make(i: $i) { person { id } userErrors { message } } }"
    variables: {i: "{fields}"}
    record: make.person
    failed: make.userErrors
  update:
    query: "mutation ($i: I!) { save(i: $i) { __typename ... on Trouble { errorCode } } }"
    variables: {i: "{record}"}
    failed: save.errorCode
    record: save
  delete:
    query: "mutation ($id: ID!) { drop(id: $id) { errorCode } }"
    variables: {id: "{id}"}
    failed: drop.errorCode
"""


@pytest.fixture
def mock():
    with responses.RequestsMock() as it:
        yield it


@pytest.fixture
def acme(open_profile):
    with open_profile(PROFILE) as connector:
        yield connector


def answer(mock, body: dict, status: int = 200) -> None:
    mock.post(f"{BASE}/graphql", json=body, status=status)


def page(*ids: str, after: str = "", more: bool = False) -> dict:
    nodes = [{"id": it, "updatedAt": "2026-07-01T10:00:00Z"} for it in ids]
    return {
        "data": {"people": {"nodes": nodes, "pageInfo": {"endCursor": after, "hasNextPage": more}}}
    }


def told(mock, call: int = 0) -> dict:
    return json.loads(mock.calls[call].request.body)["variables"]


def update() -> Change:
    return Change("u", Operation.UPDATE, "1", {"mail": "a@b.example"}, {"id": "1"}, "cus_1")


def create() -> Change:
    return Change("c", Operation.CREATE, None, {"mail": "a@b.example"}, None, "cus_1")


def failure(code: str) -> dict:
    return {"errors": [{"message": "Anna Private", "extensions": {"code": code}}], "data": None}


def test_pages_follow_the_cursor_until_no_more_is_told(mock, acme):
    answer(mock, page("1", "2", after="c1", more=True))
    answer(mock, page("3", after="c2"))
    *_, last = pages = list(acme.pull(None))
    assert [r.key.id for p in pages for r in p.records] == ["1", "2", "3"]
    assert [told(mock, 0), told(mock, 1)] == [{"n": 2}, {"n": 2, "at": "c1"}]
    answer(mock, page())
    list(acme.pull(last.cursor))
    assert told(mock, 2)["q"] == "updated_at:>=2026-07-01T09:59:59+00:00"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (failure("THROTTLED"), TransientError),
        (failure("UNAUTHENTICATED"), ConfigError),
        (failure("FORBIDDEN"), ConfigError),
        (failure("NO_SUCH_FIELD"), ConfigError),
        ({"data": None}, TransientError),
        ({"data": {"people": None}}, TransientError),
        ([], TransientError),
    ],
)
def test_a_failure_inside_a_200_is_one_of_the_four_errors(mock, acme, body, error):
    answer(mock, body)
    with pytest.raises(error, match=r"shop: customers, page 1: ") as caught:
        list(acme.pull(None))
    assert "Anna" not in str(caught.value)


def cost(asked: object, left: object, rate: object = 50.0) -> dict:
    status = {"currentlyAvailable": left, "restoreRate": rate, "maximumAvailable": 1000.0}
    return {"cost": {"requestedQueryCost": asked, "throttleStatus": status}}


def test_a_query_that_was_too_dear_is_repeated_when_it_can_be_paid_for(mock, acme, naps):
    answer(mock, {**failure("THROTTLED"), "extensions": cost(500, 100)})
    answer(mock, page("1"))
    assert [len(p.records) for p in acme.pull(None)] == [1]
    assert naps == [8.0]


def test_the_next_query_waits_until_it_can_be_paid_for(mock, acme, naps):
    answer(mock, {**page("1", after="c1", more=True), "extensions": cost(500, 450)})
    answer(mock, {**page("2"), "extensions": cost(500, 900)})
    list(acme.pull(None))
    assert naps == [pytest.approx(1.0, abs=0.1)]


@pytest.mark.parametrize("odd", [cost(500, "x"), cost(500, 1, 0), cost(None, 1), {"cost": []}])
def test_a_cost_that_makes_no_sense_is_not_waited_for(mock, acme, naps, odd):
    answer(mock, {**page("1"), "extensions": odd})
    list(acme.pull(None))
    assert naps == []


def test_a_create_bears_our_reference_and_returns_the_record(mock, acme):
    answer(mock, {"data": {"make": {"person": {"id": "9"}, "userErrors": []}}})
    (receipt,) = acme.push([create()])
    assert receipt.record.key.id == "9"
    assert told(mock) == {"i": {"mail": "a@b.example", "tag": "cus_1"}}


@pytest.mark.parametrize(
    ("refusal", "outcome", "reason"),
    [
        ([{"message": "Anna's mail is taken", "code": "TAKEN"}], Outcome.REJECTED, "TAKEN"),
        ([{"message": "Anna's mail is taken"}], Outcome.REJECTED, "status 400"),
        ([{"message": "x", "code": "THROTTLED"}], Outcome.FAILED, "THROTTLED"),
        (["Anna's mail"], Outcome.REJECTED, "status 400"),
    ],
)
def test_a_refusal_among_user_errors_is_told_by_its_code(mock, acme, refusal, outcome, reason):
    answer(mock, {"data": {"make": {"person": None, "userErrors": refusal}}})
    (receipt,) = acme.push([create()])
    assert receipt.outcome is outcome
    assert reason in receipt.reason
    assert "Anna" not in receipt.reason


def test_a_refusal_of_a_union_is_told_by_its_code(mock, acme):
    answer(mock, {"data": {"save": {"__typename": "Trouble", "errorCode": "EMAIL_CONFLICT"}}})
    (receipt,) = acme.push([update()])
    assert (receipt.outcome, receipt.reason) == (Outcome.REJECTED, "shop: update 1: EMAIL_CONFLICT")


def test_an_update_without_the_record_in_its_answer_is_read_back(mock, acme):
    answer(mock, {"data": {"save": {"__typename": "Person"}}})
    answer(mock, {"data": {"person": {"id": "1", "mail": "a@b.example"}}})
    (receipt,) = acme.push([update()])
    assert receipt.record.payload["mail"] == "a@b.example"
    assert told(mock, 0) == {"i": {"mail": "a@b.example", "id": "1"}}


def test_reading_back_leaves_out_what_is_gone(mock, acme):
    answer(mock, {"data": {"person": None}})
    answer(mock, failure("NOT_FOUND"))
    assert acme.read_back(["1", "2"]) == []


def test_a_record_is_deleted_and_one_that_is_gone_counts_as_deleted(mock, acme):
    answer(mock, {"data": {"drop": {"errorCode": None}}})
    answer(mock, {"data": {"drop": {"errorCode": "NOT_FOUND"}}})
    acme.delete("1")
    acme.delete("2")
    assert told(mock, 1) == {"id": "2"}
