"""A hub that knows a made set of customers, filled in bulk: no channel, no map."""

import json
import random

import pyarrow as pa

from hub.clock import now
from hub.config import Channel, Matching, Settings
from matching.table.duck import table_of
from store.bulk import insert, update
from store.database import Store
from store.record import Due
from store.tables import source_record

CHANNEL = "made"
_NAMES = (
    "channel", "remote_id", "payload", "fingerprint", "deleted", "customer", "unmapped", "due",
    "landed_at",
)  # fmt: skip
_CUSTOMERS = """
SELECT record_id, to_json({{
  key: ['made', record_id], kind: 'person', status: 'active', consents: []::VARCHAR[],
  birth_date: try_cast(birth_date AS DATE)::VARCHAR,
  name: {{given: given_name, {middle}family: family_name}},
  emails: CASE WHEN email IS NULL THEN []::VARCHAR[] ELSE [email] END,
  phones: CASE WHEN phone IS NULL THEN []::VARCHAR[] ELSE [phone] END,
  addresses: CASE WHEN coalesce(street, postcode, city) IS NULL THEN []
    ELSE [{{street: street, postcode: postcode, locality: city}}] END
}})::VARCHAR AS customer
FROM given ORDER BY record_id"""


def settings_for(url: str, **matching: float) -> Settings:
    """Return the settings of a hub of one channel."""
    made = Channel(name=CHANNEL, profile="woocommerce", map="woocommerce", url="http://127.0.0.1:9")
    return Settings(store=url, channels={CHANNEL: made}, matching=Matching(**matching))


def customers(people: pa.Table) -> list[tuple[str, str]]:
    """Return the ids of a made set, and its customers as the hub keeps them."""
    middle = "middle: middle_name, " if "middle_name" in people.column_names else ""
    made = table_of(_CUSTOMERS.format(middle=middle), given=people)
    return list(zip(*(made.column(n).to_pylist() for n in range(2)), strict=True))


def fill(store: Store, known: list[tuple[str, str]], due: str | None) -> None:
    """Let the hub know these customers, waiting for ``due`` or for nothing."""
    moment = now()
    rows = (
        (CHANNEL, id_, "{}", id_, False, customer, False, due, moment) for id_, customer in known
    )
    with store.begin() as unit:
        insert(unit.connection, source_record, _NAMES, rows)


def change(store: Store, seed: int, number: int) -> None:
    """Let some customers change: half get another phone, half a given name with a slip."""
    dice = random.Random(seed)  # noqa: S311 - a sample, no secret
    with store.begin() as unit:
        ids = dice.sample(range(1, unit.records.landed() + 1), number)
        rows = []
        for word in unit.records.words(ids):
            said = json.loads(word.customer)
            given = said["name"]["given"]
            if given and dice.random() < 0.5:
                said["name"]["given"] = given[:1] + given
            else:
                said["phones"] = [f"+1{dice.randrange(10**9, 10**10)}"]
            rows.append((word.record_id, json.dumps(said), Due.MATCH.value))
        update(unit.connection, source_record, ("id", "customer", "due"), rows)
