"""What the SOAP engine writes: versions, faults, doubtful creates."""

import pytest

from hub.model import Outcome
from tests.connectors.soap.acme import (
    PROFILE,
    URL,
    create,
    fault,
    one,
    people,
    person,
    update,
    value,
)


def test_an_update_bears_the_version_and_returns_the_record(mock, acme):
    mock.post(URL, body=one("<Number>7</Number><Revision>r2</Revision>"))
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.payload == {"Number": 7, "Revision": "r2"}
    assert (value(mock, "Number"), value(mock, "Revision")) == ("7", "r1")


def test_an_update_of_a_record_never_seen_reads_its_version_first(mock, acme):
    mock.post(URL, body=one("<Number>7</Number><Revision>r9</Revision>"))
    mock.post(URL, body=one("<Number>7</Number>"))
    assert acme.push([update(base=None)])[0].outcome is Outcome.SENT
    assert value(mock, "Revision") == "r9"


def test_a_stale_version_is_known_by_the_text_of_the_fault(mock, acme):
    mock.post(URL, body=fault("a:Conflict", "Alas, Somebody was faster."), status=500)
    mock.post(URL, body=one("<Number>7</Number><Revision>r5</Revision>"))
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.STALE
    assert receipt.record.payload["Revision"] == "r5"


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_of_the_application_refuses_the_change_and_tells_no_personal_data(
    mock, acme, status
):
    mock.post(URL, body=fault("a:BadName"), status=status)
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.REJECTED
    assert receipt.reason == "shop: update 7: BadName"


def test_a_fault_of_the_server_is_trouble_that_may_pass(mock, acme, naps):
    mock.post(URL, body=fault("s:Server"), status=500)
    (receipt,) = acme.push([update()])
    assert receipt.outcome is Outcome.FAILED
    assert len(naps) == 3


def test_a_soap_1_2_fault_is_known_too(mock, open_profile):
    text = PROFILE.replace("errors: {", "errors: {code: Code.Value, message: Reason.Text, ")
    ns = "http://www.w3.org/2003/05/soap-envelope"
    body = (
        f'<s:Envelope xmlns:s="{ns}"><s:Body><s:Fault><s:Code><s:Value>s:Odd</s:Value></s:Code>'
        "<s:Reason><s:Text>x</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>"
    )
    mock.post(URL, body=body, status=500)
    assert open_profile(text, URL).push([update()])[0].reason == "shop: update 7: Odd"


def test_a_create_bears_our_reference_and_is_not_repeated_by_itself(mock, acme):
    mock.post(URL, body=one("<Number>8</Number>"))
    (receipt,) = acme.push([create()])
    assert receipt.record.key.id == "8"
    assert value(mock, "Tag") == "cus_1"
    mock.replace("POST", URL, status=500)
    before = len(mock.calls)
    assert acme.push([create()])[0].outcome is Outcome.FAILED
    assert len(mock.calls) == before + 1


def test_a_doubtful_create_is_looked_up_by_reference(mock, acme):
    mock.post(URL, body=people(person(1, "<Tag>cus_9</Tag>"), person(2, "<Tag>cus_1</Tag>")))
    (receipt,) = acme.push([create(doubtful=True)])
    assert receipt.record.key.id == "2"
    assert value(mock, "tag") == "cus_1"


def test_a_create_whose_answer_is_empty_is_looked_up_or_not_called_sent(mock, acme):
    mock.post(URL, body=one())
    mock.post(URL, body=people())
    assert acme.push([create()])[0].outcome is Outcome.FAILED


def test_a_lookup_that_answers_with_a_fault_finds_nobody(mock, acme):
    mock.post(URL, body=fault("NoSuchPerson"), status=500)
    mock.post(URL, body=one("<Number>8</Number>"))
    assert acme.push([create(doubtful=True)])[0].record.key.id == "8"


@pytest.mark.parametrize(
    "fields", [{"Nope": 1}, {"Name": "bell \x07"}, {"Mail": [{"Main": True}]}, {"Name": {"a": 1}}]
)
def test_a_change_that_the_wsdl_has_no_room_for_is_refused(mock, acme, fields):
    (receipt,) = acme.push([update(fields=fields)])
    assert receipt.outcome is Outcome.REJECTED
    assert "no room" in receipt.reason


def test_reading_back_leaves_out_what_is_gone(mock, acme):
    mock.post(URL, body=one("<Number>1</Number>"))
    mock.post(URL, body=one())
    mock.post(URL, body=fault("NoSuchPerson"), status=500)
    assert [it.key.id for it in acme.read_back(["1", "2", "3"])] == ["1"]
