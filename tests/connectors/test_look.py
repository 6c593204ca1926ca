"""What the readiness matrix is told of a channel that does not do what its profile says."""

import pytest
import responses

BASE = "http://127.0.0.1:1/api"
PROFILE = """
vendor: Acme
source: https://acme.example/docs
engine: rest
customers:
  id: id
  version: etag
  consent: newsletter
  changed: {fields: [at], zone: UTC}
  list:
    request: GET /people
    query: {page: "{at}"}
    since: {since: "{since}"}
    pages: {kind: number}
"""
CLOCK = {"Date": "Fri, 01 May 2026 12:00:00 GMT"}


@pytest.mark.parametrize(
    ("first", "later", "seen"),
    [
        ([], [], (True, None, None)),
        ([{"id": 1, "etag": 5}], [{"id": 1, "at": "2026-05-01T12:00:00"}], (True, True, False)),
        ([{"id": 1, "newsletter": 0}], [{"id": 1, "at": "2020-01-01"}], (False, False, True)),
        ([{"id": 1}], [{"id": 1}], (True, False, False)),
    ],
)
@responses.activate
def test_it_is_told_what_was_seen(first, later, seen, open_profile):
    responses.get(f"{BASE}/people", json=first, headers=CLOCK)
    responses.get(f"{BASE}/people", json=later, headers=CLOCK)
    assert open_profile(PROFILE).look() == seen
    assert "since=2026-05-01T12" in responses.calls[1].request.url
