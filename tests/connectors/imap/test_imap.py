"""A mail box as a channel: what its mails say, and what happens when it misbehaves."""

import json
from email import message_from_string, policy
from email.message import EmailMessage

import pytest
import responses

from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome
from tests.connectors.imap.server import Box, Imap, Smtp, serving

PROFILE = """
vendor: mail
source: RFC 3501
engine: imap
limits: {page: 3, answer: 5}
customers:
  id: address
  changed: {fields: [last_mail]}
  consent: newsletter
"""


@pytest.fixture
def box():
    return Box()


@pytest.fixture
def port(box):
    with serving(box, Imap) as port:
        yield port


@pytest.fixture
def mail(open_profile, port):
    def one(facts="", head="", user="hub"):
        text = PROFILE + "".join(f"  {line}\n" for line in facts.splitlines()) + head
        return open_profile(text, f"imap://127.0.0.1:{port}", username=user)

    return one


def letter(sender="Anna <anna@x.example>", text="Hello", subject="A question", **headers):
    it = EmailMessage()
    it["From"], it["To"], it["Subject"] = sender, "crm@ours.example", subject
    for name, value in headers.items():
        it[name.replace("_", "-")] = value
    it.set_content(text)
    return it.as_bytes()


def pulled(connector, cursor=None):
    pages = list(connector.pull(cursor))
    newest = {it.key.id: it for page in pages for it in page.records}
    return newest, pages[-1].cursor


# --- what is read --------------------------------------------------------------------------


def test_a_sender_is_one_record_of_what_its_last_mails_say(box, mail):
    box.add(letter(text="Hi\n\n-- \nAnna Miller\nTel. +49 30 1234567\nFax: +49 30 999999\n"))
    box.add(letter("Anna Miller-Jones <ANNA@x.example>", "No signature here."))
    box.add(letter("bert@y.example"))
    with mail() as connector:
        connector.check()
        found, _ = pulled(connector)
    assert found["anna@x.example"].payload == {
        "address": "anna@x.example",
        "name": "Anna Miller-Jones",
        "signature": "Anna Miller\nTel. +49 30 1234567\nFax: +49 30 999999",
        "phone": "+49 30 1234567",
        "phone2": None,
        "first_mail": "2026-03-01T12:01:00+00:00",
        "last_mail": "2026-03-01T12:02:00+00:00",
        "newsletter": None,
        "unsubscribed_at": None,
    }
    assert set(found) == {"anna@x.example", "bert@y.example"}
    assert not any("SELECT" in command or "STORE" in command for command in box.commands)


def test_the_next_pull_reads_only_new_mails_and_knows_the_old_ones_of_a_sender(box, mail):
    box.add(letter(text="Hi\n\n-- \nAnna\nMobile 0151 23456789\n"))
    for number in range(5):
        box.add(letter(f"other{number}@y.example"))
    with mail() as connector:
        cursor = pulled(connector)[1]
        assert pulled(connector, cursor)[0] == {}
        box.add(letter("anna@x.example", "Later."))
        box.add(letter("not-anna@x.example"))
        found, _ = pulled(connector, cursor)
    assert set(found) == {"anna@x.example", "not-anna@x.example"}
    assert found["anna@x.example"].payload["name"] == "Anna"
    assert found["anna@x.example"].payload["phone"] == "0151 23456789"
    assert found["not-anna@x.example"].payload["phone"] is None


def test_a_pull_that_broke_off_resumes_after_the_page_that_landed(box, mail):
    for number in range(7):
        box.add(letter(f"s{number}@y.example"))
    with mail() as connector:
        first = next(connector.pull(None))
        assert len(first.records) == 3
        assert set(pulled(connector, first.cursor)[0]) == {f"s{n}@y.example" for n in range(3, 7)}


def test_when_all_numbers_are_void_everything_is_read_again_and_nothing_is_doubled(box, mail):
    for number in range(4):
        box.add(letter(f"s{number}@y.example"))
    with mail() as connector:
        before, cursor = pulled(connector)
        box.renew()
        after, _ = pulled(connector, cursor)
    assert set(before) == set(after)


def test_programs_are_no_customers(box, mail):
    box.add(letter("news@shop.example", List_Unsubscribe="<mailto:x@y.example>"))
    box.add(letter("daemon@x.example", Auto_Submitted="auto-replied"))
    box.add(letter("list@x.example", Precedence="bulk"))
    box.add(letter("anna@x.example", Auto_Submitted="no"))
    with mail() as connector:
        assert set(pulled(connector)[0]) == {"anna@x.example"}


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"From: =?utf-8?q?M=C3=BCller?= <a@x.example>\n\nx", "Müller"),
        (b"From: =?nonesuch?q?M=C3=BCller?= <a@x.example>\n\nx", "Müller"),
        (b"From: =?gb18030?b?zfXQocP3?= <a@x.example>\n\nx", "王小明"),
        (b"From: M\xfcller <a@x.example>\n\nx", "Müller"),
        (b"From: M\xc3\xbcller <a@x.example>\n\nx", "Müller"),
        (b"From: =?utf-8?q?A=0ABcc:_x@y.example?= <a@x.example>\n\nx", ""),
        (b"From: Miller, Anna <a@x.example>\n\nx", "Miller, Anna"),
        (b"From: =?utf-8?b?A?= <a@x.example>\n\nx", "=?utf-8?b?A?="),
        (b"From: a@x.example (Anna)\n\nx", "Anna"),
        (b'From: "a@x.example" <a@x.example>\n\nx', ""),
    ],
)
def test_a_name_in_a_broken_header_is_read_as_well_as_it_can_be(box, mail, raw, name):
    box.add(raw)
    with mail() as connector:
        (record,) = pulled(connector)[0].values()
    assert record.key.id == "a@x.example"
    assert record.payload["name"] == name


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("text/plain; charset=iso-8859-1", "Gr\xfc\xdfe\n\n-- \nM\xfcller".encode("latin-1")),
        ("text/plain; charset=nonesuch", "Gr\xfc\xdfe\n\n-- \nM\xfcller".encode("cp1252")),
        ("text/plain; charset=utf-8", "Gr\xfc\xdfe\n\n-- \nM\xfcller".encode("cp1252")),
        ("text/html; charset=utf-8", "<style>x</style><p>Hi</p><br>-- <br>M\xfcller".encode()),
    ],
)  # fmt: skip
def test_a_body_in_a_broken_charset_is_read_as_well_as_it_can_be(box, mail, head, body):
    box.add(f"From: a@x.example\nContent-Type: {head}\n\n".encode() + body)
    with mail() as connector:
        (record,) = pulled(connector)[0].values()
    assert record.payload["signature"].endswith("Müller")


def test_of_a_huge_mail_only_the_beginning_is_read(box, mail):
    box.add(letter(text="Hi\n" + "x" * 3_000_000))
    with mail("body: 4096") as connector:
        assert set(pulled(connector)[0]) == {"anna@x.example"}
    assert any("<0.4096>" in command for command in box.commands)


def test_a_mail_that_nobody_can_answer_or_read_is_set_aside_with_its_place(box, mail):
    box.add(b"From: nobody\nSubject: x\n\nx")
    parts = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1_200)
    )
    box.add(b"From: a@x.example\n" + parts)
    box.add(b"")
    with mail() as connector:
        (page, *_) = connector.pull(None)
    assert [(it.position, it.field) for it in page.rejected] == [
        ("mail 1", "From"),
        ("mail 2", "From"),
        ("mail 3", "From"),
    ]


# --- consent -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "told",
    [
        {"subject": "Unsubscribe"},
        {"subject": "Re: ABMELDEN!"},
        {"text": "Please unsubscribe me.\n\n-- \nAnna"},
        {"text": "\n退订\n"},
        {"Delivered_To": "unsubscribe+k3y@ours.example"},
        {"text": "Désabonner\n\nSent from my iPhone"},
    ],
)
def test_who_unsubscribes_withdraws_consent(box, mail, told):
    box.add(letter(**told))
    with mail() as connector:
        (record,) = pulled(connector)[0].values()
    assert record.payload["newsletter"] == "unsubscribed"
    assert record.payload["unsubscribed_at"] == "2026-03-01T12:01:00+00:00"


@pytest.mark.parametrize(
    "told",
    [
        {"subject": "How do I unsubscribe from the loyalty points?"},
        {"text": "Hello\n\nOn Mon, Jan 5, 2026 at 9:00 AM S <s@x.example> wrote:\n> unsubscribe\n"},
        {"text": "> unsubscribe\nWhat is this?"},
    ],
)
def test_what_is_only_quoted_or_asked_is_no_withdrawal(box, mail, told):
    box.add(letter(**told))
    with mail() as connector:
        (record,) = pulled(connector)[0].values()
    assert record.payload["newsletter"] is None


def test_a_withdrawal_outlives_later_mails_its_own_deletion_and_new_numbers(box, mail):
    uid = box.add(letter(subject="unsubscribe"))
    with mail() as connector:
        cursor = pulled(connector)[1]
        del box.mails[uid]
        box.add(letter(text="Another matter."))
        found, cursor = pulled(connector, cursor)
        assert found["anna@x.example"].payload["newsletter"] == "unsubscribed"
        box.renew()
        found, cursor = pulled(connector, cursor)
        assert found["anna@x.example"].payload["newsletter"] == "unsubscribed"


def test_a_withdrawal_outlives_a_reading_from_the_start(box, mail):
    uid = box.add(letter(subject="unsubscribe"))
    box.add(letter(text="Another matter."))
    with mail() as connector:
        assert not connector.capabilities.lists_all
        cursor = pulled(connector)[1]
        del box.mails[uid]
        found, _ = pulled(connector, connector.rewind(cursor))
    assert found["anna@x.example"].payload["newsletter"] == "unsubscribed"


def test_each_mail_is_an_interaction_of_its_sender_and_a_restored_box_doubles_none(box, mail):
    stream = "\nstreams:\n  interactions: {id: id, owner: from, changed: {fields: [at]}}\n"
    for number in range(4):
        box.add(letter(text="Secret words", Message_ID=f"<m{number}@x.example>"))
    box.add(letter("news@y.example", Precedence="bulk"))
    box.add(letter("bert@y.example"))
    with mail("mark: $HubDone", stream) as connector:
        assert connector.streams == ("customers", "interactions")
        pages = list(connector.pull(None, "interactions"))
        found = {it.key.id: it for page in pages for it in page.records}
        assert list(connector.pull(pages[-1].cursor, "interactions"))[-1].records == ()
        box.renew()
        again = [it for page in connector.pull(pages[-1].cursor, "interactions") for it in page[0]]
    assert set(found) == {*(f"<m{n}@x.example>" for n in range(4)), "7-6"}
    assert {it.owner for it in found.values()} == {"anna@x.example", "bert@y.example"}
    assert found["7-6"].payload["subject"] == "A question"
    assert "Secret" not in str(found)
    assert {it.key.id for it in again} == {*(f"<m{n}@x.example>" for n in range(4)), "8-105"}
    assert not any(box.flags.values())  # the customers' pull marks
    row = {"id": "<m>", "from": "a@x.example", "at": "2026-03-01T12:00:00+00:00"}
    assert connector.read_row("interactions", row).owner == "a@x.example"


# --- a token instead of a password ---------------------------------------------------------

OAUTH = """
oauth:
  mailbox: crm@ours.example
  token_url: https://login.example/token
  scope: https://mail.example/.default
"""


@pytest.fixture
def token():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield lambda text: mock.post(
            "https://login.example/token", json={"access_token": text, "expires_in": 3600}
        )


def test_a_token_logs_in_where_the_profile_says_where_it_comes_from(box, mail, token):
    asked = token("t0ken-planted")
    box.add(letter())
    with serving(box, Smtp) as smtp, mail(outgoing(smtp), OAUTH) as connector:
        found, _ = pulled(connector)
        (receipt,) = connector.push([change()])
    assert set(found) == {"anna@x.example"}
    assert receipt.outcome is Outcome.SENT
    assert len(box.sent) == asked.call_count == 1  # one token does for both
    assert b"client_id=hub" in asked.calls[0].request.body


def test_a_token_that_is_refused_needs_a_person_and_is_never_shown(box, mail, token):
    token("wr0ng-planted")
    with mail("", OAUTH) as connector, pytest.raises(ConfigError, match="login was refused") as it:
        connector.check()
    assert "planted" not in str(it.value)


# --- what is changed over there ------------------------------------------------------------


def test_mails_are_marked_only_if_the_profile_says_so_and_only_once_they_landed(box, mail):
    uid = box.add(letter())
    with mail("mark: $HubDone") as connector:
        pages = connector.pull(None)
        next(pages)
        assert box.flags[uid] == set()
        assert list(pages) == []
    assert box.flags[uid] == {"$HubDone"}


def test_a_sender_is_read_back_and_deleted_with_all_its_mails(box, mail):
    for _ in range(3):
        box.add(letter())
    box.add(letter("not-anna@x.example"))
    with mail() as connector:
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


# --- trouble -------------------------------------------------------------------------------


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


# --- outgoing ------------------------------------------------------------------------------


def outgoing(port):
    return (
        f"outgoing: {{url: 'smtp://127.0.0.1:{port}', sender: hub@ours.example,"
        " to: keeper@ours.example}"
    )


@pytest.fixture
def sending(box, mail):
    with serving(box, Smtp) as port:
        yield lambda: mail(outgoing(port))


def change(number=1, **facts):
    given = {"fields": {"name": "Änn\nBcc: x"}, "base": {"address": "a@x.example"}, **facts}
    return Change(f"chg_{number}", Operation.UPDATE, "a@x.example", reference="cus_1", **given)


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
