"""Tokens and links from page to page, and what is laid into a payload."""

import pytest

from hub.errors import ConfigError
from tests.connectors.rest.acme import BASE, DERIVED


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


SEARCHED = """
vendor: Acme
source: https://acme.example/docs
engine: rest
limits: {page: 2}
customers: {id: id, list: {request: GET /people, pages: {kind: one}}}
streams:
  orders:
    id: no
    owner: buyer
    changed: {fields: [at]}
    list: {request: GET /orders, query: {size: "{size}"}, pages: {kind: one}}
    recent:
      request: GET /search
      query: {from: "{at}"}
      since: {since: "{since}", until: "{now}"}
      pages: {kind: offset}
      each: {request: "GET /orders/{id}", record: order}
"""


def test_what_changed_is_searched_and_each_record_read_where_the_search_shows_too_little(
    mock, open_profile
):
    early, late = "2026-07-01T12:00:00Z", "2026-07-02T12:00:00Z"
    mock.get(f"{BASE}/orders", json=[{"no": 1, "at": early, "buyer": 7}])
    found = [{"no": 2, "at": late, "sum": {"net": 1}}, {"no": 3, "at": late}]
    mock.get(f"{BASE}/search", json=found)
    mock.get(f"{BASE}/search", json=[{"no": 4, "at": late}])
    edited = {"no": 2, "at": "2026-07-03T12:00:00Z", "buyer": 8, "sum": {"net": 2, "tax": 1}}
    mock.get(f"{BASE}/orders/2", json={"order": edited})
    mock.get(f"{BASE}/orders/3", status=404)
    mock.get(f"{BASE}/orders/4", json={})
    connector = open_profile(SEARCHED)
    assert connector.incremental("orders")
    (listed,) = connector.pull(None, "orders")
    assert [it.owner for it in listed.records] == ["7"]
    first, second = connector.pull(listed.cursor, "orders")
    record, gone = first.records
    assert (record.owner, gone.owner) == ("8", None)
    assert record.payload == {"no": 2, "at": late, "buyer": 8, "sum": {"net": 1, "tax": 1}}
    assert [(it.key.id, it.owner) for it in second.records] == [("4", None)]
    asked = mock.calls[1].request.params
    assert (asked["since"], asked["until"] > asked["since"]) == ("2026-07-01T11:59:59+00:00", True)
    (again,) = connector.pull(None, "orders")
    assert [it.key.id for it in again.records] == ["1"]
