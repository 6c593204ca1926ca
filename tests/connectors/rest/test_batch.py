"""Many writes at once, and ids that follow from a field."""

import json
import re

import pytest

from hub.model import Change, Operation, Outcome
from tests.connectors.rest.acme import BASE, BATCHES, DERIVED


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
