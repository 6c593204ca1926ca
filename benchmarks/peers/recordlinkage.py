"""`python -m benchmarks.peers.recordlinkage SET FILE OUT`: recordlinkage's ECM, as one process.

Block, compare, let ECM learn without labels, and close the predicted matches into clusters; small
sets only, for it holds every pair in pandas. API: https://recordlinkage.readthedocs.io (version
0.16); the comparisons follow its guide "Link two datasets".
"""

import argparse
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import recordlinkage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

_FEBRL = (
    ("given_name", "jarowinkler"), ("surname", "jarowinkler"), ("date_of_birth", "exact"),
    ("soc_sec_id", "exact"), ("suburb", "jarowinkler"), ("address_1", "levenshtein"),
    ("postcode", "exact"), ("state", "exact"),
)  # fmt: skip
_FEBRL_BLOCKS = (
    ["given_name", "surname"], ["date_of_birth"], ["soc_sec_id"], ["state", "address_1"],
    ["street_number", "address_1"], ["postcode"],
)  # fmt: skip

SETS: dict[str, tuple[Any, Any]] = {
    "febrl3": (_FEBRL, _FEBRL_BLOCKS),
    "febrl4": (_FEBRL, _FEBRL_BLOCKS),
    "fake_1000": (
        (
            ("first_name", "jarowinkler"),
            ("surname", "jarowinkler"),
            ("dob", "exact"),
            ("city", "exact"),
            ("email", "jarowinkler"),
        ),
        (["first_name"], ["surname"], ["dob"], ["email"]),
    ),
    "historical_50k": (
        (
            ("first_name", "jarowinkler"),
            ("surname", "jarowinkler"),
            ("dob", "exact"),
            ("postcode_fake", "exact"),
            ("birth_place", "exact"),
            ("occupation", "exact"),
        ),
        (
            ["first_3", "surname_4"], ["surname", "dob"], ["first_name", "dob"],
            ["postcode_fake", "first_name"], ["postcode_fake", "surname"], ["dob", "birth_place"],
            ["postcode_3", "dob"], ["postcode_3", "first_name"], ["postcode_3", "surname"],
        ),
    ),
}  # fmt: skip


def read(file: Path) -> pd.DataFrame:
    """Read the file, every cell as text, with the prefixes that the blocks use."""
    table = (
        pd.read_parquet(file) if file.suffix == ".parquet" else pd.read_csv(file, dtype=str)
    ).set_index("record_id")
    for column, length, name in (
        ("first_name", 3, "first_3"),
        ("surname", 4, "surname_4"),
        ("postcode_fake", 3, "postcode_3"),
    ):
        if column in table:
            table[name] = table[column].str[:length]
    return table


def candidates(people: pd.DataFrame, blocks: Any, *, link: bool) -> tuple[Any, tuple[Any, ...]]:
    """Collect the pairs of all blocks, across the sources or within the one table."""
    tables = tuple(part for _, part in people.groupby("source")) if link else (people,)
    pairs = None
    for columns in blocks:
        index = recordlinkage.Index()
        index.block(columns)
        found = index.index(*(table.dropna(subset=columns) for table in tables))
        pairs = found if pairs is None else pairs.union(found)
    return pairs, tables


def main(name: str, file: Path, out: Path, *, scored: bool) -> None:
    """Run ECM on one set."""
    warnings.filterwarnings("ignore")
    comparisons, blocks = SETS[name]
    people = read(file)
    pairs, tables = candidates(people, blocks, link=name == "febrl4")
    compare = recordlinkage.Compare()
    for column, how in comparisons:
        if how == "exact":
            compare.exact(column, column, label=column)
        else:
            compare.string(column, column, method=how, threshold=0.85, label=column)
    features = compare.compute(pairs, *tables)
    machine = recordlinkage.ECMClassifier(use_col_names=False)
    machine.fit(features)
    chance = np.asarray(machine.prob(features), dtype=float)
    left, right = (people.index.get_indexer(pairs.get_level_values(side)) for side in (0, 1))
    sure = chance >= 0.5
    graph = coo_matrix(
        (np.ones(sure.sum(), np.int8), (left[sure], right[sure])), shape=(len(people),) * 2
    )
    out.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(
        {"record_id": people.index, "cluster_id": connected_components(graph, directed=False)[1]}
    ).to_csv(out / "clusters.csv", index=False)
    if scored:
        pd.DataFrame(
            {
                "left_id": people.index[left],
                "right_id": people.index[right],
                "logit": np.log(np.clip(chance, 1e-12, 1) / np.clip(1 - chance, 1e-12, 1)),
            }
        ).to_parquet(out / "pairs.parquet")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="benchmarks.peers.recordlinkage", description=__doc__)
    parser.add_argument("set")
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs", action="store_true")
    args = parser.parse_args()
    main(args.set, args.file, args.out, scored=args.pairs)
