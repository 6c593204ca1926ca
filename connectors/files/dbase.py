"""DBF -> rows, the deleted ones too: they are how such a system tells of a deletion."""

import struct
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from dbfread import DBF, DBFNotFound, FieldParser, MissingMemoFile

from connectors.files.rows import Row, broken, checked
from hub.errors import ConfigError

_DELETED = 0x2A
_END = 0x1A
_PLAIN = frozenset({str, int, float, bool, type(None)})


class _Parser(FieldParser):  # type: ignore[misc]  # dbfread has no types
    """Keeps what other programs than dBASE write: blanks and NULs where a number should be."""

    def parseN(self, field: Any, data: bytes) -> Any:  # noqa: N802 - dbfread's own name
        blank = not data.strip(b" \0*")
        return None if blank else super().parseN(field, data)


def read_dbase(file: Path, encoding: str | None, most: int, where: str) -> Iterator[Row]:
    """Yield every row in the order of the file; raises ConfigError for a file that is no DBF.

    The code page is ``encoding``; else the one that the file's own header names.
    """
    try:
        table = DBF(str(file), encoding=encoding, parserclass=_Parser, char_decode_errors="replace")
    except (DBFNotFound, MissingMemoFile) as error:
        raise ConfigError(f"{where}: its memo file is not there") from error
    except (OSError, ValueError, LookupError, struct.error, AttributeError) as error:
        raise ConfigError(f"{where}: it is no DBF table ({type(error).__name__})") from error
    size = 1 + sum(field.length for field in table.fields)
    with file.open("rb") as stream, table._open_memofile() as memo:  # noqa: SLF001 - the only way to the memos
        parser = _Parser(table, memo)
        stream.seek(table.header.headerlen)
        number = 0
        while (record := stream.read(size)) and record[0] != _END:
            number += 1
            place = f"record {number}"
            yield _row(place, record, table.fields, parser, size=size, most=most)


def _row(
    place: str, record: bytes, fields: list[Any], parser: _Parser, *, size: int, most: int
) -> Row:
    if len(record) < size:
        return broken(place, f"it ends after {len(record)} of {size} bytes")
    payload: dict[str, Any] = {}
    at = 1
    for field in fields:
        cell = record[at : at + field.length]
        at += field.length
        try:
            payload[field.name] = _plain(parser.parse(field, cell))
        except (ValueError, struct.error, OSError, IndexError):
            return Row(place, {"row": repr(cell)}, "the value does not fit its type", field.name)
    payload["_deleted"] = record[0] == _DELETED
    return checked(place, payload, most)


def _plain(value: Any) -> Any:
    if value.__class__ in _PLAIN:
        return value
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Decimal():
            return str(value)
        case _:
            return str(value)
