"""Where a table comes from: files that DuckDB reads, or a table in memory.

In: paths, or an Arrow, pandas or polars table. Out: a ``Source``, its SQL.
Raises ConfigError, naming file, row and column, for what can't be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from os.path import realpath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigError
from matching.table.dialect import csv_reader, told
from matching.table.duck import quoted, table_of
from matching.table.encodings import readable
from matching.table.guess import Column

_SAMPLE = 1000
_SEEN = 20_000
"""Rows that are looked at to learn what a column holds."""
_NESTED = ("STRUCT(", "MAP(", "UNION(", "VARIANT")


@dataclass(frozen=True)
class Source:
    """A table that can be queried."""

    relation: str
    """SQL that stands for it."""
    inputs: Mapping[str, pa.Table] = field(default_factory=dict)
    title: str = "the table"
    names: tuple[str, ...] = ()
    """Its columns."""
    remarks: tuple[str, ...] = ()
    """What a reader should know: an encoding that was guessed."""
    columnar: bool = True
    """Whether a column can be read without the others."""

    def ask(self, query: str) -> pa.Table:
        """Run a query over the table. Raises ConfigError for a row that can't be read."""
        with self.telling():
            return table_of(query, **self.inputs)

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Tell whoever gave the table what DuckDB says of it."""
        try:
            yield
        except duckdb.Error as error:
            raise ConfigError(f"{self.title}: {told(error)}") from None

    def columns(self) -> list[Column]:
        """Look at some rows of each column."""
        if not self.names:
            raise ConfigError(f"{self.title}: no column that can be read")
        chosen = ", ".join(map(quoted, self.names))
        sample = self.ask(f"SELECT {chosen} FROM {self.relation} LIMIT {_SEEN}")
        return [_column(name, sample.column(name)) for name in self.names]


def _column(name: str, values: pa.ChunkedArray) -> Column:
    texts = values
    if not pa.types.is_string(values.type):
        told = [None if value is None else str(value) for value in values.to_pylist()]
        texts = pa.chunked_array([told], pa.string())
    texts = texts.filter(pc.not_equal(texts, ""))
    rows = max(len(values), 1)
    distinct = pc.count_distinct(texts).as_py()
    return Column(name, texts[:_SAMPLE].to_pylist(), len(texts) / rows, distinct / rows)


@contextmanager
def open_source(given: Any) -> Iterator[Source]:
    """Open a table: a path or several, an Arrow, pandas or polars table."""
    if isinstance(given, str | Path):
        given = [given]
    if isinstance(given, Sequence) and all(isinstance(one, str | Path) for one in given):
        if not given:
            raise ConfigError("no file is given")
        with TemporaryDirectory(prefix="goldenrod-") as scratch:
            yield _files([Path(path) for path in given], Path(scratch))
    else:
        table = _arrow(given)
        names = tuple(name.name for name in table.schema if not pa.types.is_nested(name.type))
        yield Source("given_table", {"given_table": table}, names=names)


def _arrow(given: Any) -> pa.Table:
    if not hasattr(given, "__arrow_c_stream__"):  # Arrow itself, pandas, polars and others have it
        what = type(given).__name__
        raise ConfigError(f"a {what} is no table: give a path, Arrow, pandas or polars")
    try:
        table = pa.table(given)
    except pa.ArrowException as error:
        raise ConfigError(f"the table: {error}") from None
    return table.rename_columns(_told_apart(table.column_names))


def _told_apart(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same in SQL, as reading a file makes them."""
    taken, found = {name.lower() for name in names}, list[str]()
    seen = set[str]()
    for name in names:
        own, number = name, 0
        while own.lower() in seen or (number and own.lower() in taken):
            number += 1
            own = f"{name}_{number}"
        seen.add(own.lower())
        found.append(own)
    return found


def _files(paths: Sequence[Path], scratch: Path) -> Source:
    if len(set(map(realpath, paths))) < len(paths):
        raise ConfigError("the same file is given twice")
    parts, remarks = [], []
    for number, path in enumerate(paths):
        part, remark = _part(path, scratch / str(number))
        parts.append(part)
        remarks += [remark] if remark else []
    union = " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts)
    relation = parts[0] if len(parts) == 1 else f"({union})"
    source = Source(relation, {}, ", ".join(map(str, paths)))
    described = source.ask(f"DESCRIBE SELECT * FROM {relation}").to_pydict()
    flat: list[str] = []
    nested: list[str] = []
    for name, kind in zip(described["column_name"], described["column_type"], strict=True):
        (nested if kind.endswith("]") or kind.startswith(_NESTED) else flat).append(name)
    remarks += [f"column {name}: nested, so it is not read" for name in nested]
    columnar = all(map(_is_parquet, paths))
    return replace(source, names=tuple(flat), remarks=tuple(remarks), columnar=columnar)


def _part(path: Path, scratch: Path) -> tuple[str, str | None]:
    """Return the SQL that reads a file, and a remark if it had to be decoded."""
    try:
        if path.is_dir():
            raise ConfigError(f"{path}: a folder, not a file")
        if not path.is_file():
            raise ConfigError(f"{path}: no such file")
        if path.stat().st_size == 0:
            raise ConfigError(f"{path}: the file is empty")
        if _is_parquet(path):
            return f"read_parquet({quoted(str(path), chr(39))})", None
        text, remark = readable(path, scratch)
        return csv_reader(text, path), remark
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1" or path.suffix.lower() in {".parquet", ".pq"}
