"""Records of fixed width -> rows, and back: mainframe files in EBCDIC, with COBOL's numbers."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, BinaryIO

from connectors.files.profile import FixedField, FixedWidth
from connectors.files.rows import Row, broken, checked
from hub.errors import RejectedError
from hub.model import Payload

_NEGATIVE = 0xD
_SIGNS = {0xC: "", 0xF: "", 0xA: "", 0xE: "", 0xD: "-", 0xB: "-"}
"""The last half byte of a packed number, the first of a zoned one's last digit."""
_MOST = 1 << 16


def read_fixed(file: Path, encoding: str, layout: FixedWidth, most: int) -> Iterator[Row]:
    """Yield the records; fields are cut by bytes, as the system that wrote them does."""
    with file.open("rb") as stream:
        for number, record in enumerate(_records(stream, layout), 1):
            if record.strip(b"\x1a\r\n"):
                yield _row(f"record {number}", record, layout, encoding, most)


def write_fixed(payload: Payload, encoding: str, layout: FixedWidth) -> bytes:
    """Return one record; raises RejectedError for a value that has no room or no letter there."""
    width = layout.length or max(field.start + field.width - 1 for field in layout.fields)
    record = bytearray(" ".encode(encoding) * width)
    for field in layout.fields:
        try:
            cell = _encode(payload.get(field.name), field, encoding)
        except (UnicodeEncodeError, InvalidOperation, ValueError):
            # "from None": the reason quotes the value.
            raise RejectedError(f"{field.name}: the value can't be written in {encoding}") from None
        if len(cell) > field.width:
            raise RejectedError(f"{field.name}: the value needs more than {field.width} bytes")
        record[field.start - 1 : field.start - 1 + field.width] = cell
    return bytes(record) if layout.length else bytes(record) + b"\n"


def _records(stream: BinaryIO, layout: FixedWidth) -> Iterator[bytes]:
    if layout.length:
        while record := stream.read(layout.length):
            yield record
        return
    while line := stream.readline(_MOST):
        yield line.rstrip(b"\r\n")


def _row(place: str, record: bytes, layout: FixedWidth, encoding: str, most: int) -> Row:
    shown = record[:_MOST].decode(encoding, "replace")
    if layout.length and len(record) < layout.length:
        return broken(place, f"it ends after {len(record)} of {layout.length} bytes", shown)
    payload: dict[str, Any] = {}
    for field in layout.fields:
        cell = record[field.start - 1 : field.start - 1 + field.width]
        try:
            payload[field.name] = _decode(cell, field, encoding)
        except (UnicodeDecodeError, ValueError):
            return Row(place, {"row": shown}, f"it holds no {field.type} value", field.name)
    return checked(place, payload, most)


def _decode(cell: bytes, field: FixedField, encoding: str) -> str | None:
    match field.type:
        case "text":
            return cell.decode(encoding).rstrip(" \0")
        case "zoned":
            return _zoned(cell, field.decimals)
        case "packed":
            digits = cell.hex()
            return _number(digits[:-1], _SIGNS[int(digits[-1], 16)], field.decimals)


def _zoned(cell: bytes, decimals: int) -> str | None:
    if not cell.strip(b"\x40 \0"):
        return None
    digits = "".join(f"{byte & 0x0F:x}" for byte in cell)
    return _number(digits, _SIGNS.get(cell[-1] >> 4, ""), decimals)


def _number(digits: str, sign: str, decimals: int) -> str:
    if not digits.isdecimal():
        raise ValueError
    return str(Decimal(f"{sign}{digits}").scaleb(-decimals))


def _encode(value: Any, field: FixedField, encoding: str) -> bytes:
    if field.type == "text":
        text = "" if value is None else str(value)
        return text.encode(encoding) + " ".encode(encoding) * (field.width - len(text))
    number = Decimal(str(value or 0)).scaleb(field.decimals)
    if number != number.to_integral_value():
        raise ValueError
    digits = str(abs(int(number)))
    sign = _NEGATIVE if number < 0 else 0xC
    if field.type == "packed":
        text = f"{digits}{sign:X}"
        return bytes.fromhex(text.rjust(max(field.width * 2, len(text) + len(text) % 2), "0"))
    zoned = bytes(0xF0 | int(digit) for digit in digits.rjust(field.width, "0"))
    return zoned[:-1] + bytes([sign << 4 | zoned[-1] & 0x0F])
