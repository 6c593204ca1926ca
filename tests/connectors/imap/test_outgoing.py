"""Changes that are told by mail."""

import json
from email import message_from_string, policy

import pytest

from hub.errors import ConfigError
from hub.model import Outcome
from tests.connectors.imap.letters import change, outgoing
from tests.connectors.imap.server import Smtp, serving


@pytest.fixture
def sending(box, mail):
    with serving(box, Smtp) as port:
        yield lambda: mail(outgoing(port))


def test_a_change_is_told_by_mail_with_its_data_attached(box, sending):
    with sending() as connector:
        assert connector.capabilities.write
        receipts = connector.push([change(1), change(2)])
    assert [it.outcome for it in receipts] == [Outcome.SENT] * 2
    assert receipts[0].record.payload["name"] == "Änn\nBcc: x"
    assert len(box.sent) == 2
    assert "Message-ID: <chg_1.cus_1@goldenrod.invalid>" in box.sent[0]
    assert "\nBcc:" not in box.sent[0]
    assert "Auto-Submitted: auto-generated" in box.sent[0]


@pytest.mark.parametrize(
    ("command", "fault", "outcome"),
    [
        ("RCPT", "550 no such user", Outcome.REJECTED),
        ("RCPT", "450 later", Outcome.FAILED),
        ("MAIL", "451 later", Outcome.FAILED),
        ("DATA", "554 never", Outcome.REJECTED),
        ("DATA", "cut", Outcome.FAILED),
        ("EHLO", "cut", Outcome.FAILED),
    ],
)
def test_what_the_server_refuses_is_a_dead_letter_and_what_fails_comes_again(
    box, sending, command, fault, outcome
):
    box.faults[command] = fault
    with sending() as connector:
        receipts = connector.push([change(1), change(2)])
    assert [it.outcome for it in receipts] == [outcome] * 2
    assert box.sent == []


def test_a_value_that_no_mail_can_hold_is_refused_alone(box, sending):
    with sending() as connector:
        receipts = connector.push([change(1, fields={"name": {1, 2}}), change(2)])
    assert [it.outcome for it in receipts] == [Outcome.REJECTED, Outcome.SENT]


def test_a_login_that_the_server_refuses_needs_a_person(box, mail):
    with serving(box, Smtp) as port:
        facts = (
            f"outgoing: {{url: 'smtp://127.0.0.1:{port}', sender: h@o.example, to: k@o.example}}"
        )
        with mail(facts, user="eve") as connector, pytest.raises(ConfigError, match="the login"):
            connector.push([change(1)])


def test_without_a_server_nothing_is_sent(mail):
    with mail() as connector, pytest.raises(ConfigError, match="names no server"):
        connector.push([change(1)])
    with pytest.raises(ConfigError, match="outgoing needs a sender"):
        mail("outgoing: {url: 'smtp://h'}")


def test_the_attached_data_can_be_read_by_a_program(box, sending):
    with sending() as connector:
        connector.push([change(1, fields={"name": "Anna"})])
    sent = message_from_string(box.sent[0], policy=policy.default)
    (attached,) = sent.iter_attachments()
    assert json.loads(attached.get_content())["fields"] == {"name": "Anna"}
    assert "name: Anna" in sent.get_body().get_content()
