"""`python -m benchmarks.peers.goldenrod FILE OUT [--kind K] [--link]`: all our scored pairs.

`goldenrod dedupe` leaves the doubtful pairs only; this leaves all of them in `pairs.parquet`, from
the same engine with the same defaults. It is not timed.
"""

import argparse
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from matching.deduplicate import dedupe

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.peers.goldenrod", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--kind", default="auto")
    parser.add_argument("--link", action="store_true")
    args = parser.parse_args()
    result = dedupe(
        args.file, id="record_id", kind=args.kind, link_only=args.link,
        source="source" if args.link else None,
    )  # fmt: skip
    pairs, ids = result.matched.pairs, result.frame.ids
    pq.write_table(
        pa.table(
            {
                "left_id": ids.take(pa.array(pairs.left)),
                "right_id": ids.take(pa.array(pairs.right)),
                "logit": np.asarray(pairs.bits) * np.log(2),
            }
        ),
        args.out / "pairs.parquet",
    )
