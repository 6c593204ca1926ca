"""What the REST engine writes: versions, doubtful creates, refusals that name nobody."""

import json
import re

import pytest

from hub.errors import ConfigError
from hub.model import Outcome
from tests.connectors.rest.acme import BASE, PROFILE, Acme, create, person, problem, update


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
