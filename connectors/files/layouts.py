"""A file of any layout -> its rows."""

from collections.abc import Iterator
from pathlib import Path

from connectors.files.dbase import read_dbase
from connectors.files.delimited import read_delimited
from connectors.files.excel import read_excel
from connectors.files.fixed import read_fixed
from connectors.files.lines import read_json_lines
from connectors.files.profile import (
    Bounds,
    Dbase,
    Delimited,
    FixedWidth,
    JsonLines,
    Layout,
    Sheet,
)
from connectors.files.rows import Row
from connectors.files.text import encoding_of, known_encoding


def read_rows(
    file: Path,
    layout: Layout,
    encoding: str | None,
    bounds: Bounds,
    where: str,
    *,
    needed: str = "",
) -> Iterator[Row]:
    """Yield the rows; raises ConfigError for a file that is not what the profile says.

    One whose first line names the columns must name the one that is ``needed``: a web page that
    asks for a login can be read as a list, too.
    """
    match layout:
        case Delimited():
            yield from read_delimited(
                file, encoding_of(file, encoding, where), layout, bounds.cell, where, needed=needed
            )
        case JsonLines():
            yield from read_json_lines(file, encoding_of(file, encoding, where), bounds.cell)
        case FixedWidth():
            fixed = known_encoding(encoding, where) if encoding else encoding_of(file, None, where)
            yield from read_fixed(file, fixed, layout, bounds.cell)
        case Dbase():
            declared = known_encoding(encoding, where) if encoding else None
            yield from read_dbase(file, declared, bounds.cell, where)
        case Sheet():
            yield from read_excel(file, layout, bounds.cell, bounds.file, where, needed=needed)
