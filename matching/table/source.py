"""Where a table comes from: files that DuckDB reads, or a table in memory.

In: paths, or an Arrow, pandas or polars table. Out: a ``Source``, its SQL.
Raises ConfigError, naming file, row and column, for what can't be read.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hub.errors import ConfigError
from matching.table.duck import quoted, table_of
from matching.table.guess import Column

_SAMPLE = 1000
_SEEN = 20_000
"""Rows that are looked at to learn what a column holds."""
_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_HEAD = 1 << 16
_ENCODINGS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))


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

    def columns(self) -> list[Column]:
        """Look at some rows of each column."""
        sample = table_of(f"SELECT * FROM {self.relation} LIMIT {_SEEN}", **self.inputs)
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
    if isinstance(given, Sequence):
        with TemporaryDirectory(prefix="goldenrod-") as scratch:
            yield _files([Path(path) for path in given], Path(scratch))
    else:
        table = _arrow(given)
        names = tuple(table.column_names)
        yield Source("given_table", {"given_table": table}, names=names)


def _arrow(given: Any) -> pa.Table:
    if hasattr(given, "__arrow_c_stream__"):  # Arrow itself, pandas, polars and others
        return pa.table(given)
    raise ConfigError(f"a {type(given).__name__} is no table: give a path, Arrow, pandas or polars")


def _files(paths: Sequence[Path], scratch: Path) -> Source:
    if len({path.resolve() for path in paths}) < len(paths):
        raise ConfigError("the same file is given twice")
    parts, remarks = [], []
    for number, path in enumerate(paths):
        readable, remark = _readable(path, scratch / str(number))
        parts.append(_reader(readable, path))
        remarks += [remark] if remark else []
    union = " UNION ALL BY NAME ".join(f"SELECT * FROM {part}" for part in parts)
    relation = parts[0] if len(parts) == 1 else f"({union})"
    title = ", ".join(map(str, paths))
    try:
        names = table_of(f"DESCRIBE SELECT * FROM {relation}").column("column_name").to_pylist()
    except duckdb.Error as error:
        raise ConfigError(f"{title}: {first_line(error)}") from None
    columnar = all(_is_parquet(path) for path in paths)
    return Source(relation, {}, title, tuple(names), tuple(remarks), columnar)


def _is_parquet(path: Path) -> bool:
    return path.suffix.lower() in {".parquet", ".pq"}


def _reader(path: Path, given: Path) -> str:
    if _is_parquet(given):
        return f"read_parquet({quoted(str(path), chr(39))})"
    # Rows that are too long or too short are told, not mended: half a row is a wrong customer.
    options = "all_varchar = true, header = true, sample_size = 2000"
    with path.open(encoding="utf-8", newline="") as text:
        head = text.readline(_LONGEST_HEAD)
    mark = max(_DELIMITERS, key=head.count)
    if mark in head:  # else it is one column, and a comma is part of a name
        options += f", delim = '{mark}'"
    return f"read_csv({quoted(str(path), chr(39))}, {options})"


def _readable(path: Path, scratch: Path) -> tuple[Path, str | None]:
    """Return a file that DuckDB can read, and a remark if it had to be decoded."""
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise ConfigError(f"{path}: the file is empty")
    if _is_parquet(path):
        return path, None
    encoding = _encoding(path)
    if encoding == "utf-8":
        return path, None
    with path.open(encoding=encoding, newline="") as text, scratch.open("w", newline="") as target:
        while block := text.read(1 << 20):
            target.write(block.replace("\0", ""))
    return scratch, f"{path}: read as {encoding}"


def _encoding(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 if it is, else Windows-1252."""
    with path.open("rb") as file:
        start = file.read(4)
        for encoding, mark in _ENCODINGS:
            if start.startswith(mark):
                return encoding
    try:
        with path.open(encoding="utf-8") as text:
            clean = all("\0" not in block for block in iter(lambda: text.read(1 << 20), ""))
    except UnicodeDecodeError:
        return "cp1252" if _decodes(path, "cp1252") else "latin-1"
    return "utf-8" if clean else "utf-8-sig"


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding) as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def first_line(error: Exception) -> str:
    """Return what an error says first; the rest of DuckDB's is advice and may quote the data."""
    return str(error).strip().splitlines()[0]
