"""What a mail box tells of its senders."""

import pytest

from tests.connectors.imap.letters import letter, pulled


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
