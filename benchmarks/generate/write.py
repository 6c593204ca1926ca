"""Make any number of rows piece by piece, shuffle them all, and write them as Parquet."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.generate import companies, households, persons
from benchmarks.generate.rows import Ints, Rows

_PIECE = 200_000  # entities made at once: bounds the memory
_COMMON = 1000  # people of one name, as soon as there are a hundred times as many in all
_ROW_GROUP = 250_000


def make(kind: str, size: int, seed: int = 1) -> pa.Table:
    """Make ``size`` rows of ``plain``, ``households`` or ``companies``, in random order."""
    chance = np.random.default_rng([seed, len(kind)])
    copies = _copies(chance, size, _KINDS[kind][1])
    pieces = []
    for number, start in enumerate(range(0, len(copies), _PIECE)):
        rng = np.random.default_rng([seed, len(kind), number])
        rows = _KINDS[kind][0](rng, start, copies[start : start + _PIECE], size)
        pieces.append(pa.table({**rows.columns, "dirt": rows.dirt()}))
    table = pa.concat_tables(pieces)
    del pieces
    order = pa.array(chance.permutation(size))
    width = len(str(size))
    columns: dict[str, Any] = {
        "record_id": pa.array([f"r{number:0{width}}" for number in range(size)])
    }
    first = [c for c in ("source", "entity_id", "household_id", "dirt") if c in table.column_names]
    for name in [*first, *(c for c in table.column_names if c not in first)]:
        # 64-bit offsets: ten million streets pass the two gigabytes of a plain string column
        columns[name] = table[name].cast(pa.large_string()).combine_chunks().take(order)
        table = table.drop_columns([name])
    return pa.table(columns)


def write(kind: str, size: int, path: Path, seed: int = 1) -> None:
    """Make rows and write them; the Arrow schema is left out, so readers see plain strings."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    pq.write_table(
        make(kind, size, seed), half, row_group_size=_ROW_GROUP, store_schema=False,
        compression="zstd",
    )  # fmt: skip
    half.replace(path)


def _copies(rng: np.random.Generator, size: int, shares: tuple[float, ...]) -> Ints:
    """Draw how many records each entity has, until there are exactly ``size`` in all."""
    copies = rng.choice(np.arange(1, len(shares) + 1), size, p=shares)
    last = int(np.searchsorted(np.cumsum(copies), size))
    copies = copies[: last + 1]
    copies[-1] -= copies.sum() - size
    return copies


def _plain(rng: np.random.Generator, first: int, copies: Ints, _size: int) -> Rows:
    return persons.plain(rng, first, copies)


def _households(rng: np.random.Generator, first: int, copies: Ints, size: int) -> Rows:
    common = min(_COMMON, size // 100, len(copies) // 2) if first == 0 else 0
    return households.households(rng, first, copies, common)


def _companies(rng: np.random.Generator, first: int, copies: Ints, _size: int) -> Rows:
    return companies.companies(rng, first, copies)


_KINDS: dict[str, tuple[Callable[[np.random.Generator, int, Ints, int], Rows], Any]] = {
    "plain": (_plain, persons.COPIES),
    "households": (_households, households.COPIES),
    "companies": (_companies, companies.COPIES),
}
