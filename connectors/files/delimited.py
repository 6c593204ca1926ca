"""CSV -> rows. A quote that is never closed costs one row, not the rest of the file."""

import csv
from collections.abc import Iterator
from pathlib import Path

from connectors.files.profile import Delimited
from connectors.files.rows import Row, broken, checked, lacks
from connectors.files.text import Line, read_lines
from hub.errors import ConfigError

_DELIMITERS = ",;\t|"
_MOST_LINES = 200
"""Lines that one row may have, by line breaks inside quotes."""


class _Feed:
    """Lines for csv.reader, which may be taken back."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._pending: list[Line] = []
        self.taken: list[Line] = []
        """The lines of the row that is being read."""

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES:
            raise StopIteration
        line = self._pending.pop() if self._pending else next(self._lines)
        self.taken.append(line)
        return line.text + "\n"

    def give_back(self) -> Line:
        """Return the first line of the row that failed; the others are read again."""
        first, *others = self.taken
        self._pending += reversed(others)
        return first


def read_delimited(
    file: Path, encoding: str, layout: Delimited, most: int, where: str, *, needed: str = ""
) -> Iterator[Row]:
    """Yield the rows after the one that names the columns; raises ConfigError for a bad header."""
    feed = _Feed(read_lines(file, encoding))
    delimiter, columns = layout.delimiter, layout.columns
    if columns is None:
        columns, delimiter = _header(feed, layout, where, needed)
    elif delimiter == "auto":
        raise ConfigError(f"{where}: a file that does not name its columns needs a delimiter")
    while True:
        feed.taken = []
        # A reader of its own for each row: an error leaves nothing behind.
        reader = csv.reader(feed, delimiter=delimiter, quotechar=layout.quote, strict=True)
        try:
            cells = next(reader, None)
        except csv.Error as error:
            huge = "limit" in str(error)
            first = feed.give_back()
            reason = (
                f"a value of more than {most} characters" if huge else "the quotes do not match"
            )
            yield broken(f"line {first.number}", reason, first.text)
            continue
        if cells is None:
            if not feed.taken:
                return
            continue
        if cells:
            yield _row(feed.taken, cells, columns, most)


def _row(taken: list[Line], cells: list[str], columns: tuple[str, ...], most: int) -> Row:
    place = f"line {taken[0].number}"
    if not all(line.whole for line in taken):
        return broken(place, "the line is too long", taken[0].text)
    if len(cells) != len(columns):
        reason = f"{len(cells)} cells, but {len(columns)} columns"
        return broken(place, reason, taken[0].text.replace("\0", "\ufffd"))
    return checked(place, dict(zip(columns, cells, strict=True)), most)


def _header(feed: _Feed, layout: Delimited, where: str, needed: str) -> tuple[tuple[str, ...], str]:
    first = next(feed, "")
    delimiter = layout.delimiter
    if delimiter == "auto":
        delimiter = max(_DELIMITERS, key=first.count)
    try:
        cells = next(csv.reader([first], delimiter=delimiter, quotechar=layout.quote), [])
    except csv.Error as error:
        raise ConfigError(f"{where}: line 1 does not name the columns") from error
    columns = tuple(cell.strip() for cell in cells)
    if not any(columns):
        raise ConfigError(f"{where}: line 1 does not name the columns; the file is empty")
    if len(set(columns)) < len(columns):
        raise ConfigError(f"{where}: line 1 names a column twice")
    if lacks(columns, needed):
        raise ConfigError(f"{where}: line 1 names no column {needed}; is it the right file?")
    return columns, delimiter
