"""What is changed over there, and what goes wrong."""

import pytest

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome
from tests.connectors.imap.letters import PROFILE, letter, pulled


def test_mails_are_marked_only_if_the_profile_says_so_and_only_once_they_landed(box, mail):
    uid = box.add(letter())
    with mail("mark: $HubDone") as connector:
        pages = connector.pull(None)
        next(pages)
        assert box.flags[uid] == set()
        assert list(pages) == []
    assert box.flags[uid] == {"$HubDone"}


def test_mails_are_never_deleted_unless_the_owner_of_the_box_says_so(box, mail):
    box.add(letter())
    with mail() as connector:
        pulled(connector)
        assert not connector.capabilities.delete
        gone = Change("chg_1", Operation.DELETE, "anna@x.example", {}, None, "cus_1")
        (receipt,) = connector.push([gone])
        assert (receipt.outcome, "erase: mails" in receipt.reason) == (Outcome.FAILED, True)
    assert box.mails


def test_a_sender_is_read_back_and_deleted_with_all_its_mails(box, mail):
    for _ in range(3):
        box.add(letter())
    box.add(letter("not-anna@x.example"))
    with mail("erase: mails") as connector:
        assert [it.key.id for it in connector.read_back(["anna@x.example", "no@x.example"])] == [
            "anna@x.example"
        ]
        assert connector.capabilities.delete
        gone = Change("chg_1", Operation.DELETE, "anna@x.example", {}, None, "cus_1")
        assert [it.outcome for it in connector.push([gone])] == [Outcome.SENT]
        connector.delete("anna@x.example")
        box.faults["UID SEARCH"] = "cut"
        assert [it.outcome for it in connector.push([gone])] == [Outcome.FAILED]
        box.faults.clear()
        assert connector.read_back(["anna@x.example"]) == []
    assert len(box.mails) == 1


@pytest.mark.parametrize(
    ("command", "fault", "expected"),
    [
        ("AUTHENTICATE", "NO [UNAVAILABLE] later", (TransientError, "busy")),
        ("AUTHENTICATE", "cut", (TransientError, "broke off")),
        ("UID SEARCH", "cut", (TransientError, "broke off")),
        ("UID SEARCH", "BAD what", (ConfigError, "the server refuses")),
        ("UID FETCH", "NO never", (ConfigError, "can't be fetched")),
        ("EXAMINE", "NO never", (ConfigError, "can't be opened")),
    ],
)
def test_what_goes_wrong_is_one_of_the_errors(box, mail, command, fault, expected):
    box.add(letter())
    box.faults[command] = fault
    error, reason = expected
    with mail() as connector, pytest.raises(error, match=reason):
        pulled(connector)


@pytest.mark.parametrize("capabilities", ["IMAP4rev1 AUTH=PLAIN", "IMAP4rev1"])
def test_a_wrong_password_is_tried_once_and_never_told(box, mail, capabilities):
    box.capabilities = capabilities
    with mail(user="eve") as connector, pytest.raises(ConfigError, match="login") as caught:
        connector.check()
    assert "s3cret" not in str(caught.value)
    assert sum("LOGIN" in it or "AUTHENTICATE" in it for it in box.commands) == 1


def test_without_tls_the_password_stays_here_unless_the_way_is_safe(box, mail, monkeypatch):
    monkeypatch.setattr("connectors.imap.tls._is_loopback", lambda _: False)
    with mail() as connector, pytest.raises(ConfigError, match="the server offers no TLS"):
        connector.check()
    assert not any("LOGIN" in it or "AUTHENTICATE" in it for it in box.commands)
    with mail(head="plain: allowed\n") as connector:
        connector.check()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://host", "the address is no mail server"),
        ("imap://", "the address is no mail server"),
        ("imap://host:x", "no valid port"),
    ],
)
def test_an_address_that_is_none_needs_a_person(open_profile, url, reason):
    with pytest.raises(ConfigError, match=reason):
        open_profile(PROFILE, url)


def test_a_server_that_is_not_there_is_trouble_that_may_pass(open_profile):
    with pytest.raises(TransientError):
        open_profile(PROFILE, "imaps://127.0.0.1:1").check()
    with pytest.raises(ConfigError, match="authority can't be read"):
        open_profile(
            PROFILE + "authority: /nowhere\n".replace("  ", ""), "imaps://127.0.0.1:1"
        ).check()


def test_a_folder_without_validity_can_not_be_followed(box, mail):
    box.validity = "none"
    with mail() as connector, pytest.raises(ConfigError, match="tells no UIDVALIDITY"):
        connector.check()


def test_a_cursor_of_another_engine_needs_a_person(mail):
    with mail() as connector, pytest.raises(ConfigError, match="is not one of ours"):
        list(connector.pull('{"since":"2026-01-01"}'))
