"""The vendors whose database we read: no HTTP, so only what holds for every channel is asked."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from tests.connectors.conformance.fake import Fake, Person


class SqlFake(Fake):
    """A table in SQLite; ``columns`` says where what is known of a person lies."""

    kind = "sql"
    login: ClassVar = {"username": ""}
    shows_deleted = True
    troubles: ClassVar = {
        "somebody else holds the lock": "_lock",
        "the connection is cut": "_cut",
        "the database is rebuilt": "_scramble",
    }
    columns: ClassVar[dict[str, str]]
    schema: ClassVar[str]
    table: ClassVar[str]
    _held: sqlite3.Connection | None = None

    def open(self, folder: Path) -> str:
        """Make the database; return its address."""
        self._file = folder / "channel.db"
        self._run(self.schema)
        return f"sqlite:///{self._file}"

    def close(self) -> None:
        self.mend()

    def begin(self, trouble, *, lasting):
        self._whole = self._file.read_bytes()
        getattr(self, self.troubles[trouble])()

    def mend(self) -> None:
        if self._held:
            self._held.close()
            self._held = None
        if self._whole:
            self._file.write_bytes(self._whole)
            self._whole = b""

    _whole = b""

    def _lock(self) -> None:
        self._whole = b""
        self._held = sqlite3.connect(self._file, isolation_level=None)
        self._held.execute("pragma locking_mode = exclusive")
        self._held.execute("begin exclusive")

    def _cut(self) -> None:
        """Leave no more than the first page of the file."""
        self._file.write_bytes(self._whole[:4096])

    def _scramble(self) -> None:
        """Lay something else where the pages were."""
        self._file.write_bytes(b"\0" * len(self._whole))

    def vanish(self) -> None:
        self._run(f"delete from {self.table}")  # noqa: S608

    def forbid(self) -> None:
        self._run(f"drop table {self.table}")

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

    def remove(self, person_id):
        self.sync()
        super().remove(person_id)

    def sync(self) -> None:
        """Take over what was written into the table."""

    def _row(self, person: Person) -> dict[str, object]:
        told = self._told(person)
        return {column: told[name] for name, column in self.columns.items()}

    def _told(self, person: Person) -> dict[str, object]:
        return {
            "id": int(person.id), "first": person.first, "last": person.last, "mail": person.mail,
            "changed": self.stamp(person.changed), "made": self.stamp(person.made),
            "deleted": self.gone(deleted=person.deleted), "reference": person.reference,
        }  # fmt: skip

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


class LegacyCrm(SqlFake):
    """A table of the 1990s: one column for a name, local times without a zone, letters as flags."""

    profile = "legacy_crm"
    table = "CUST"
    columns: ClassVar = {
        "id": "CUST_NO", "name": "CUST_NAME", "mail": "EMAIL", "changed": "UPDATED",
        "made": "CREATED", "deleted": "DEL_FLAG", "reference": "EXT_REF",
    }  # fmt: skip
    schema = (
        "create table CUST (CUST_NO integer primary key, CUST_TYPE text default 'P',"
        " CUST_NAME text, EMAIL text, OPTOUT text, DEL_FLAG text, EXT_REF text, CREATED text,"
        " UPDATED text)"
    )

    def stamp(self, moment) -> str:
        return moment.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M:%S")

    def gone(self, *, deleted: bool) -> object:
        return "Y" if deleted else "N"

    def _row(self, person: Person) -> dict[str, object]:
        named = [it for it in (person.last, person.first) if it]
        told = self._told(person) | {"name": ", ".join(named) or None}
        return {column: told[name] for name, column in self.columns.items()}

    def sync(self) -> None:
        zone = ZoneInfo("Europe/Berlin")
        names = list(self.columns)
        with closing(sqlite3.connect(self._file)) as connection:
            rows = connection.execute(f"select {', '.join(self.columns.values())} from CUST")  # noqa: S608
            for row in rows.fetchall():
                told = dict(zip(names, row, strict=True))
                last, _, first = (told["name"] or "").partition(", ")
                at = {
                    it: datetime.fromisoformat(told[it]).replace(tzinfo=zone).astimezone(UTC)
                    for it in ("changed", "made")
                }
                self.people[str(told["id"])] = Person(
                    str(told["id"]), first or None, last or None, told["mail"], **at,
                    deleted=told["deleted"] == "Y", reference=told["reference"],
                )  # fmt: skip
