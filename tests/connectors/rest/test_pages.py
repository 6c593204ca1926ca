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
