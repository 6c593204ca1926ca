"""Rows of any source as one table of texts that DuckDB can count: for the data-quality report.

A channel's pages and JSON files are spooled flat to disk, columns by their paths; CSV and Parquet
are read by DuckDB itself. Nothing of it is done row by row in Python but the flattening, and
nothing is kept in memory.
"""

import codecs
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from hub.errors import ConfigError
from hub.model import Payload
from pipeline.drift import columns

TABLE = "given"
_PIECE = 1 << 20
_TEXT = (".csv", ".tsv", ".txt")
_LINES = (".jsonl", ".ndjson")


class Rowset(NamedTuple):
    """What was laid into the table ``given``."""

    columns: tuple[str, ...]
    absent: dict[str, int]
    """How many rows lack a column altogether; only known of sources that have such a thing."""
    broken: int
    """Bytes that are no UTF-8, in a file; they were read as Windows-1252."""


def open_table(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a database on disk that needs little memory and never goes to the network."""
    connection = duckdb.connect(str(folder / "rows.duckdb"))
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET memory_limit = '1GB'")
    connection.execute(f"SET temp_directory = '{_quoted(str(folder))}'")
    return connection


def from_file(connection: duckdb.DuckDBPyConnection, file: Path, folder: Path) -> Rowset:
    """Lay the rows of a file into the table. Raises ConfigError for one that can't be read."""
    if not file.is_file():
        raise ConfigError(f"there is no channel and no file {str(file)!r}")
    kind = file.suffix.lower()
    if kind in (*_LINES, ".json"):
        return from_payloads(connection, _json_rows(file, lines=kind in _LINES), folder)
    broken = 0
    if kind in _TEXT:
        file, broken = _as_utf8(file, folder / "text.csv")
        read = f"read_csv('{_quoted(str(file))}', all_varchar = true, null_padding = true)"
    elif kind == ".parquet":
        read = f"read_parquet('{_quoted(str(file))}')"
    else:
        known = ", ".join((*_TEXT, *_LINES, ".json", ".parquet"))
        raise ConfigError(f"{file.name}: files of this kind are not read; known: {known}")
    try:
        connection.execute(
            f"CREATE TABLE {TABLE} AS SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {read}"
        )
    except duckdb.Error as error:
        kind = type(error).__name__
        raise ConfigError(f"{file.name} can't be read as {file.suffix} ({kind})") from None
    return Rowset(_names(connection), {}, broken)


def from_payloads(
    connection: duckdb.DuckDBPyConnection, rows: Iterable[Payload], folder: Path
) -> Rowset:
    """Lay payloads into the table, one column a path; lists become JSON text."""
    seen: dict[str, int] = {}
    number = 0
    spool = folder / "rows.jsonl"
    with spool.open("w", encoding="utf-8", errors="replace") as out:
        for number, row in enumerate(rows, 1):  # noqa: B007 - counted
            flat = {name: _text(value) for name, value in columns(row)}
            for name in flat:
                seen[name] = seen.get(name, 0) + 1
            out.write(json.dumps(flat, ensure_ascii=False) + "\n")
    if not seen:
        connection.execute(f"CREATE TABLE {TABLE} (nothing VARCHAR)")
        return Rowset((), {}, 0)
    told = ", ".join(f"'{_quoted(name)}': 'VARCHAR'" for name in seen)
    connection.execute(
        f"CREATE TABLE {TABLE} AS SELECT * FROM read_json('{_quoted(str(spool))}', "
        f"format = 'newline_delimited', columns = {{{told}}})"
    )
    return Rowset(tuple(seen), {name: number - times for name, times in seen.items()}, 0)


def identifier(name: str) -> str:
    """Return a column's name as SQL wants it."""
    return '"' + name.replace('"', '""') + '"'


def _quoted(text: str) -> str:
    return text.replace("'", "''")


def _names(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    return tuple(row[0] for row in connection.execute(f"DESCRIBE {TABLE}").fetchall())


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _json_rows(file: Path, *, lines: bool) -> Iterator[Payload]:
    try:
        with file.open(encoding="utf-8") as text:
            rows = (json.loads(line) for line in text if line.strip()) if lines else json.load(text)
            yield from (row if isinstance(row, dict) else {"row": row} for row in rows)
    except (ValueError, TypeError) as error:
        kind = type(error).__name__
        raise ConfigError(f"{file.name} is not the JSON that its name promises ({kind})") from None


def _as_utf8(file: Path, healed: Path) -> tuple[Path, int]:
    """Return the file itself if it is UTF-8, else a copy where single bytes are read as cp1252."""
    broken = 0

    def heal(error: UnicodeError) -> tuple[str, int]:
        nonlocal broken
        if not isinstance(error, UnicodeDecodeError):
            raise error
        bad = error.object[error.start : error.end]
        broken += len(bad)
        return bad.decode("cp1252", "replace"), error.end

    codecs.register_error("goldenrod-heal", heal)
    decode = codecs.getincrementaldecoder("utf-8-sig")("goldenrod-heal").decode
    with file.open("rb") as given, healed.open("w", encoding="utf-8", newline="") as out:
        while piece := given.read(_PIECE):
            out.write(decode(piece))
        out.write(decode(b"", final=True))
    return healed, broken
