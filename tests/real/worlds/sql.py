"""A table of customers in PostgreSQL or MariaDB, as an old CRM keeps it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tests.real.worlds.world import PHONE, Person, digits

PROFILE = """
vendor: Old CRM
source: the schema of table customer
verified: true
engine: sql
limits: {page: 100}
customers:
  table: customer
  id: id
  version: changed
  reference: ours
  changed: {fields: [changed, made], zone: Europe/Berlin, resolution: second}
  deleted: {field: gone, values: ["Y"]}
  stamps: [changed]
  created: [made]
  defaults: {gone: "N"}
"""
MAP = """
vendor: old_crm
zone: Europe/Berlin
fields:
  - {path: first, field: name.given}
  - {path: last, field: name.family}
  - {path: mail, field: emails}
  - {path: phone, field: phones}
  - {path: street, field: addresses.street, blank: clear}
  - {path: zip, field: addresses.postcode, blank: clear}
  - {path: city, field: addresses.locality, blank: clear}
  - {path: country, field: addresses.country, blank: clear}
  - {path: gone, field: status, values: {Y: closed}}
  - {path: made, field: created_at, format: iso}
  - {path: changed, field: changed_at, format: iso}
"""
TICK = "2026-03-01 12:00:00"
"""The one second in which everything here happens."""


class SqlWorld:
    lists_all = True
    deletes = True
    better = ("phone", PHONE)

    def __init__(self, url: sa.URL) -> None:
        self.engine = sa.create_engine(url)
        address = url.set(username=None, password=None).render_as_string()
        self.channel = (
            f"profile: people.yaml\nmap: people_map.yaml\nurl: {address}\n"
            f"username: {url.username}\npassword: ${{REAL_PASSWORD}}"
        )
        self.password = str(url.password)
        self.files = {"people": PROFILE, "people_map": MAP}
        metadata = sa.MetaData()
        words = ("first", "last", "mail", "phone", "street", "zip", "city", "country", "ours")
        self.table = sa.Table(
            "customer",
            metadata,
            sa.Column("id", sa.Integer, primary_key=True),
            *(sa.Column(name, sa.String(80)) for name in words),
            sa.Column("gone", sa.CHAR(1), server_default="N"),
            sa.Column("made", sa.DateTime),
            sa.Column("changed", sa.DateTime),
        )
        metadata.drop_all(self.engine)
        metadata.create_all(self.engine)

    def create(self, persons: Sequence[Person]) -> list[str]:
        rows = [
            {"id": it.number, "first": it.first, "last": it.last, "mail": it.email,
             "city": it.city, "made": TICK, "changed": None}
            for it in persons
        ]  # fmt: skip
        self.execute(*(sa.insert(self.table).values(_typed(row)) for row in rows))
        return [str(it.number) for it in persons]

    def edit(self, ids: Sequence[str], mark: str) -> None:
        table = self.table
        wanted = table.c.id.in_([int(one) for one in ids])
        values = _typed({"street": mark, "changed": TICK})
        self.execute(sa.update(table).where(wanted).values(values))

    def mark(self, payload: Mapping[str, Any]) -> str:
        return str(payload["street"])

    def told(self, remote_id: str) -> str:
        with self.engine.connect() as connection:
            query = sa.select(self.table.c.phone).where(self.table.c.id == int(remote_id))
            return digits(connection.execute(query).scalar())

    def apply(self) -> None:
        """Nothing is left to do."""

    def delete(self, remote_id: str) -> None:
        self.execute(sa.delete(self.table).where(self.table.c.id == int(remote_id)))

    def execute(self, *statements: sa.Executable) -> None:
        with self.engine.begin() as connection:
            for statement in statements:
                connection.execute(statement)

    def close(self) -> None:
        self.engine.dispose()


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in ("made", "changed") and value else value
        for name, value in row.items()
    }
