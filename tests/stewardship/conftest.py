"""A hub with a few hand-made customers: one pair is merged, five wait for a steward."""

import shutil
from datetime import UTC, date, datetime
from itertools import chain

import pytest
from starlette.testclient import TestClient

from hub.clock import now
from hub.config import Settings
from hub.model import (
    Address,
    Consent,
    ConsentState,
    Customer,
    Identifier,
    Key,
    Kind,
    Outcome,
    PersonName,
    SourceRecord,
    Verdict,
)
from pipeline.merge import merge
from stewardship.app import create_app
from store.database import Store
from store.outbox import Settled
from store.pairs import StoredPair
from store.records import Due, Mapped, Quarantined

SAID = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
HOSTILE = "<script>document.title='owned'</script>\"'><img src=x onerror=alert(1)>\u202eevil"
COLOGNE = Address(street="Domstraße 12", postcode="50668", locality="Köln", country="DE")
EVIDENCE = (
    {"field": "prior", "level": "", "label": "two at random are seldom one", "weight": -14.0},
    {"field": "family", "level": "close", "label": "a typing error away", "weight": 6.5},
    {"field": "email", "level": "same", "label": "the same mailbox", "weight": 11.2},
    {"field": "phone", "level": "different", "label": "no number in common", "weight": -1.5},
)


def person(key, given, family, **more):
    name = PersonName(given=given, family=family)
    return Customer(key=Key.parse(key), name=name, changed_at=SAID, **more)


def company(key, name, **more):
    said = {"organisation": name, "kind": Kind.ORGANISATION, "addresses": (COLOGNE,)}
    return Customer(key=Key.parse(key), changed_at=SAID, **said, **more)


class People:
    """Who is in the hub. The pairs are in the order of the queue."""

    anna = person(
        "erp:C10001",
        "Anna",
        "Müller",
        emails=("anna.mueller@example.com",),
        phones=("+4922155501",),
        addresses=(COLOGNE,),
        birth_date=date(1984, 5, 17),
        language="de",
        consents=(
            Consent(
                contact="anna.mueller@example.com",
                purpose="newsletter",
                state=ConsentState.GRANTED,
                at=SAID,
            ),
        ),
    )
    anne = person(
        "shop:17",
        "Anne",
        "Mueller",
        emails=("anna.mueller@example.com", "anne@example.org"),
        phones=("+4922155510",),
        addresses=(COLOGNE.model_copy(update={"street": "Domstr. 21"}),),
        birth_date=date(1984, 5, 17),
        language="de",
    )
    mallory = person("shop:19", HOSTILE, "O'Neil", emails=("m@example.com",))
    mallory_too = person("crm:6", "Mallory", "O'Neil", emails=("m@example.com",))
    ivan = person("erp:C10002", "Ivan", "Petrov", emails=("ivan@example.com",), language="ru")
    ivan_too = person("crm:5", "Иван", "Петров", phones=("+74955550123",), language="ru")
    fatima = person("shop:18", "فاطمة", "الزهراء", emails=("fatima@example.com",), language="ar")
    fatima_too = person("crm:8", "Fatima", "Alzahra", emails=("fatima@example.com",))
    acme = company(
        "erp:C10003",
        "Acme Handels GmbH",
        identifiers=(Identifier(kind="vat", value="DE123456789"),),
    )
    acme_too = company("crm:7", "ACME Handels AG", extras={"sector": "tools"})
    olga = person("erp:C10004", "Olga", "Weiß", emails=("olga@example.com",))
    olga_too = person("shop:20", "Olga", "Weiss", emails=("olga@example.com",))

    open = (
        (anna, anne),
        (mallory, mallory_too),
        (ivan, ivan_too),
        (fatima, fatima_too),
        (acme, acme_too),
    )
    merged = ((olga, olga_too),)


@pytest.fixture
def people():
    return People


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """A filled database, to be copied: faster than filling one for each test."""
    folder = tmp_path_factory.mktemp("filled")
    settings = settings_for(folder)
    with Store(settings.store) as opened:
        opened.migrate()
        fill(opened)
        merge(settings, opened)
        deliver(opened)
    return folder / "hub.db"


@pytest.fixture
def settings(tmp_path):
    return settings_for(tmp_path)


@pytest.fixture
def store(settings, filled, tmp_path):
    shutil.copy(filled, tmp_path / "hub.db")
    with Store(settings.store) as opened:
        yield opened


@pytest.fixture
def app(settings, store):
    return create_app(settings, store)


@pytest.fixture
def browse(app):
    """The page as a browser of this machine sees it; follows no redirect by itself."""
    with TestClient(
        app,
        base_url="http://127.0.0.1:8700",
        headers={"Origin": "http://127.0.0.1:8700"},
        follow_redirects=False,
    ) as client:
        yield client


def settings_for(folder):
    def channel(name, **more):
        plain = {"name": name, "profile": name, "map": name, "url": "http://127.0.0.1:1"}
        return plain | more

    return Settings(
        store=f"sqlite:///{folder / 'hub.db'}",
        channels={
            "erp": channel("erp", trust=90, push={"create": True}),
            "shop": channel("shop", trust=60),
            "crm": channel("crm", push={"enabled": False}),
        },
    )


def fill(store):
    """Land everybody, mapped and scored, as a run does."""
    customers = list(chain.from_iterable(People.open + People.merged))
    with store.begin() as unit:
        unit.records.land([SourceRecord(one.key, {}, one.changed_at) for one in customers], SAID)
        known = unit.records.by_key([one.key for one in customers])
        numbers = {key: record.id for key, record in known.items()}
        unit.records.save_mapped(
            [Mapped(numbers[one.key], one, None, Due.MERGE) for one in customers]
        )
        unit.pairs.replace(
            list(numbers.values()),
            [
                pair(numbers[left.key], numbers[right.key], place)
                for place, (left, right) in enumerate(People.open)
            ],
        )
        for left, right in People.merged:
            unit.decisions.decide(
                numbers[left.key], numbers[right.key], Verdict.SAME, "goldenrod", SAID
            )
        unit.records.quarantine(
            [Quarantined("shop", "99", "map", "email", "has no @", {"email": "nobody"})], SAID
        )
        run = unit.journal.start("run", SAID)
        unit.journal.end(run, {"seconds": 1.5}, "done", SAID)


def pair(left, right, place):
    weight = 2.2 - place / 10
    reason = None if place else "the phone numbers are known to be two households"
    probability = 1 / (1 + 2**-weight)
    return StoredPair(
        *sorted((left, right)), weight, probability, "review", EVIDENCE, reason, "test"
    )


def deliver(store):
    """Let one delivery succeed and one be refused."""
    with store.begin() as unit:
        sent, refused, *_ = unit.outbox.take("shop", 10, now())
        begun = unit.outbox.begin_sending([(sent, {"emails": []}), (refused, {"name": {}})])
        unit.outbox.settle(
            [
                Settled(begun[0], Outcome.SENT, None, "", None),
                Settled(begun[1], Outcome.REJECTED, None, "the e-mail exists already", None),
            ],
            now(),
            None,
        )
