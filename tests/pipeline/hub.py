"""A hub that is told its customers outright: no channel, no map; for the tests of the match."""

from contextlib import contextmanager

from sqlalchemy import insert, select, update

from hub.clock import now
from hub.config import Channel, Matching, Settings
from hub.model import Key
from pipeline.match import match
from pipeline.merge import merge
from store.database import Store
from store.match_tables import pair
from store.tables import source_record


def settings_for(**matching):
    shop = Channel(name="shop", profile="woocommerce", map="woocommerce", url="http://127.0.0.1:9")
    return Settings(store="sqlite://", channels={"shop": shop}, matching=Matching(**matching))


@contextmanager
def told(customers=()):
    """Open a store that has these customers (a list of versions of each), due for the match."""
    with Store("sqlite://") as store:
        store.migrate()
        if customers:
            enter(store, customers)
        yield store


def enter(store, customers):
    """Enter customers under numbers from 1; one that is None has not said anything yet."""
    with store.begin() as unit:
        unit.connection.execute(
            insert(source_record),
            [
                {
                    "id": number, "channel": "shop", "remote_id": f"{number:06}", "payload": "{}",
                    "fingerprint": "", "deleted": False, "unmapped": False, "landed_at": now(),
                    **word(number, customer),
                }
                for number, customer in enumerate(customers, 1)
            ],
        )  # fmt: skip


def say(store, customers):
    """Let some customers, by number, say something new."""
    with store.begin() as unit:
        for number, customer in customers.items():
            unit.connection.execute(
                update(source_record)
                .where(source_record.c.id == number)
                .values(**word(number, customer))
            )


def word(number, customer):
    if customer is None:
        return {"customer": None, "due": None}
    named = customer.model_copy(update={"key": Key("shop", f"{number:06}")})
    return {"customer": named.model_dump_json(), "due": "match"}


def resolve(settings, store):
    """Match and merge what is due."""
    report = match(settings, store)
    merge(settings, store)
    return report


def clusters(store):
    """The records of each golden customer."""
    with store.read() as unit:
        rows = unit.connection.execute(select(source_record.c.golden_id, source_record.c.id))
        found = {}
        for golden_id, number in rows.all():
            if golden_id is not None:
                found.setdefault(golden_id, set()).add(number)
    return sorted(sorted(group) for group in found.values())


def pairs(store):
    """What is remembered of every pair, but for the refusals' words."""
    with store.read() as unit:
        rows = unit.connection.execute(select(pair).order_by(pair.c.left_id, pair.c.right_id))
        return [
            (row.left_id, row.right_id, row.weight, row.outcome, row.reason, row.evidence)
            for row in rows
        ]
