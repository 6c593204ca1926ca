"""An Excel workbook -> rows; one that unpacks to more than it should is refused unread."""

import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from connectors.files.profile import Sheet
from connectors.files.rows import Row, checked, lacks
from hub.errors import ConfigError

_BROKEN = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, OSError)
_RATIO = 200
"""A part that is packed tighter than this is a bomb."""
_SMALL = 1 << 20
_ERROR = "#"


def read_excel(
    file: Path, layout: Sheet, most: int, bound: int, where: str, *, needed: str = ""
) -> Iterator[Row]:
    """Yield the rows below the first, which names the columns; raises ConfigError."""
    _refuse_bombs(file, bound, where)
    with ExitStack() as held:
        stream = held.enter_context(file.open("rb"))  # openpyxl leaves its own open if it fails
        try:
            book = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
        except _BROKEN as error:
            raise ConfigError(f"{where}: it is no workbook ({type(error).__name__})") from error
        held.callback(book.close)
        name = layout.sheet or book.sheetnames[0]
        if name not in book.sheetnames:
            raise ConfigError(f"{where}: there is no sheet {name!r}")
        sheet = book[name]
        sheet.reset_dimensions()  # the file may claim to be a million columns wide
        try:
            yield from _rows(sheet.iter_rows(values_only=True), most, where, needed)
        except _BROKEN as error:
            raise ConfigError(f"{where}: the sheet is broken ({type(error).__name__})") from error


def _rows(cells: Iterator[tuple[Any, ...]], most: int, where: str, needed: str) -> Iterator[Row]:
    header = [_text(cell) for cell in next(cells, ())]
    while header and not header[-1]:
        header.pop()
    if not header or not all(header) or len(set(header)) < len(header):
        raise ConfigError(f"{where}: row 1 must name every column, and none twice")
    if lacks(header, needed):
        raise ConfigError(f"{where}: row 1 names no column {needed}; is it the right file?")
    for number, row in enumerate(cells, 2):
        values = [_plain(cell) for cell in row[: len(header)]]
        values += [None] * (len(header) - len(values))
        if any(value is not None for value in values):
            yield checked(f"row {number}", dict(zip(header, values, strict=True)), most)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _plain(cell: Any) -> Any:
    """Return a cell as plain JSON; an error such as #N/A is no value."""
    match cell:
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return int(cell)
        case str() if cell.startswith(_ERROR) and cell.rstrip("!?/A").isupper():
            return None
        case str() | int() | float() | bool() | None:
            return cell
        case _:
            return str(cell)


def _refuse_bombs(file: Path, bound: int, where: str) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise ConfigError(f"{where}: it is no workbook ({type(error).__name__})") from error
    tight = any(
        part.file_size > _SMALL and part.file_size > _RATIO * max(part.compress_size, 1)
        for part in parts
    )
    if tight or sum(part.file_size for part in parts) > bound:
        raise ConfigError(f"{where}: it unpacks to far more than it should; it is not read")
