"""Pins and consent: a steward's claim holds till it ends, and an opt-out follows its contact."""

from datetime import UTC, datetime, timedelta

import pytest

from golden.consent import Act
from hub.clock import now
from hub.errors import ConflictError, RecordError
from hub.model import Consent, ConsentState, Key, Medium
from pipeline.acts import merge_customers, split, undo, unmerge
from pipeline.wishes import Said, note_consent, pin, unpin
from tests.acts.hub import PEOPLE, tables

EVA = {"author": "eva"}
MAIL = PEOPLE["anna"]["emails"][0]


def day(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def word(state, at, contact=MAIL):
    return Consent(contact=contact, purpose="news", state=ConsentState(state), at=day(at))


def consents(hub, name):
    return {(one.contact, one.state.value) for one in hub.golden(name).attributes.consents}


def test_a_pinned_value_goes_before_every_channels(hub):
    hub.hear("erp:1", "shop:1", language="de")
    pin(hub.settings, hub.store, "erp:1", "language", "fr", reason="she told me", **EVA)
    golden = hub.golden("erp:1")
    (origin,) = golden.provenance["language"]
    assert (golden.attributes.language, origin.rule, str(origin.key)) == (
        "fr",
        "pinned",
        "steward:eva",
    )
    assert origin.runner_up.value == "de"
    hub.hear("erp:1", language="en")
    assert hub.golden("erp:1").attributes.language == "fr"


def test_pinning_and_undoing_leaves_nothing(hub):
    hub.hear("erp:1", "shop:1", language="de")
    before = tables(hub.store)
    before.pop("pin")
    pin(hub.settings, hub.store, hub.home("erp:1"), "language", "fr", **EVA)
    undo(hub.settings, hub.store, **EVA)
    after = tables(hub.store)
    after.pop("pin")
    assert after == before


def test_unpinning_lets_the_channels_speak_and_can_be_undone(hub):
    hub.hear("erp:1", language="de")
    pin(hub.settings, hub.store, "erp:1", "language", "fr", **EVA)
    unpin(hub.settings, hub.store, "erp:1", "language", **EVA)
    assert hub.golden("erp:1").attributes.language == "de"
    undo(hub.settings, hub.store, **EVA)
    assert hub.golden("erp:1").attributes.language == "fr"
    with pytest.raises(RecordError, match="nothing is pinned"):
        unpin(hub.settings, hub.store, "erp:1", "name", **EVA)


def test_a_pin_ends_by_itself(hub):
    hub.hear("erp:1", language="de")
    soon = now() + timedelta(hours=1)
    pin(hub.settings, hub.store, "erp:1", "language", "fr", until=soon, **EVA)
    hub.resolve()
    assert hub.golden("erp:1").attributes.language == "fr"
    pin(hub.settings, hub.store, "erp:1", "language", "it", until=now(), **EVA)
    assert hub.golden("erp:1").attributes.language == "fr"


def test_a_pin_goes_with_its_record(hub):
    hub.hear("erp:1", "shop:1", language="de")
    pin(hub.settings, hub.store, "shop:1", "language", "fr", **EVA)
    split(hub.settings, hub.store, "erp:1", [Key("shop", "1")], **EVA)
    assert hub.golden("shop:1").attributes.language == "fr"
    assert hub.golden("erp:1").attributes.language == "de"


@pytest.mark.parametrize(
    ("attribute", "value"), [("consents", []), ("status", "dead"), ("nam", "x")]
)
def test_what_cannot_be_pinned_is_refused(hub, attribute, value):
    hub.hear("erp:1")
    with pytest.raises(RecordError):
        pin(hub.settings, hub.store, "erp:1", attribute, value, **EVA)


def test_what_a_channel_says_on_consent_is_kept_as_acts(hub):
    hub.hear("shop:1", consents=(word("granted", "2024-01-01"),))
    hub.hear("shop:1", consents=(word("denied", "2025-01-01"),))
    hub.hear("shop:1", consents=(word("denied", "2025-01-01"),), language="sv")
    with hub.store.read() as unit:
        acts = unit.consents.of_records([hub.record("shop:1").id])
    assert [(act.act, act.source) for act in acts] == [("grant", "shop"), ("deny", "shop")]
    (origin,) = hub.golden("shop:1").provenance["consents"]
    assert origin.runner_up.value == "grant (shop)"


def test_an_opt_out_follows_the_contact_point_to_whoever_has_it(hub):
    """A shared mailbox: what one said against it holds for the other, now and later."""
    hub.hear("erp:1", who="anna", consents=(word("granted", "2024-01-01"),))
    shared = {"emails": (*PEOPLE["boris"]["emails"], MAIL)}
    hub.hear("shop:1", who="boris", **shared)
    assert hub.home("erp:1") != hub.home("shop:1")
    hub.hear("shop:1", who="boris", consents=(word("denied", "2025-01-01"),), **shared)
    assert consents(hub, "erp:1") == {(MAIL, "denied")}
    hub.hear("mail:1", who="chiara", emails=(*PEOPLE["chiara"]["emails"], MAIL))
    assert (MAIL, "denied") in consents(hub, "mail:1")


def test_a_grant_does_not_follow_and_a_later_one_lifts_the_denial(hub):
    hub.hear("erp:1", who="anna", consents=(word("denied", "2024-01-01"),))
    shared = {"emails": (*PEOPLE["boris"]["emails"], MAIL)}
    hub.hear("shop:1", who="boris", **shared)
    assert consents(hub, "shop:1") == {(MAIL, "denied")}
    hub.hear("erp:1", who="anna", consents=(word("granted", "2025-01-01"),))
    assert consents(hub, "erp:1") == {(MAIL, "granted")}
    assert consents(hub, "shop:1") == set()


def test_merging_and_unmerging_keeps_each_ones_word(hub):
    hub.hear("erp:1", who="anna", consents=(word("granted", "2025-01-01"),))
    hub.hear("shop:1", who="boris", consents=(word("denied", "2024-01-01", "b@x.de"),))
    before = {name: consents(hub, name) for name in ("erp:1", "shop:1")}
    merge_customers(hub.settings, hub.store, "erp:1", "shop:1", **EVA)
    assert consents(hub, "erp:1") == {(MAIL, "granted"), ("b@x.de", "denied")}
    unmerge(hub.settings, hub.store, "erp:1", **EVA)
    assert {name: consents(hub, name) for name in before} == before


def test_a_steward_notes_what_a_customer_said(hub):
    hub.hear("erp:1", consents=(word("granted", "2025-01-01"),))
    said = Said(MAIL.upper(), "news", Act.WITHDRAW, day("2025-06-01"), proof="letter of 31 May")
    done = note_consent(hub.settings, hub.store, hub.home("erp:1"), said, **EVA)
    assert consents(hub, "erp:1") == {(MAIL, "denied")}
    with pytest.raises(ConflictError, match="can't be taken back"):
        undo(hub.settings, hub.store, number=done.act, **EVA)
    with hub.store.read() as unit:
        last = unit.consents.at([MAIL])[-1]
    assert (last.source, last.proof) == ("steward:eva", "letter of 31 May")
    with pytest.raises(RecordError, match="name an e-mail address"):
        note_consent(hub.settings, hub.store, "erp:1", Said(" ", "news", Act.DENY), **EVA)


def test_a_grant_ends_by_itself_and_only_once(hub):
    hub.hear("erp:1")
    said = Said(MAIL, "news", Act.GRANT, day("2025-01-01"), Medium.EMAIL, until=now())
    note_consent(hub.settings, hub.store, "erp:1", said, **EVA)
    assert consents(hub, "erp:1") == {(MAIL, "expired")}
    hub.resolve()
    with hub.store.read() as unit:
        assert [act.act for act in unit.consents.at([MAIL])] == ["grant", "expire"]
