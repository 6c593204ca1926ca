"""Who unsubscribes, and what every mail is an interaction of."""

import pytest

from tests.connectors.imap.letters import letter, pulled


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
