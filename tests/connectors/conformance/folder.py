"""The systems that speak by files in a folder; what they import is taken in by `sync`."""

import csv
import io
import struct
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from tests.connectors.conformance.fake import Fake


class FolderFake(Fake):
    """Lays its whole list down anew whenever somebody changed."""

    kind = "files"
    shows_deleted = True
    where = "there is no whole file "
    troubles: ClassVar = {
        "a file is still being written": "_grow",
        "a file goes away while it is read": "_vanish",
        "the folder is empty": "_empty",
    }
    export: ClassVar[str]
    encoding: ClassVar[str] = "utf-8"
    _trouble = ""

    def open(self, folder: Path) -> str:
        self._folder = folder / "out"
        self._folder.mkdir()
        self.export_all()
        return str(self._folder)

    def begin(self, trouble, *, lasting):
        self._trouble = self.troubles[trouble]
        if self._trouble == "_empty":
            self._empty()

    def mend(self) -> None:
        self._trouble = ""
        self.export_all()

    def nap(self, _seconds: float) -> None:
        if self._trouble:
            getattr(self, self._trouble)()

    def _grow(self) -> None:
        with (self._folder / self.export).open("ab") as stream:
            stream.write(b"x")

    def _vanish(self) -> None:
        (self._folder / self.export).unlink(missing_ok=True)

    _empty = _vanish

    def forbid(self) -> None:
        for file in self._folder.iterdir():
            file.unlink()
        self._folder.rmdir()

    def holds(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def add(self, last, mail=None, **facts):
        person = super().add(last, mail, **facts)
        self.export_all()
        return person

    def edit(self, person_id, **facts):
        person = super().edit(person_id, **facts)
        self.export_all()
        return person

    def export_all(self) -> None:
        """Write the whole list."""
        raise NotImplementedError

    def take_in(self, row: dict[str, str]) -> None:
        """Take in one row of a file that the hub has left."""
        raise NotImplementedError

    def sync(self) -> None:
        for file in sorted((self._folder / "in").glob("*")):
            for row in csv.DictReader(io.StringIO(file.read_bytes().decode(self.encoding))):
                self.take_in(row)
            file.unlink()
        self.export_all()


class CsvFolder(FolderFake):
    """A folder of CSV files; an import that knows new and deleted customers."""

    profile = "csv_folder"
    options: ClassVar = {"creates": "true", "deletes": "true"}
    export = "customers.csv"

    def export_all(self) -> None:
        names = ("id", "first_name", "last_name", "email", "changed", "created", "deleted",
                 "newsletter", "goldenrod_id")  # fmt: skip
        stream = io.StringIO()
        writer = csv.writer(stream)
        writer.writerow(names)
        for it in self.people.values():
            writer.writerow([it.id, it.first, it.last, it.mail, it.changed.isoformat(),
                             it.made.isoformat(), "yes" if it.deleted else "no", "",
                             it.reference])  # fmt: skip
        (self._folder / self.export).write_bytes(stream.getvalue().encode())

    def take_in(self, row):
        names = {"first": "first_name", "last": "last_name", "mail": "email",
                 "reference": "goldenrod_id"}  # fmt: skip
        facts = {name: row.get(column) for name, column in names.items()}
        known = {name: value for name, value in facts.items() if value}
        if row.get("deleted") == "yes":
            self.edit(row["id"], deleted=True)
        elif row.get("id"):
            self.edit(row["id"], **known)
        elif all(it.reference != known["reference"] for it in self.people.values()):
            self.add(**{"last": None, **known})


class Goldmine(FolderFake):
    """GoldMine: two dBASE tables in a code page, written here byte by byte."""

    profile = "goldmine"
    creates = deletes = False
    export = "CONTACT1.DBF"
    encoding = "cp1252"

    def export_all(self) -> None:
        people = list(self.people.values())
        contacts = [
            (it.deleted, it.id, " ".join(filter(None, (it.first, it.last))), f"{it.changed:%Y%m%d}")
            for it in people
        ]
        fields = (("ACCOUNTNO", "C", 20), ("CONTACT", "C", 40), ("LASTDATE", "D", 8))
        (self._folder / self.export).write_bytes(dbf(fields, contacts))
        details = [(it.deleted, it.id, "P", "E-mail Address", it.mail or "") for it in people]
        fields = (("ACCOUNTNO", "C", 20), ("RECTYPE", "C", 1), ("CONTACT", "C", 30),
                  ("CONTSUPREF", "C", 35))  # fmt: skip
        (self._folder / "CONTSUPP.DBF").write_bytes(dbf(fields, details))

    def take_in(self, row):
        first, _, last = row["CONTACT"].partition(" ")
        self.people[row["ACCOUNTNO"]] = replace(
            self.people[row["ACCOUNTNO"]], first=first, last=last
        )


def dbf(fields: Any, rows: list[tuple[Any, ...]]) -> bytes:
    """Write a dBASE III table; the first value of a row says whether it is marked as deleted.

    https://www.dbase.com/Knowledgebase/INT/db7_file_fmt.htm and what dBASE III has of it.
    """
    size = 1 + sum(width for _, _, width in fields)
    head = struct.pack("<BBBBLHH20x", 3, 126, 1, 1, len(rows), 33 + 32 * len(fields), size)
    columns = b"".join(
        struct.pack("<11sc4xB15x", name.encode(), kind.encode(), width)
        for name, kind, width in fields
    )
    body = b"".join(
        (b"*" if gone else b" ")
        + b"".join(
            text.encode("cp1252", "replace").ljust(width)[:width]
            for text, (_, _, width) in zip(values, fields, strict=True)
        )
        for gone, *values in rows
    )
    return head + columns + b"\r" + body + b"\x1a"
