"""DuckDB in this process: one database in memory, nothing fetched, Arrow in and Arrow out."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FEW = 2_000
"""Of so few rows one thread makes more than two, which must wait for one another."""


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"autoinstall_known_extensions": False})


@cache
def _alone() -> duckdb.DuckDBPyConnection:
    """Return a database of one thread, for expressions: those are asked side by side already."""
    return duckdb.connect(config={"autoinstall_known_extensions": False, "threads": 1})


def limit_threads(threads: int) -> None:
    """Let queries use this many processors and no more."""
    _database().execute(f"SET GLOBAL threads = {threads}")


def table_of(query: str, **inputs: pa.Table) -> pa.Table:
    """Run ``query`` over the named Arrow tables; threads may do so side by side."""
    rows = sum(table.num_rows for table in inputs.values())
    return _run(_alone() if inputs and rows <= FEW else _database(), query, inputs)


def _run(
    database: duckdb.DuckDBPyConnection, query: str, inputs: Mapping[str, pa.Table]
) -> pa.Table:
    with database.cursor() as session:
        for name, table in inputs.items():
            session.register(name, table)
        return session.sql(query).to_arrow_table()


def quoted(text: str, mark: str = '"') -> str:
    """Return a name or a text for SQL, in its quotes."""
    return mark + text.replace(mark, mark * 2) + mark


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV with a header."""
    with _database().cursor() as session:
        session.register("given", table)
        session.execute(f"COPY given TO {quoted(str(path), chr(39))} (FORMAT csv, HEADER)")


def column_of(expression: str, inputs: Mapping[str, pa.Array]) -> pa.Array:
    """Compute one expression over columns of equal length."""
    query = f"SELECT {expression} AS found FROM given"
    found = _run(_alone(), query, {"given": pa.table(dict(inputs))})
    return found.column(0).combine_chunks()


def numbers_of(expression: str, inputs: Mapping[str, pa.Array]) -> NDArray[Any]:
    """Compute one numeric expression over columns of equal length; it must not be null."""
    found: NDArray[Any] = column_of(expression, inputs).to_numpy(zero_copy_only=False)
    return found


def hashes_of(texts: pa.Array) -> NDArray[np.uint64]:
    """Return a hash a text, 0 for null: the same for the same text in every run of one DuckDB."""
    call = "CASE WHEN text IS NULL THEN 0 ELSE hash(text) END"
    return numbers_of(call, {"text": texts}).astype(np.uint64, copy=False)


@cache
def hash_probe() -> str:
    """Return what tells this DuckDB's hashes from those of one that hashes otherwise."""
    return f"{int(hashes_of(pa.array(['goldenrod']))[0]):016x}"
