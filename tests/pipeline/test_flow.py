"""The whole flow on the sandbox's four systems, over their real protocols."""

import pytest
import requests

from connectors.registry import connect
from hub.errors import TransientError
from hub.model import Key, Outcome
from pipeline.pull import pull
from pipeline.run import run
from pipeline.wiring import verify
from sandbox.serving import Sandbox
from tests.tables import snapshot


@pytest.fixture
def first(after_a_run):
    return after_a_run


def fault(url, kind, **more):
    base = "/".join(url.split("/")[:3])
    requests.post(f"{base}/_faults", json={"kind": kind, **more}, timeout=5).raise_for_status()


def test_every_channel_is_pulled_to_its_end(first, population):
    assert {name: report.pulled for name, report in first.pull.items()} == {
        name: len(payloads) for name, payloads in population.channels.items()
    }
    assert first.errors == {}


def test_golden_customers_are_made_and_every_channel_hears_of_them(first):
    assert first.merge.created > 0
    assert all(report.sent > 0 for report in first.push.values())
    assert not any(report.failed for report in first.push.values())


def test_a_second_run_changes_nothing_and_delivers_nothing(first, settings, store):
    before = snapshot(store)
    second = run(settings, store)
    assert {name: report.pulled for name, report in second.pull.items()} == dict.fromkeys(
        settings.channels, 0
    )
    assert (second.merge.created, second.merge.changed, second.merge.retired) == (0, 0, 0)
    assert not any(r.sent or r.unchanged or r.dead or r.failed for r in second.push.values())
    assert snapshot(store) == before


def test_invalid_records_are_in_quarantine_with_field_and_reason(first, store, population):
    with store.read() as unit:
        found = {
            Key(q.record.channel, q.record.remote_id): q.record for q in unit.records.quarantined()
        }
    assert found.keys() == population.invalid.keys()
    assert all(record.field and record.reason for record in found.values())


def test_a_customer_of_the_shop_alone_becomes_a_debtor_in_the_erp(first, settings, store):
    made = [record for record in listed(settings, "erp") if record.payload["Our_Reference"]]
    assert made
    with store.read() as unit:
        goldens = unit.golden.get([record.payload["Our_Reference"] for record in made])
    for record in made:
        assert record.key in goldens[record.payload["Our_Reference"]].members


def listed(settings, channel):
    """All that the channel itself holds."""
    with connect(settings.channel(channel)) as source:
        return [record for page in source.pull(None) for record in page.records]


def test_every_channel_holds_what_the_golden_customer_says(first, settings, store):
    with store.read() as unit:
        assert unit.outbox.counts() == {}
    # A fresh look at everything finds nothing left to tell.
    with store.begin() as unit:
        numbers = [n for m in unit.golden.members(_all(unit)).values() for n in m]
        unit.records.mark_for_merge(numbers)
    again = run(settings, store)
    assert (again.merge.created, again.merge.changed) == (0, 0)
    assert sum(report.sent for report in again.push.values()) == 0
    assert sum(report.unchanged for report in again.push.values()) > 0


def _all(unit):
    return [golden.id for golden in unit.golden.page(limit=10_000)]


def test_a_channel_that_is_down_is_reported_and_the_others_go_on(settings, store):
    shop = settings.channel("shop").model_copy(update={"url": "http://127.0.0.1:9/wp-json/wc/v3"})
    broken = settings.model_copy(update={"channels": settings.channels | {"shop": shop}})
    report = run(broken, store)
    assert set(report.errors) == {"pull shop", "push shop"} or set(report.errors) == {"pull shop"}
    assert report.pull["erp"].pulled > 0
    assert report.merge.created > 0


def test_a_database_that_is_gone_is_reported_and_the_others_go_on(settings, store):
    crm = settings.channel("crm").model_copy(update={"url": "sqlite:///nowhere/legacy.db"})
    broken = settings.model_copy(update={"channels": settings.channels | {"crm": crm}})
    verify(broken)  # it is no mistake of the configuration that something is down
    report = run(broken, store)
    assert "pull crm" in report.errors
    assert report.pull["erp"].pulled > 0


def test_a_channel_that_recovers_is_caught_up_with(settings, store, sandbox):
    fault(sandbox.environment["GOLDENROD_SHOP_URL"], "500", times=-1)
    assert "pull shop" in run(settings, store).errors
    base = sandbox.environment["GOLDENROD_SHOP_URL"].split("/wp-json")[0]
    requests.delete(f"{base}/_faults", timeout=5)
    assert run(settings, store).pull["shop"].pulled > 0


@pytest.mark.parametrize(
    ("channel", "kind", "more"),
    [
        ("SHOP", "429", {"retry_after": 0, "times": 2}),
        ("MAIL", "500", {"times": 1}),
        ("SHOP", "lost connection", {"times": 1}),
        ("ERP", "expired session", {"times": 1, "after": 1}),
        ("MAIL", "latency", {"seconds": 0.05, "times": 3}),
    ],
)
def test_a_passing_fault_is_ridden_out(settings, store, sandbox, channel, kind, more):  # noqa: PLR0917 - fixtures
    fault(sandbox.environment[f"GOLDENROD_{channel}_URL"], kind, **more)
    assert run(settings, store).errors == {}


def test_an_erp_whose_pages_never_end_is_stopped_with_a_clear_error(
    settings, store, population, tmp_path
):
    many = [dict(population.erp[0], No=f"D{number:05}") for number in range(1_500)]
    with Sandbox.start(tmp_path / "endless", erp=many) as endless:
        url = endless.environment["GOLDENROD_ERP_URL"]
        fault(url, "endless pages", times=-1)
        erp = settings.channel("erp").model_copy(update={"url": url})
        looping = settings.model_copy(update={"channels": {"erp": erp}})
        with pytest.raises(TransientError, match="erp"):
            pull(looping, store, "erp")


def test_what_one_channel_corrects_reaches_the_others(first, settings, store):
    golden = _known_in(store, {"shop", "crm"})
    shop_id = next(key.id for key in golden.members if key.channel == "shop")
    crm_id = next(key.id for key in golden.members if key.channel == "crm")
    shop = settings.channel("shop")
    address = {"address_1": "Neuer Weg 7", "postcode": "20095", "city": "Hamburg", "country": "DE"}
    requests.put(
        f"{shop.url}/customers/{shop_id}",
        json={"billing": address},
        auth=(shop.username, shop.password.get_secret_value()),
        timeout=5,
    ).raise_for_status()
    run(settings, store)
    moved = next(record for record in listed(settings, "crm") if record.key.id == crm_id)
    assert (moved.payload["STREET"], moved.payload["ZIP"]) == ("Neuer Weg 7", "20095")


def _known_in(store, channels):
    with store.read() as unit:
        return next(
            golden
            for golden in unit.golden.page(limit=10_000)
            if channels <= {key.channel for key in golden.members}
            and golden.attributes.kind == "person"
        )


def test_receipts_name_attributes_but_no_values(first, store):
    with store.read() as unit:
        receipts = unit.outbox.receipts(limit=10_000)
    assert receipts
    assert {receipt.outcome for receipt in receipts} <= {Outcome.SENT, Outcome.REJECTED}
    assert all(receipt.attributes for receipt in receipts if receipt.outcome is Outcome.SENT)
