"""Delivery under bad luck: nothing twice, nothing over somebody's edit, no opt-out lost."""

from contextlib import closing
from datetime import timedelta
from sqlite3 import connect as open_sqlite

import pytest

from connectors.registry import connect
from hub.clock import now
from hub.model import Change, Operation, Outcome, Receipt
from pipeline import push as push_module
from pipeline.push import push
from pipeline.run import push_channels, run
from sandbox.faults import Fault
from store.outbox import OutboxState


@pytest.fixture
def merged(before_the_push):
    """Everything pulled and merged; nothing pushed yet."""


@pytest.fixture
def push_later(settings, store, monkeypatch):
    """Push as a run does when every back-off is over."""

    def later(channel):
        with monkeypatch.context() as patch:
            patch.setattr(push_module, "now", lambda: now() + timedelta(days=2))
            return push(settings, store, channel)

    return later


def held(settings, channel):
    with connect(settings.channel(channel)) as source:
        return {
            record.key.id: record.payload for page in source.pull(None) for record in page.records
        }


def created_for(settings):
    payloads = held(settings, "erp").values()
    return sorted(payload["Our_Reference"] for payload in payloads if payload["Our_Reference"])


def test_a_create_whose_answer_is_lost_is_not_made_again(
    merged, settings, store, sandbox, push_later
):
    sandbox.erp.plan.add(Fault(kind="lost connection", path="Create", times=3))
    push(settings, store, "erp")
    assert push_later("erp").dead == 0
    created = created_for(settings)
    assert created
    assert len(created) == len(set(created))
    assert run(settings, store).merge.created == 0


def test_a_create_that_the_hub_died_over_is_adopted_by_the_next_pull(
    merged, settings, store, monkeypatch
):
    def die(*_args, **_more):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(push_module, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            push(settings, store, "erp")
    before = created_for(settings)
    assert before
    report = run(settings, store)
    assert report.merge.created == report.merge.changed == 0
    after = created_for(settings)
    assert set(before) <= set(after)
    assert len(after) == len(set(after))
    with store.read() as unit:
        assert unit.outbox.counts() == {}


def test_an_edit_made_over_there_meanwhile_is_not_overwritten(merged, settings, store, sandbox):
    edited = _edit_all_erp_records(settings)
    report = push(settings, store, "erp")
    assert report.failed > 0  # stale: looked at again, derived anew by the next run
    payloads = held(settings, "erp")
    assert all(payloads[no]["Phone_No"] == "+49 30 23125000" for no in edited)
    assert run(settings, store).push["erp"].failed == 0


def _edit_all_erp_records(settings):
    """Give every record another phone, as a clerk at the ERP would."""
    with connect(settings.channel("erp")) as erp:
        records = [record for page in erp.pull(None) for record in page.records]
        changes = [
            Change(
                record.key.id,
                Operation.UPDATE,
                record.key.id,
                {"Phone_No": "+49 30 23125000"},
                record.payload,
                "",
            )
            for record in records
        ]
        return [
            change.remote_id
            for change, receipt in zip(changes, erp.push(changes), strict=True)
            if receipt.outcome is Outcome.SENT
        ]


class Refusing:
    """A channel that refuses its first change and takes the others."""

    def __init__(self, real):
        self._real = real

    def __enter__(self):
        self._real.__enter__()
        return self

    def __exit__(self, *error):
        self._real.__exit__(*error)

    def push(self, changes):
        refused = Receipt(changes[0].id, Outcome.REJECTED, reason="E42: not wanted")
        return [refused, *self._real.push(changes[1:])]


def test_what_a_channel_refuses_becomes_a_dead_letter_and_the_rest_goes_on(
    merged, settings, store, monkeypatch
):
    monkeypatch.setattr(push_module, "connect", lambda channel: Refusing(connect(channel)))
    report = push(settings, store, "mail")
    assert report.dead == 1
    assert report.sent > 0
    with store.read() as unit:
        [dead] = unit.outbox.dead("mail")
        refused = [r for r in unit.outbox.receipts(limit=10_000) if r.outcome is Outcome.REJECTED]
    assert dead.reason == "E42: not wanted"
    assert [receipt.golden_id for receipt in refused] == [dead.golden_id]


def test_an_opt_out_in_the_crm_reaches_the_mailing_system(settings, store, environment, sandbox):
    run(settings, store)
    with store.read() as unit:
        both = next(
            golden
            for golden in unit.golden.page(limit=10_000)
            if {"crm", "mail"} <= {key.channel for key in golden.members}
            and _subscribed(unit, golden)
        )
    crm_no = next(key.id for key in both.members if key.channel == "crm")
    member = next(key.id for key in both.members if key.channel == "mail")
    email = held(settings, "mail")[member]["email_address"]
    file = environment["GOLDENROD_CRM_URL"].removeprefix("sqlite:///")
    with closing(open_sqlite(file)) as crm, crm:
        crm.execute(
            "update CUST set OPTOUT = 'Y', EMAIL = ?, UPDATED = '2031-01-01 00:00:00'"
            " where CUST_NO = ?",
            (email, crm_no),
        )
    run(settings, store)
    assert held(settings, "mail")[member]["status"] == "unsubscribed"


def _subscribed(unit, golden):
    keys = [key for key in golden.members if key.channel == "mail"]
    return any(r.payload["status"] == "subscribed" for r in unit.records.by_key(keys).values())


def test_nobody_is_ever_subscribed_by_a_push(settings, store):
    before = {id_: member["status"] for id_, member in held(settings, "mail").items()}
    run(settings, store)
    after = {id_: member["status"] for id_, member in held(settings, "mail").items()}
    turned_on = [
        id_
        for id_, status in after.items()
        if status == "subscribed" and before.get(id_) != "subscribed"
    ]
    assert turned_on == []


def test_a_delivery_that_fails_again_and_again_ends_as_a_dead_letter(
    merged, settings, store, sandbox, push_later
):
    sandbox.shop.plan.add(Fault(kind="hidden failure", times=-1, path="batch"))
    for _ in range(9):
        push_later("shop")
    with store.read() as unit:
        counts = unit.outbox.counts()["shop"]
        dead = unit.outbox.dead("shop")
    assert counts.keys() == {OutboxState.DEAD}
    assert all("attempts" in row.reason for row in dead)
    sandbox.shop.plan.clear()
    with store.begin() as unit:
        unit.outbox.revive([row.id for row in dead])
    assert push(settings, store, "shop").sent == len(dead)


def test_a_channel_that_may_not_be_pushed_is_left_alone(merged, settings, store):
    shop = settings.channel("shop")
    quiet = shop.model_copy(update={"push": shop.push.model_copy(update={"enabled": False})})
    silenced = settings.model_copy(update={"channels": settings.channels | {"shop": quiet}})
    before = held(settings, "shop")
    assert push_channels(silenced, store)["shop"].sent == 0
    assert held(settings, "shop") == before


def test_only_the_attributes_that_are_allowed_are_sent(settings, store):
    shop = settings.channel("shop")
    phones = shop.push.model_copy(update={"attributes": ("phones",)})
    narrowed = settings.model_copy(
        update={"channels": settings.channels | {"shop": shop.model_copy(update={"push": phones})}}
    )
    run(narrowed, store)
    with store.read() as unit:
        receipts = [r for r in unit.outbox.receipts(limit=10_000) if r.channel == "shop"]
    assert receipts
    assert {name for receipt in receipts for name in receipt.attributes} == {"phones"}
