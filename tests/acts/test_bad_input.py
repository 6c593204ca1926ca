"""Bad input to the golden record: wrong clocks, quarrelling claims, members that vanish."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hub.clock import now
from hub.model import Consent, ConsentState, Identifier, PersonName
from pipeline.acts import merge_customers
from tests.acts.hub import PEOPLE, tables

TOKYO = timezone(timedelta(hours=9))
NUMBER = (Identifier(kind="vat", value="DE136695976"),)
MAIL = PEOPLE["anna"]["emails"][0]


@pytest.mark.parametrize(
    ("first", "second", "language"),
    [
        (datetime(2026, 3, 1, 8, tzinfo=TOKYO), datetime(2026, 3, 1, tzinfo=UTC), "en"),
        (datetime(2026, 3, 1, 10, tzinfo=TOKYO), datetime(2026, 3, 1, tzinfo=UTC), "de"),
        (None, datetime(1990, 1, 1, tzinfo=UTC), "en"),
        (None, None, "de"),
        (datetime(2999, 1, 1, tzinfo=UTC), datetime(2900, 1, 1, tzinfo=UTC), "en"),
    ],
    ids=["other zone, earlier", "other zone, later", "one unknown", "both unknown", "both future"],
)
def test_the_newest_word_survives_whatever_the_clocks_say(hub, first, second, language):
    """Of two in the future the one heard last is the newest: both are capped at that."""
    hub.hear("erp:1", changed=first, language="de")
    hub.hear("shop:1", changed=second, language="en")
    assert hub.golden("erp:1").attributes.language == language


def test_a_claim_from_the_future_does_not_win_for_ever(hub):
    hub.hear("erp:1", changed=datetime(2999, 1, 1, tzinfo=UTC), language="de")
    hub.hear("shop:1", changed=now(), language="en")
    assert hub.golden("erp:1").attributes.language == "en"


def test_a_grant_from_the_future_gives_way_to_a_denial_heard_later(hub):
    def word(state, at):
        return (Consent(contact=MAIL, purpose="news", state=ConsentState(state), at=at),)

    hub.hear("shop:1", consents=word("granted", datetime(2999, 1, 1, tzinfo=UTC)))
    hub.hear("mail:1", consents=word("denied", now()))
    assert [one.state for one in hub.golden("shop:1").attributes.consents] == ["denied"]


def test_two_customers_may_claim_one_identifier_and_both_keep_it(hub):
    """It is evidence, not a key: a number typed into the wrong card merges nobody unasked."""
    hub.hear("erp:1", who="anna", identifiers=NUMBER)
    hub.hear("shop:1", who="boris", identifiers=NUMBER)
    assert hub.home("erp:1") != hub.home("shop:1")
    for key in ("erp:1", "shop:1"):
        assert hub.golden(key).attributes.identifiers == NUMBER
    merge_customers(hub.settings, hub.store, "erp:1", "shop:1", author="eva")
    golden = hub.golden("erp:1")
    (origin,) = golden.provenance["identifiers"]
    assert (golden.attributes.identifiers, str(origin.key)) == (NUMBER, "erp:1")
    assert str(origin.runner_up.key) == "shop:1"


def test_a_customer_whose_members_are_all_deleted_comes_back_with_one(hub):
    hub.hear("erp:1", "shop:1")
    anna = hub.home("erp:1")
    for key in ("erp:1", "shop:1"):
        hub.hear(key, deleted=True)
    assert hub.golden(anna).attributes.status == "closed"
    hub.hear("shop:1")
    assert (hub.golden(anna).attributes.status, hub.home("shop:1")) == ("active", anna)


def test_a_word_that_says_nothing_new_changes_no_table(hub):
    hub.hear("erp:1", "shop:1", name=PersonName(given="Anna", family="Lindqvist"))
    before = tables(hub.store)
    with hub.store.read() as unit:
        version = unit.golden.get([hub.home("erp:1")])[hub.home("erp:1")].version
    hub.resolve()
    assert tables(hub.store) == before
    assert hub.golden("erp:1").version == version
