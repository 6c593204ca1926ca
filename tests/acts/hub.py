"""A hub without channels: what they would say is landed and mapped by hand, the rest is real."""

from datetime import UTC, date, datetime
from tempfile import mkdtemp

from sqlalchemy import select

from hub.clock import now
from hub.config import Channel, Settings
from hub.model import Customer, Key, PersonName, SourceRecord, Status
from pipeline.match import match
from pipeline.merge import merge
from store.records import Due, Mapped
from store.tables import metadata

TRUST = {"erp": 90, "shop": 60, "mail": 40, "crm": 50}
SPOKEN = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = {
    "anna": {"name": PersonName(given="Anna", family="Lindqvist"), "birth_date": date(1980, 5, 17),
             "emails": ("anna.lindqvist@example.org",)},
    "boris": {"name": PersonName(given="Boris", family="Karamzin"), "birth_date": date(1971, 2, 3),
              "emails": ("b.karamzin@example.net",)},
    "chiara": {"name": PersonName(given="Chiara", family="Fontana"),
               "birth_date": date(1992, 11, 30), "emails": ("chiara@fontana.example",)},
}  # fmt: skip
"""Three people whom nobody could take for one another; two records of one are merged unasked."""


class Hub:
    """The hub's store and settings, and what a test does with them."""

    def __init__(self, store, **golden):
        channels = {
            name: Channel(name=name, profile=name, map=name, url="x", trust=trust)
            for name, trust in TRUST.items()
        }
        self.store = store
        self.settings = Settings.model_validate(
            {"store": "x", "backups": mkdtemp(), "channels": channels, "golden": golden}
        )

    def say(self, key, who="anna", *, deleted=False, changed=SPOKEN, **said):
        """Let a channel say something of a person; nothing is merged yet."""
        key = Key.parse(key)
        word = Customer(key=key, changed_at=changed, **PEOPLE.get(who, {}) | said)
        if deleted:
            word = word.model_copy(update={"status": Status.CLOSED})
        payload = {"said": word.model_dump_json()}
        with self.store.begin() as unit:
            unit.records.land([SourceRecord(key, payload, changed, deleted)], now())
            number = unit.records.by_key([key])[key].id
            unit.records.save_mapped([Mapped(number, word, None, Due.MATCH)])
        return key

    def resolve(self, run_id=None):
        """Match and merge what is due."""
        match(self.settings, self.store)
        return merge(self.settings, self.store, run_id=run_id)

    def hear(self, *keys, who="anna", **said):
        """Let channels say something, and resolve."""
        for key in keys:
            self.say(key, who, **said)
        self.resolve()

    def home(self, key):
        """Return the golden id of a record."""
        return self.record(key).golden_id

    def record(self, key):
        key = Key.parse(key)
        with self.store.read() as unit:
            return unit.records.by_key([key])[key]

    def golden(self, name):
        """Return the golden customer of this id or key."""
        with self.store.read() as unit:
            (found,) = unit.golden.find(name)
            return found

    def clusters(self):
        """Return the members of every golden customer by id."""
        with self.store.read() as unit:
            return {one.id: one.members for one in unit.golden.page(1000)}

    def resolved(self, golden_id):
        with self.store.read() as unit:
            return unit.golden.resolve(golden_id)


HISTORY = {"golden_history", "event", "event_record", "record_move", "decision", "run", "outbox"}
"""Tables that only grow, and the notices that something changed."""
_GROWING = {"golden": {"version", "changed_at"}, "golden_alias": {"at"}}


def tables(store):
    """Return every row of every table but the history; decisions and pins that stand are there."""
    found = {}
    with store._engine.connect() as connection:
        for name, table in metadata.tables.items():
            if name in HISTORY:
                continue
            kept = [column for column in table.c if column.name not in _GROWING.get(name, ())]
            found[name] = sorted(map(repr, connection.execute(select(*kept)).all()))
        said = metadata.tables["decision"]
        columns = [said.c[name] for name in ("left_id", "right_id", "verdict", "author", "note")]
        standing = select(*columns).where(said.c.closed_at.is_(None))
        found["decision"] = sorted(map(repr, connection.execute(standing).all()))
    return found
