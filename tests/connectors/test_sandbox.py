"""The four profiles that ship, over sockets, against the sandbox and its faults."""

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from connectors.base import Connector
from connectors.registry import connect
from hub.config import Channel, load_settings
from hub.errors import ConfigError, TransientError
from hub.model import Change, Operation, Outcome, SourceRecord
from sandbox.faults import Fault, FaultKind
from sandbox.serving import Sandbox

NAMES = ("erp", "shop", "mail", "crm")
SERVED = ("erp", "shop", "mail")
NAME_OF = {
    "erp": {"City": "Neustadt"},
    "shop": {"billing": {"city": "Neustadt"}},
    "mail": {"merge_fields": {"COMPANY": "Neustadt"}},
    "crm": {"CITY": "Neustadt"},
}
NEW = {
    "erp": {"Name": "Probe GmbH", "Type": "Company", "E_Mail": "probe@probe.example"},
    "shop": {"email": "probe@probe.example", "first_name": "Petra"},
    "mail": {"email_address": "probe@probe.example", "merge_fields": {"FNAME": "Petra"}},
    "crm": {"CUST_NAME": "Probe GmbH", "CUST_TYPE": "C", "EMAIL": "probe@probe.example"},
}


def pages_of(channel: Channel, size: int, sleep) -> Connector:
    """Connect with small pages, so that a small world has many."""
    connector = connect(channel, sleep=sleep)
    connector._limits = connector._limits.model_copy(update={"page": size})
    return connector


@pytest.fixture
def connectors(settings, naps) -> Iterator[dict[str, Connector]]:
    made = {name: pages_of(settings.channel(name), 20, naps.append) for name in NAMES}
    yield made
    for connector in made.values():
        connector.__exit__(None, None, None)


@pytest.fixture(scope="module")
def standing(tmp_path_factory, population) -> Iterator[Sandbox]:
    """A sandbox that nobody writes to: one for all tests that only read."""
    with Sandbox.start(
        tmp_path_factory.mktemp("standing"),
        erp=population.erp,
        shop=population.shop,
        mail=population.mail,
        crm=population.crm,
    ) as running:
        yield running


@pytest.fixture
def read_only(standing, naps) -> Iterator[dict[str, Connector]]:
    settings = load_settings("goldenrod.yaml", standing.environment)
    made = {name: pages_of(settings.channel(name), 20, naps.append) for name in NAMES}
    yield made
    for server in (standing.erp, standing.shop, standing.mail):
        server.plan.clear()
    for connector in made.values():
        connector.__exit__(None, None, None)


def pull(connector: Connector, cursor: str | None = None) -> tuple[list[SourceRecord], str]:
    pages = list(connector.pull(cursor))
    return [record for page in pages for record in page.records], pages[-1].cursor


def update(record: SourceRecord, fields: dict[str, object]) -> Change:
    return Change("chg_1", Operation.UPDATE, record.key.id, fields, record.payload, "cus_1")


def create(name: str, **facts: object) -> Change:
    return Change("chg_2", Operation.CREATE, None, NEW[name], None, "cus_1", **facts)


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_read_and_plain(read_only, population, name):
    read_only[name].check()
    records, _ = pull(read_only[name])
    expected = getattr(population, name)
    assert len({record.key for record in records}) == len(expected)
    assert {record.key.channel for record in records} == {name}
    for record in records:
        assert record.fingerprint()
        assert record.changed_at is not None


@pytest.mark.parametrize("name", NAMES)
def test_resuming_from_any_page_loses_nothing(read_only, name):
    pages = list(read_only[name].pull(None))
    everything = {record.key for page in pages for record in page.records}
    assert len(pages) > 1
    seen: set[object] = set()
    for page in pages:
        seen |= {record.key for record in page.records}
        rest, _ = pull(read_only[name], page.cursor)
        assert seen | {record.key for record in rest} == everything


@pytest.mark.parametrize("name", NAMES)
def test_an_update_comes_back_in_the_receipt_and_in_the_next_pull(connectors, name):
    connector = connectors[name]
    records, cursor = pull(connector)
    victim = next(record for record in records if not record.deleted)
    (receipt,) = connector.push([update(victim, NAME_OF[name])])
    assert receipt.outcome is Outcome.SENT
    again, _ = pull(connector, cursor)
    changed = next(it for it in again if it.key == receipt.record.key)
    assert changed.payload != victim.payload
    assert changed.fingerprint() == receipt.record.fingerprint()
    assert connector.read_back([changed.key.id]) == [changed]


@pytest.mark.parametrize("name", NAMES)
def test_a_create_bears_our_reference_and_is_not_made_twice(connectors, name):
    connector = connectors[name]
    before = len({record.key for record in pull(connector)[0]})
    (receipt,) = connector.push([create(name)])
    assert receipt.outcome is Outcome.SENT
    assert receipt.record.reference == "cus_1"
    (again,) = connector.push([create(name, doubtful=True)])
    assert again.record.key == receipt.record.key
    assert len({record.key for record in pull(connector)[0]}) == before + 1


@pytest.mark.parametrize("name", ["erp", "crm"])
def test_a_record_that_somebody_else_changed_is_stale(connectors, name, monkeypatch):
    connector = connectors[name]
    record = next(it for it in pull(connector)[0] if not it.deleted)
    (first,) = connector.push([update(record, NAME_OF[name])])
    (second,) = connector.push([update(record, NAME_OF[name])])
    assert first.outcome is Outcome.SENT
    assert second.outcome is Outcome.STALE
    assert second.record.payload == first.record.payload


def test_the_shop_tells_rows_of_a_batch_apart(connectors):
    connector = connectors["shop"]
    records, _ = pull(connector)
    taken = records[1].payload["email"]
    changes = [
        update(records[0], {"first_name": "Petra"}),
        create("shop")._replace(id="chg_3", fields={"email": taken}),
        create("shop"),
        Change("chg_4", Operation.UPDATE, "999999", {"first_name": "x"}, None, "cus_2"),
    ]
    receipts = connector.push(changes)
    assert " ".join(it.outcome for it in receipts) == "sent rejected sent rejected"
    assert "registration-error-email-exists" in receipts[1].reason
    assert taken not in receipts[1].reason


def test_nobody_is_subscribed_again(connectors):
    connector = connectors["mail"]
    left = next(it for it in pull(connector)[0] if it.payload["status"] == "unsubscribed")
    (receipt,) = connector.push([update(left, {"status": "subscribed"})])
    assert receipt.outcome is Outcome.REJECTED
    assert "Member In Compliance State" in receipt.reason
    email = left.payload["email_address"]
    again = create("mail")._replace(fields={"email_address": email, "status": "subscribed"})
    (receipt,) = connector.push([again])
    assert receipt.outcome is Outcome.REJECTED
    assert "another record; a person must look" in receipt.reason
    assert connector.read_back([left.key.id]) == [left]


def test_a_value_that_the_erp_refuses_is_told_by_its_code_alone(connectors):
    record = pull(connectors["erp"])[0][0]
    (receipt,) = connectors["erp"].push([update(record, {"Blocked": "Perhaps"})])
    assert receipt.outcome is Outcome.REJECTED
    assert "NavEvaluateException" in receipt.reason
    assert "Perhaps" not in receipt.reason


def strike(sandbox: Sandbox, name: str, kind: FaultKind, **facts: object) -> None:
    getattr(sandbox, name).plan.add(Fault(kind=kind, **facts))


PASSING = [
    *(FaultKind.THROTTLED, FaultKind.BROKEN, FaultKind.BAD_GATEWAY, FaultKind.HIDDEN_FAILURE),
    *(FaultKind.LOST_CONNECTION, FaultKind.EXPIRED_SESSION, FaultKind.MALFORMED_BODY),
]


@pytest.mark.parametrize("kind", PASSING)
@pytest.mark.parametrize("name", SERVED)
def test_trouble_that_passes_is_outlived_in_mid_scan(read_only, standing, population, name, kind):
    strike(standing, name, kind, after=2)
    records, _ = pull(read_only[name])
    counted = Counter(record.key.id for record in records)
    assert len(counted) == len(getattr(population, name))


@pytest.mark.parametrize("name", SERVED)
def test_retry_after_is_obeyed(read_only, standing, naps, name):
    strike(standing, name, FaultKind.THROTTLED, retry_after=3)
    read_only[name].check()
    assert naps == [3]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("erp", FaultKind.DUPLICATE_PAGE),
        ("shop", FaultKind.DUPLICATE_PAGE),
        ("shop", FaultKind.ENDLESS_PAGES),
        ("mail", FaultKind.ENDLESS_PAGES),
    ],
)
def test_pages_that_repeat_or_never_end_are_stopped(read_only, standing, name, kind):
    strike(standing, name, kind, times=-1, after=1)
    with pytest.raises(TransientError, match=f"{name}: customers, page"):
        pull(read_only[name])


def test_bookmarks_that_start_over_are_stopped(settings, sandbox, population, naps):
    """Only a full last page makes the scan ask once more."""
    strike(sandbox, "erp", FaultKind.ENDLESS_PAGES, times=-1)
    with (
        pages_of(settings.channel("erp"), len(population.erp), naps.append) as connector,
        pytest.raises(TransientError, match="the same page came twice in a row"),
    ):
        pull(connector)


@pytest.mark.parametrize("name", SERVED)
def test_a_wrong_password_needs_a_person(read_only, standing, name):
    strike(standing, name, FaultKind.BAD_LOGIN)
    with pytest.raises(ConfigError, match=f"{name}: "):
        read_only[name].check()


@pytest.mark.parametrize("name", SERVED)
def test_a_write_whose_answer_is_lost_is_not_doubled(connectors, sandbox, name):
    connector = connectors[name]
    list(connector.pull(None))  # the WSDL is loaded by then
    strike(sandbox, name, FaultKind.LOST_CONNECTION)
    (receipt,) = connector.push([create(name)])
    if receipt.outcome is Outcome.FAILED:  # where an upsert may be repeated, it was
        (receipt,) = connector.push([create(name, doubtful=True)])
    assert receipt.outcome is Outcome.SENT
    references = Counter(record.reference for record in pull(connector)[0])
    assert references["cus_1"] == 1


def test_a_channel_that_is_off_is_trouble_that_may_pass(tmp_path, population, naps):
    with Sandbox.start(tmp_path) as sandbox:
        settings = load_settings("goldenrod.yaml", sandbox.environment)
    started = time.monotonic()
    for name in SERVED:
        with (
            connect(settings.channel(name), sleep=naps.append) as connector,
            pytest.raises(TransientError, match="can't be reached"),
        ):
            connector.check()
    assert time.monotonic() - started < 5
