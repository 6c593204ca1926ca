"""A channel that shows just what a test says, page by page; nothing goes over a wire."""

from connectors.base import Capabilities, Page, Seen, Unreadable
from connectors.facts.profile import Deleted, Stream
from connectors.pace import Pace
from connectors.records import RecordReader
from hub.config import Channel, Settings
from hub.model import Key

MAP = """
vendor: Test
fields:
  - {path: name, field: name.family, required: true}
  - {path: mail, field: emails, required: true}
"""


class FakeSource:
    """Has customers and orders; each list in ``shows`` is a page of rows."""

    name = "shop"
    capabilities = Capabilities()

    def __init__(self, *, incremental=False, streams=("customers",), parts=()):
        self.streams, self.parts = streams, frozenset(parts)
        self.shows = {stream: [[]] for stream in streams}
        self.asked = []
        self.by_id = {}
        self.break_after = None
        self.fails = {}
        self.capabilities = Capabilities()
        self._incremental = incremental
        self.pace = Pace(None)

    def rows(self, *pages, stream="customers"):
        self.shows[stream] = [list(page) for page in pages]

    @property
    def calls(self):
        return len(self.asked)

    def share(self, allowance):
        self.pace.share(allowance)

    def check(self):
        pass

    def look(self):
        return Seen()

    def delete(self, _remote_id):
        raise AssertionError

    def rewind(self, _cursor):
        return None

    def incremental(self, _stream):
        return self._incremental

    def read_row(self, stream, row):
        return self._reader(stream).read(row)

    def pull(self, cursor, stream="customers"):
        self.asked.append((stream, cursor))
        if stream in self.fails:
            raise self.fails[stream]
        reader = self._reader(stream)
        for number, rows in enumerate(self.shows[stream], 1):
            if self.break_after is not None and number > self.break_after:
                raise KeyboardInterrupt
            read = reader.read_all(rows, f"page {number}")
            last = number == len(self.shows[stream])
            yield Page(read.records, "end" if last else f"after {number}", read.rejected)

    def push(self, _changes):
        raise AssertionError

    def read_back(self, ids):
        self.asked.append(("read", tuple(ids)))
        reader = self._reader("customers")
        return [reader.read(self.by_id[it]) for it in ids if it in self.by_id]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def _reader(self, stream):
        deleted = Deleted(field="gone", values=("yes",))
        whose = {} if stream == "customers" else {"owner": "customer", "contact": "mail"}
        return RecordReader(self.name, Stream(id="id", deleted=deleted, **whose))


def settings_for(tmp_path, **channel):
    (tmp_path / "shop.map.yaml").write_text(MAP, encoding="utf-8")
    shop = Channel(
        name="shop", profile="woocommerce", map=str(tmp_path / "shop.map.yaml"),
        url="http://127.0.0.1:9", **channel,
    )  # fmt: skip
    return Settings(store="sqlite://", channels={"shop": shop})


def alive(store):
    """Return the numbers of the customers that are not known to be gone."""
    with store.read() as unit:
        keys = [Key("shop", str(n)) for n in range(1, 200)]
        return sorted(int(it.key.id) for it in unit.records.by_key(keys).values() if not it.deleted)


def people(*ids, **more):
    return [{"id": n, "name": f"Firm {n}", "mail": f"{n}@firm.example", **more} for n in ids]


__all__ = ["FakeSource", "Unreadable", "alive", "people", "settings_for"]
