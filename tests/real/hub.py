"""A hub with two channels: a real system, and an office that keeps a CSV file and knows better."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from hub.config import load_settings
from hub.model import Key
from pipeline.pull import USUAL, Wish, pull
from pipeline.report import RunReport
from pipeline.run import resolve, run
from pipeline.wiring import connect
from store.database import Store
from store.quarantine import Which
from tests.real.worlds.world import World

YAML = """
store: sqlite:///hub.db
channels:
  real:
    trust: 40
    shrink: 0.5
    region: DE
{channel}
  office:
    profile: csv_folder
    url: {office}
    trust: 90
    region: DE
    push: {{enabled: false}}
"""
COLUMNS = (
    "id",
    "prefix",
    "first_name",
    "last_name",
    "email",
    "phone",
    "street",
    "postcode",
    "city",
    "country",
)


class Hub:
    """The hub as a user would run it; ``real`` is the channel under test."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.office = folder / "office"
        self.office.mkdir()
        self.tell_office([])
        for name, text in world.files.items():
            (folder / f"{name}.yaml").write_text(text)
        lines = "".join(f"    {line}\n" for line in world.channel.strip().splitlines())
        (folder / "goldenrod.yaml").write_text(YAML.format(channel=lines, office=self.office))
        self.settings = load_settings(folder / "goldenrod.yaml", {"REAL_PASSWORD": world.password})
        self.store = Store(self.settings.store)
        self.store.migrate()

    def tell_office(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Lay the office's file down anew."""
        file = self.office / "customers.csv"
        with file.open("w", newline="") as stream:
            writer = csv.DictWriter(stream, COLUMNS, restval="")
            writer.writeheader()
            writer.writerows(rows)
        os.utime(file, (1_767_225_600, 1_767_225_600))

    def run(self) -> RunReport:
        """Run the whole flow; nothing may fail."""
        report = run(self.settings, self.store)
        assert report.errors == {}
        assert self.quarantined() == []
        return report

    def pull(self, *, full: bool = False) -> int:
        """Pull the real system; returns how many records were new or had changed."""
        report = pull(self.settings, self.store, "real", wish=Wish(full=True) if full else USUAL)
        assert (report.error, report.quarantined) == (None, 0)
        return report.pulled

    def resolve(self) -> None:
        resolve(self.settings, self.store)

    def connector(self):
        return connect(self.settings.channels["real"])

    def payloads(self) -> dict[str, Any]:
        """Return what the hub holds of the real system, by id there; the deleted are left out."""
        with self.store.read() as unit:
            keys = [Key("real", str(one)) for one in self._column("remote_id")]
            found = unit.records.by_key(keys)
            return {key.id: it.payload for key, it in found.items() if not it.deleted}

    def deleted(self) -> set[str]:
        return set(self._column("remote_id", "and deleted"))

    def count(self) -> int:
        """Return how many rows the hub has for the real system, however they came."""
        return len(self._column("remote_id"))

    def quarantined(self) -> list[Any]:
        with self.store.read() as unit:
            return list(unit.quarantine.rows(Which(channel="real")))

    def golden(self, remote_id: str) -> Any:
        """Return the golden customer that a record of the real system belongs to."""
        with self.store.read() as unit:
            record = unit.records.by_key([Key("real", remote_id)])[Key("real", remote_id)]
            return unit.golden.get({record.golden_id})[record.golden_id]

    def close(self) -> None:
        self.store.close()

    def _column(self, name: str, more: str = "") -> list[Any]:
        engine = sa.create_engine(self.settings.store)
        try:
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(
                    f"select {name} from source_record where channel = 'real' {more}"  # noqa: S608
                )
                return [row[0] for row in rows]
        finally:
            engine.dispose()
