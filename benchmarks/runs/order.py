"""Does order matter: the same rows shuffled must give the same clusters, byte for byte."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.measure import run as measure
from benchmarks.runs import Options, table
from benchmarks.sets import made
from benchmarks.tools import OURS, TOOLS


def run(options: Options) -> list[dict[str, Any]]:
    """Dedupe a made set as it is, and shuffled twice."""
    rows = []
    for kind in ("plain", "households", "companies"):
        chosen = made(kind, 10_000 if options.quick else 100_000, options.work)
        file = chosen.blind(options.work)
        people, told = pq.read_table(file), []
        for seed in (None, 1, 2):
            copy = file
            if seed is not None:
                copy = file.with_stem(f"{file.stem}_shuffled")
                order = np.random.default_rng(seed).permutation(people.num_rows)
                pq.write_table(people.take(pa.array(order)), copy, store_schema=False)
            out = options.work / "out" / OURS / f"{chosen.name}_order"
            out.mkdir(parents=True, exist_ok=True)
            ran = measure(TOOLS[OURS].command(chosen, copy, out), out.with_suffix(".log"))
            told.append(None if ran.code else sorted((out / "clusters.csv").read_text().split()))
        rows.append({"set": chosen.name, "same": told[0] is not None and told.count(told[0]) == 3})
        print(rows[-1], flush=True)
    return rows


def render(rows: list[dict[str, Any]]) -> str:
    """Tell whether the clusters were the same."""
    lines = [[row["set"], "yes" if row["same"] else "**no**"] for row in rows]
    return table(["set, shuffled twice", "same clusters"], lines)
