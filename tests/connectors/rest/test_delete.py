"""Deletes, new ids, and records that are written as a whole."""

import json

import pytest

from hub.errors import ConfigError
from hub.model import Change, Operation, Outcome
from tests.connectors.rest.acme import BASE, DERIVED


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
