"""JSON lines -> rows."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.files.rows import Row, broken, checked
from connectors.files.text import Line, read_lines


def read_json_lines(file: Path, encoding: str, most: int) -> Iterator[Row]:
    """Yield one row a line; blank lines are none."""
    for line in read_lines(file, encoding):
        if line.text.strip():
            yield _row(line, most)


def _row(line: Line, most: int) -> Row:
    place = f"line {line.number}"
    if not line.whole:
        return broken(place, "the line is too long", line.text)
    try:
        value = json.loads(line.text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return broken(place, "it is no JSON", line.text)
    if not isinstance(value, dict):
        return broken(place, "it is no JSON object", line.text)
    return checked(place, value, most)


def _refuse(name: str) -> Any:
    """NaN and Infinity are no JSON, and no database takes them."""
    raise ValueError(name)
