"""The vendors whose database we read: no HTTP, so only what holds for every channel is asked."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from tests.connectors.conformance.fake import Fake, Person


class SqlFake(Fake):
    """A table in SQLite; ``columns`` says where what is known of a person lies."""

    shows_deleted = True
    columns: ClassVar[dict[str, str]]
    schema: ClassVar[str]
    table: ClassVar[str]

    def open(self, folder: Path) -> str:
        """Make the database; return its address."""
        self._file = folder / "channel.db"
        self._run(self.schema)
        return f"sqlite:///{self._file}"

    def add(self, last, mail=None, **facts):
        person = super().add(last, mail, **facts)
        told = self._row(person)
        marks = ", ".join("?" * len(told))
        self._run(f"insert into {self.table} ({', '.join(told)}) values ({marks})", told)  # noqa: S608
        return person

    def edit(self, person_id, **facts):
        self.sync()
        person = super().edit(person_id, **facts)
        told = self._row(person)
        sets = ", ".join(f"{name} = ?" for name in told)
        key = self.columns["id"]
        self._run(f"update {self.table} set {sets} where {key} = {person_id}", told)  # noqa: S608
        return person

    def sync(self) -> None:
        """Take over what was written into the table."""

    def _row(self, person: Person) -> dict[str, object]:
        told = {
            "id": int(person.id), "first": person.first, "last": person.last, "mail": person.mail,
            "changed": self.stamp(person.changed), "made": self.stamp(person.made),
            "deleted": self.gone(deleted=person.deleted), "reference": person.reference,
        }  # fmt: skip
        return {column: told[name] for name, column in self.columns.items()}

    def stamp(self, moment) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S")

    def gone(self, *, deleted: bool) -> object:
        return int(deleted)

    def _run(self, statement: str, told: dict[str, object] | None = None) -> None:
        with closing(sqlite3.connect(self._file)) as connection, connection:
            connection.execute(statement, tuple((told or {}).values()))


class Vtiger(SqlFake):
    """vtiger CRM 5: a view of contacts with local times."""

    profile = "vtiger"
    creates = deletes = False
    table = "goldenrod_contacts"
    columns: ClassVar = {
        "id": "contactid", "first": "firstname", "last": "lastname", "mail": "email",
        "changed": "modifiedtime", "made": "createdtime", "deleted": "deleted",
    }  # fmt: skip
    schema = (
        "create table goldenrod_contacts (contactid integer primary key, firstname text,"
        " lastname text, email text, emailoptout text, deleted integer, createdtime datetime,"
        " modifiedtime datetime)"
    )

    def stamp(self, moment) -> str:
        return moment.strftime("%Y-%m-%d %H:%M:%S.000000")
