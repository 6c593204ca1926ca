"""Files on an SFTP server: a DBF table of an old CRM, or a mainframe's records in EBCDIC.

What the hub hands over is imported as such a system would do it: by replacing whole rows.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import dbf

from connectors.files.fixed import write_fixed
from connectors.files.profile import FixedWidth
from hub.model import Value
from hub.yamlfile import load_yaml
from tests.real.servers.sftp import PASSWORD, Sftp
from tests.real.worlds.world import PHONE, Person, digits

FIELDS = (("NO", 1, 8), ("FIRST", 9, 20), ("LAST", 29, 20), ("MAIL", 49, 60), ("PHONE", 109, 20),
          ("STREET", 129, 30), ("CITY", 159, 20))  # fmt: skip
LAYOUT = (
    "{kind: fixed, length: 182, fields: ["
    + ", ".join(f"{{name: {it[0]}, start: {it[1]}, width: {it[2]}}}" for it in FIELDS)
    + ", {name: DUE, start: 179, width: 4, type: packed}]}"
)
PROFILE = """
vendor: Old system
source: its file layout
verified: true
engine: files
limits: {{page: 100}}
sftp: {{host_key: "{key}"}}
customers:
  id: NO
  files: {files}
  layout: {layout}
  encoding: {encoding}
  ready: {{quiet: 0}}
  deleted: {{field: _deleted, values: ["true"]}}
  drop: {{layout: {drop}, encoding: {encoding}, name: "change-{{stamp}}"}}
"""
MAP = """
vendor: old_system
fields:
  - {path: FIRST, field: name.given, max: 20}
  - {path: LAST, field: name.family, max: 20}
  - {path: MAIL, field: emails, max: 60}
  - {path: PHONE, field: phones, max: 20}
  - {path: STREET, field: addresses.street, blank: clear, max: 30}
  - {path: CITY, field: addresses.locality, blank: clear, max: 20}
"""


class _Wrapped(Value):
    layout: FixedWidth


CODE_PAGES = {"dbf": "cp1252", "ebcdic": "cp273"}


class FilesWorld:
    lists_all = True
    deletes = False
    better = ("phone", PHONE)

    def __init__(self, server: Sftp, kind: str) -> None:
        self.kind = kind
        self.folder = server.folder / kind
        self.folder.mkdir(exist_ok=True)
        for left in [*self.folder.glob("*.*"), *self.folder.glob("in/*")]:
            left.unlink()
        self.rows: dict[str, dict[str, str]] = {}
        self.gone: set[str] = set()
        self.layout = load_yaml(f"layout: {LAYOUT}", "layout", _Wrapped).layout
        facts = {
            "dbf": {"files": "contact.dbf", "layout": "{kind: dbf}", "drop": "{kind: csv}"},
            "ebcdic": {"files": "cust.dat", "layout": LAYOUT, "drop": LAYOUT},
        }[kind]
        profile = PROFILE.format(key=server.key, encoding=CODE_PAGES[kind], **facts)
        self.channel = (
            f"profile: files.yaml\nmap: files_map.yaml\nurl: sftp://127.0.0.1:{server.port}/{kind}\n"
            f"username: crm\npassword: ${{REAL_PASSWORD}}"
        )
        self.password = PASSWORD
        self.files = {"files": profile, "files_map": MAP}
        self._export()

    @classmethod
    def dbf(cls, server: Sftp) -> Self:
        return cls(server, "dbf")

    @classmethod
    def ebcdic(cls, server: Sftp) -> Self:
        return cls(server, "ebcdic")

    def create(self, persons: Sequence[Person]) -> list[str]:
        for it in persons:
            self.rows[str(it.number)] = {
                "NO": str(it.number), "FIRST": it.first, "LAST": it.last, "MAIL": it.email,
                "PHONE": "", "STREET": "", "CITY": it.city,
            }  # fmt: skip
        self._export()
        return [str(it.number) for it in persons]

    def edit(self, ids: Sequence[str], mark: str) -> None:
        for one in ids:
            self.rows[one]["STREET"] = mark
        self._export()

    def mark(self, payload: Mapping[str, Any]) -> str:
        return str(payload["STREET"])

    def told(self, remote_id: str) -> str:
        return digits(self.rows[remote_id]["PHONE"])

    def apply(self) -> None:
        """Import the files that the hub laid down, and export anew."""
        for file in sorted((self.folder / "in").iterdir()):
            for row in self._read(file):
                self.rows[row["NO"]].update(row)
            file.unlink()
        self._export()

    def delete(self, remote_id: str) -> None:
        if self.kind == "dbf":  # marked, and still in the file
            self.gone.add(remote_id)
        else:
            del self.rows[remote_id]
        self._export()

    def close(self) -> None:
        """The folder goes with the server."""

    def _export(self) -> None:
        if self.kind == "dbf":
            _write_table(self.folder / "contact.dbf", self.rows, self.gone)
        else:
            records = [
                write_fixed(row | {"DUE": "-42"}, "cp273", self.layout)
                for row in self.rows.values()
            ]
            (self.folder / "cust.new").write_bytes(b"".join(records))
            (self.folder / "cust.new").replace(self.folder / "cust.dat")

    def _read(self, file: Path) -> list[dict[str, str]]:
        if self.kind == "dbf":
            return list(csv.DictReader(io.StringIO(file.read_text("cp1252"))))
        raw = file.read_bytes()
        cut = [raw[at : at + 182].decode("cp273") for at in range(0, len(raw), 182)]
        return [
            {name: it[start - 1 : start - 1 + width].rstrip() for name, start, width in FIELDS}
            for it in cut
        ]


def _write_table(file: Path, rows: Mapping[str, Mapping[str, str]], gone: set[str]) -> None:
    made = file.with_name("new.dbf")
    columns = "; ".join(f"{name} C({width})" for name, _, width in FIELDS)
    table = dbf.Table(str(made), f"{columns}; NOTES M", dbf_type="db3", codepage="cp1252")
    table.open(dbf.READ_WRITE)
    for row in rows.values():
        table.append({**row, "NOTES": f"a memo on {row['LAST']}, ä"})
        if row["NO"] in gone:
            dbf.delete(table[-1])
    table.close()
    made.with_suffix(".dbt").replace(file.with_suffix(".dbt"))
    made.replace(file)
