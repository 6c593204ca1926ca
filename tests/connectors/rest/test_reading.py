"""What the REST engine reads of a vendor that YAML alone has added."""

import pytest

from hub.errors import ConfigError, TransientError
from tests.connectors.rest.acme import BASE, Acme, person, problem


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
