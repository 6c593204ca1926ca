"""The sets to measure on: where each is, which columns are its truth, and how the matcher sees it.

The matcher never sees a truth: it gets a copy of the file without those columns.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks.generate.write import write

TRUTH = ("entity_id", "household_id", "dirt", "hardness")


@dataclass(frozen=True)
class Set:
    """One set: a name, a file, and what a user would say about it.

    ``target`` is the clustered pairwise F1 that must hold; ``columns`` are the corrections a user
    would give as ``--map``; ``link`` says that no source holds duplicates of its own.
    """

    name: str
    file: Path
    kind: str = "person"
    link: bool = False
    target: float | None = None
    columns: Mapping[str, str] = field(default_factory=dict)

    def read(self) -> pa.Table:
        """Read it whole, every cell as text, empty as missing."""
        if self.file.suffix == ".parquet":
            table = pq.read_table(self.file)
            return table.cast(pa.schema([(name, pa.string()) for name in table.column_names]))
        names = pa_csv.open_csv(self.file).schema.names
        return pa_csv.read_csv(
            self.file,
            parse_options=pa_csv.ParseOptions(newlines_in_values=True),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )

    def blind(self, folder: Path) -> Path:
        """Write the copy without the truth, in the same format, once."""
        copy = folder / "blind" / self.file.name
        if not copy.exists() or copy.stat().st_mtime < self.file.stat().st_mtime:
            copy.parent.mkdir(parents=True, exist_ok=True)
            half = copy.with_suffix(".part")
            if self.file.suffix == ".parquet":
                whole = pq.read_table(self.file)
                table = whole.drop_columns([c for c in TRUTH if c in whole.column_names])
                pq.write_table(table, half, compression="zstd", store_schema=False)
            else:
                whole = self.read()
                table = whole.drop_columns([c for c in TRUTH if c in whole.column_names])
                pa_csv.write_csv(table, half)
            half.replace(copy)
        return copy


def labelled(data: Path) -> Iterator[Set]:
    """Name the labelled sets in a folder."""
    for name, file, target, options in _LABELLED:
        yield Set(name, data / file, target=target, **options)


def made(kind: str, size: int, folder: Path) -> Set:
    """Name a made set, and make it unless it is there."""
    short = f"{size // 10**6}m" if size % 10**6 == 0 else f"{size // 1000}k"
    file = folder / "made" / f"{kind}_{short}.parquet"
    if not file.exists():
        write(kind, size, file)
    targets = {"households": 0.98, "plain": None, "companies": None}
    return Set(
        f"{kind}_{short}",
        file,
        kind="organisation" if kind == "companies" else "person",
        target=targets[kind],
    )


_LABELLED: tuple[tuple[str, str, float, dict[str, Any]], ...] = (
    ("historical_50k", "historical_50k.parquet", 0.93, {}),
    ("fake_1000", "fake_1000.csv", 0.97, {}),
    ("febrl3", "febrl3.csv", 0.999, {}),
    ("febrl4", "febrl4.csv", 0.999, {"link": True}),
    ("fodors_zagats", "fodors_zagats.csv", 0.95, {"kind": "organisation"}),
    ("orgs_hard", "orgs_hard.csv", 0.92, {"kind": "organisation"}),
    ("chicago", "chicago_early_childhood.csv", 0.90, {"kind": "organisation"}),
)
