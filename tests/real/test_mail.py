"""What only real mail servers show: TLS, flags, new numbers, an unsubscription on its way."""

import pytest
from pydantic import SecretStr

from connectors.registry import connect
from hub.config import Channel
from hub.errors import ConfigError
from hub.model import Change, Operation, Outcome
from tests.real.servers.mail import PASSWORD
from tests.real.worlds.mailbox import CRM, KEEPER, MailWorld


@pytest.fixture
def world(post):
    return MailWorld(post)


@pytest.fixture
def mail(post):
    def one(url=None, password=PASSWORD, **options):
        return connect(
            Channel(
                name="mail",
                profile="imap",
                map="imap",
                url=url or f"imaps://127.0.0.1:{post.imaps}",
                username=CRM,
                password=SecretStr(password),
                options={"authority": str(post.authority), **options},
            )
        )

    return one


def pulled(connector, cursor=None):
    pages = list(connector.pull(cursor))
    return {it.key.id: it for page in pages for it in page.records}, pages[-1].cursor


def flags(world):
    box = world.server.box(CRM)
    box.select("INBOX", readonly=True)
    told = box.fetch("1:*", "(FLAGS)")[1]
    box.logout()
    return b" ".join(part for part in told if part)


def test_a_certificate_that_nobody_vouches_for_is_refused(post, mail):
    for url in (f"imaps://127.0.0.1:{post.imaps}", f"imap://127.0.0.1:{post.imap}"):
        with mail(url, authority="") as connector, pytest.raises(ConfigError, match="not trusted"):
            connector.check()
        with mail(url) as connector:
            connector.check()


def test_a_wrong_password_is_refused_and_not_told(mail):
    with mail(password="wr0ng-planted") as connector, pytest.raises(ConfigError) as caught:  # noqa: S106
        connector.check()
    assert "login was refused" in str(caught.value)
    assert "wr0ng" not in str(caught.value)


def test_a_token_logs_in_where_no_password_is_wanted(world, post, mail):
    world.send([("anna@x.example", "Hello")])
    told = {"mailbox": CRM, "token_url": f"http://127.0.0.1:{post.issuer}/token"}
    with mail(password="client-Pass1", **told) as connector:  # noqa: S106
        assert set(pulled(connector)[0]) == {"anna@x.example"}
    with mail(password="client-other", **told) as connector:  # noqa: S106
        with pytest.raises(ConfigError, match="login was refused") as caught:
            connector.check()
        assert "t0ken" not in str(caught.value)


def test_a_folder_that_is_not_there_needs_a_person(post, mail):
    url = f"imaps://127.0.0.1:{post.imaps}/Nowhere"
    with mail(url) as connector, pytest.raises(ConfigError, match="the folder Nowhere can't"):
        connector.check()


def test_nobody_sees_that_the_hub_was_here_unless_it_is_told_to_mark(world, mail):
    world.send([("anna@x.example", "Hello")])
    with mail() as connector:
        pulled(connector)
    assert b"Seen" not in flags(world)
    with mail(mark="$HubDone") as connector:
        pulled(connector)
    assert b"$HubDone" in flags(world)
    assert b"Seen" not in flags(world)


def test_an_unsubscription_that_was_delivered_withdraws_consent_for_good(world, mail):
    world.send([("anna@x.example", "Hello"), ("bert@x.example", "Hi")])
    world.send([("anna@x.example", "Please unsubscribe me.")], subject="Your newsletter")
    with mail() as connector:
        found, cursor = pulled(connector)
        assert found["anna@x.example"].payload["newsletter"] == "unsubscribed"
        assert found["bert@x.example"].payload["newsletter"] is None
        world.empty(CRM)
        world.send([("anna@x.example", "Another matter.")])
        found, _ = pulled(connector, cursor)
    assert found["anna@x.example"].payload["newsletter"] == "unsubscribed"


def test_when_the_box_was_restored_all_numbers_are_new_and_nothing_is_lost(world, mail, post):
    world.send([(f"s{n}@x.example", "Hello") for n in range(5)])
    with mail() as connector:
        before, cursor = pulled(connector)
    mails = post.authority.parent / "mail" / CRM
    # Dovecot's list of numbers: it makes a new one. What says that they are new is the second of
    # now, unless the file of the last such mark stays, which then counts on.
    for file in mails.glob("dovecot*"):
        if not file.name.startswith("dovecot-uidvalidity"):
            file.unlink()
    world.send([("new@x.example", "Hello")])
    with mail() as connector:
        after, _ = pulled(connector, cursor)
    assert set(after) == set(before) | {"new@x.example"}


def test_a_mail_to_a_stranger_is_a_dead_letter(mail, post):
    smtp = f"smtp://127.0.0.1:{post.smtp}"
    change = Change(
        "chg_1", Operation.UPDATE, "a@x.example", {"name": "A"}, {"address": "a"}, "cus_1"
    )
    with mail(smtp=smtp, sender="hub@example.test", keeper="nobody@example.test") as connector:
        (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.REJECTED
    with mail(smtp=smtp, sender="hub@example.test", keeper=KEEPER) as connector:
        (receipt,) = connector.push([change])
    assert receipt.outcome is Outcome.SENT
