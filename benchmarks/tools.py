"""The programs that are measured: each reads a file and leaves `clusters.csv` in a folder."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from benchmarks.peers.recipes import RECIPES
from benchmarks.scoring import Floats, Ints, Pairs, codes
from benchmarks.sets import Set

OURS, SPLINK, RECORDLINKAGE = "goldenrod", "splink", "recordlinkage"


class Tool(NamedTuple):
    """A program: its command for a set, and the sets it is run on."""

    name: str
    command: Callable[[Set, Path, Path], list[str]]
    serves: Callable[[Set], bool]


def goldenrod(chosen: Set, file: Path, out: Path) -> list[str]:
    """Our own command, with nothing but what a user knows of the file."""
    return [
        str(Path(sys.executable).with_name("goldenrod")), "dedupe", str(file), "--out", str(out),
        "--id", "record_id", "--kind", chosen.kind,
        *(("--source", "source", "--link-only") if chosen.link else ()),
        *(part for f, column in chosen.columns.items() for part in ("--map", f"{f}={column}")),
    ]  # fmt: skip


def our_pairs(chosen: Set, file: Path, out: Path) -> list[str]:
    """Leave all pairs that our own engine scored, which `goldenrod dedupe` does not."""
    command = [sys.executable, "-m", "benchmarks.peers.goldenrod", str(file), str(out)]
    return [*command, "--kind", chosen.kind, *(["--link"] if chosen.link else [])]


def peer(name: str) -> Callable[[Set, Path, Path], list[str]]:
    """Command of a peer, which is a script of ours around its library."""

    def command(chosen: Set, file: Path, out: Path) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.peers.{name}", chosen.name, str(file), str(out)]

    return command


def recipe_of(chosen: Set) -> str:
    """Name the recipe of a set: its own name, or that of its kind for a made one."""
    return chosen.name if chosen.name in RECIPES else chosen.name.rsplit("_", 1)[0]


TOOLS = {
    OURS: Tool(OURS, goldenrod, lambda _: True),
    SPLINK: Tool(SPLINK, peer(SPLINK), lambda chosen: recipe_of(chosen) in RECIPES),
    RECORDLINKAGE: Tool(
        RECORDLINKAGE,
        peer(RECORDLINKAGE),
        lambda chosen: chosen.name in {"febrl3", "febrl4", "fake_1000", "historical_50k"},
    ),
}


def read_clusters(out: Path, record_ids: pa.ChunkedArray) -> Ints:
    """Read which cluster every record is in, in the order of the records.

    A tool that leaves a record out, or names one twice, has failed.
    """
    table = _read(out / "clusters.csv", ["record_id", "cluster_id"])
    at = pc.index_in(record_ids.combine_chunks(), table["record_id"].combine_chunks())
    if at.null_count or table.num_rows != len(record_ids):
        raise ValueError(f"{out / 'clusters.csv'}: not every record is in it once")
    return codes(table["cluster_id"].combine_chunks().take(at))


def read_pairs(out: Path, record_ids: pa.ChunkedArray) -> Pairs | None:
    """Read the scored pairs, if the tool left any (`pairs.parquet`: left_id, right_id, logit)."""
    file = out / "pairs.parquet"
    if not file.exists():
        return None
    table = pq.read_table(file)
    ids = record_ids.combine_chunks()
    left, right = (
        pc.index_in(table[name].combine_chunks().cast(pa.string()), ids).to_numpy()
        for name in ("left_id", "right_id")
    )
    return Pairs(left, right, table["logit"].to_numpy().astype(np.float64))


def _read(file: Path, columns: list[str]) -> pa.Table:
    types = dict.fromkeys(columns, pa.string())
    return pa_csv.read_csv(
        file,
        convert_options=pa_csv.ConvertOptions(column_types=types, include_columns=columns),
    )


def read_probabilities(out: Path, record_ids: pa.ChunkedArray) -> Floats | None:
    """Read how sure the tool is of each record's place in its cluster, if it says so."""
    file = out / "clusters.csv"
    if "probability" not in pa_csv.open_csv(file).schema.names:
        return None
    table = _read(file, ["record_id", "probability"])
    at = pc.index_in(record_ids.combine_chunks(), table["record_id"].combine_chunks())
    chance = table["probability"].combine_chunks().cast(pa.float64()).take(at)
    certain: Floats = chance.fill_null(1.0).to_numpy(zero_copy_only=False)
    return certain
