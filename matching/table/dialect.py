"""How a CSV file is written: what parts its cells, and what its columns are called.

Rows that are too long or too short are told, not mended: half a row is a wrong customer. In: a file
of clean UTF-8. Out: the SQL that reads it. Raises ConfigError where no row names the columns.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import duckdb

from hub.errors import ConfigError
from matching.table.duck import quoted
from matching.text.mailboxes import email_of

_DELIMITERS = (",", ";", "\t", "|")
_NONE = "\x1f"
"""Parts nothing: the file has one column, and a comma is part of a name."""
_SAMPLE = 1 << 18
_REASONS = ("Expected Number of Columns", "Value with unterminated quote", "Maximum line size")
"""What DuckDB says of a row besides quoting it."""


class _Head(NamedTuple):
    names: list[str]
    delimiter: str
    skipped: int
    """Blank lines before it."""


def csv_reader(path: Path, given: Path) -> str:
    """Return the SQL that reads a file; ``given`` is what its owner calls it."""
    with path.open(encoding="utf-8", newline="") as text:
        sample = text.read(_SAMPLE)
    head = _head(sample, whole=len(sample) < _SAMPLE)
    if not any(head.names):
        raise ConfigError(f"{given}: row 1 names no columns")
    if any(email_of(name) and "." in name for name in head.names):
        raise ConfigError(f"{given}: row 1 holds a customer, not the names of the columns")
    columns = ", ".join(f"{quoted(name, chr(39))}: 'VARCHAR'" for name in _unlike(head.names))
    escape = "\\" if '\\"' in sample and '""' not in sample else '"'
    return (
        f"read_csv({quoted(str(path), chr(39))}, columns = {{{columns}}}, auto_detect = false,"
        f" header = true, skip = {head.skipped}, delim = '{head.delimiter}', quote = '\"',"
        f" escape = '{escape}')"
    )


def told(error: duckdb.Error) -> str:
    """Return what DuckDB says of a file; without its advice, and without the data it quotes."""
    first, *further = str(error).strip().splitlines()
    reasons = [line for line in further if line.startswith(_REASONS)]
    return ": ".join([first.removeprefix("Invalid Input Error: "), *reasons[:1]])


def _head(sample: str, *, whole: bool) -> _Head:
    """Read the names with the sign that parts most rows into as many cells as there are names."""
    best, most = _Head([], _NONE, 0), 0.0
    for mark in _DELIMITERS:
        rows = [(row, line) for row, line in _rows(sample, mark) if row]
        rows = rows if whole or len(rows) < 2 else rows[:-1]  # noqa: PLR2004 - the last is cut
        if not rows:
            continue
        (names, line), width = rows[0], len(rows[0][0])
        cells = [cell for row, _ in rows for cell in row]
        fitting = sum(len(row) == width for row, _ in rows) / len(rows)
        fitting *= 1 - sum(cell.startswith(" ") for cell in cells) / len(cells)  # as in a sentence
        if not best.names or (width > 1 and fitting > most):
            alone = width == 1
            best = _Head([name.strip() for name in names], _NONE if alone else mark, line)
            most = 0.0 if alone else fitting
    return best


def _rows(sample: str, mark: str) -> Iterator[tuple[list[str], int]]:
    """Yield rows, and how many lines stood before each; a cell too long to look at ends it."""
    reader = csv.reader(StringIO(sample, newline=None), delimiter=mark)
    line = 0
    try:
        for row in reader:
            yield row, line
            line = reader.line_num
    except csv.Error:
        return


def _unlike(names: list[str]) -> list[str]:
    """Give every column a name of its own, whatever its case."""
    found: dict[str, str] = {}
    for place, name in enumerate(names):
        wanted, number = name or f"column{place}", 0
        while (told := f"{wanted}_{number}" if number else wanted).casefold() in found:
            number += 1
        found[told.casefold()] = told
    return list(found.values())
