"""What breaks others: one block of fifty thousand, one phone for five hundred, one name for all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate.write import make
from benchmarks.measure import run as measure
from benchmarks.runs import Options, table
from benchmarks.scoring import clustered, codes
from benchmarks.sets import Set
from benchmarks.tools import OURS, TOOLS, read_clusters

_AROUND = 20_000


def _one_block(size: int) -> tuple[pa.Table, str]:
    """People of whom nothing is known but one family name, one town and one day of birth."""
    people = _people(size)
    for column, value in (
        ("family_name", "Smith"), ("birth_date", "1970-01-01"), ("city", "Milstead"),
        ("postcode", "44700"), ("street", None), ("email", None), ("phone", None),
    ):  # fmt: skip
        people = _put(people, column, value)
    return _strangers(people), "smith"


def _one_phone(size: int) -> tuple[pa.Table, str]:
    return _strangers(_put(_people(size), "phone", "2025550143")), "5550143"


def _one_name(size: int) -> tuple[pa.Table, str]:
    people = _put(_people(size), "given_name", "伟")
    return _strangers(_put(people, "family_name", "李")), "李"


_CASES: dict[str, tuple[Callable[[int], tuple[pa.Table, str]], int]] = {
    "50,000 in one block": (_one_block, 50_000),
    "500 on one phone": (_one_phone, 500),
    "1,000 named 李伟": (_one_name, 1_000),
}


def run(options: Options) -> list[dict[str, Any]]:
    """Mix each hostile crowd with ordinary people, and dedupe them."""
    return [
        _one(options, name, *crowd(size // 10 if options.quick else size))
        for name, (crowd, size) in _CASES.items()
    ]


def _one(options: Options, name: str, crowd: pa.Table, value: str) -> dict[str, Any]:
    whole = pa.concat_tables([make("households", _AROUND, seed=3), crowd])
    rng = np.random.default_rng(5)
    whole = whole.take(pa.array(rng.permutation(whole.num_rows)))
    whole = _put(whole, "record_id", [f"x{n}" for n in range(whole.num_rows)])
    file = options.work / "made" / f"hostile_{len(crowd)}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(whole, file, store_schema=False)
    chosen = Set(file.stem, file)
    out = options.work / "out" / OURS / chosen.name
    out.mkdir(parents=True, exist_ok=True)
    command = TOOLS[OURS].command(chosen, chosen.blind(options.work), out)
    ran = measure(command, out.with_suffix(".log"))
    row: dict[str, Any] = {"case": name, **ran._asdict()}
    if ran.code == 0:
        found = read_clusters(out, whole["record_id"])
        score = clustered(codes(whole["entity_id"]), found)
        row |= {
            "largest": int(np.bincount(found).max()),
            "precision": score.precision,
            "named": _names(out, value),
        }
    print(row, flush=True)
    return row


def _names(out: Path, value: str) -> bool:
    text = (out / "report.json").read_text(encoding="utf-8")
    return value in text.encode().decode("unicode_escape") or value in text.lower()


def _people(size: int) -> pa.Table:
    """Take people none of whom is there twice, or lives with another."""
    made = make("households", 5 * size)
    first = np.unique(codes(made["household_id"]), return_index=True)[1]
    return made.take(pa.array(first[:size]))


def _strangers(people: pa.Table) -> pa.Table:
    """Make each of them a person of their own, who has nothing to do with the others."""
    return _put(people, "entity_id", [f"stranger{n}" for n in range(people.num_rows)])


def _put(people: pa.Table, column: str, value: Any) -> pa.Table:
    values = value if isinstance(value, list) else [value] * people.num_rows
    place = people.column_names.index(column)
    return people.set_column(place, column, pa.array(values, people.schema.field(column).type))


def render(rows: list[dict[str, Any]]) -> str:
    """Tell whether it ended, and what became of the crowd."""
    head = ["case", "seconds", "peak MB", "largest cluster", "precision", "report names it"]
    return table(head, [
        [
            row["case"], "failed" if row["code"] else f"{row['seconds']:.1f}",
            f"{row['megabytes']:.0f}", str(row.get("largest", "")),
            f"{row['precision']:.3f}" if "precision" in row else "",
            {True: "yes", False: "no", None: ""}[row.get("named")],
        ]
        for row in rows
    ])  # fmt: skip
