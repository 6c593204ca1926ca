"""JSON in and out of text columns.

The columns are plain text on both databases: no SQL looks inside them, they come back letter by
letter as they were written (PostgreSQL's jsonb would refuse a NUL and sort the keys of a payload),
and pydantic reads text several times faster than dicts.
"""

import json
from typing import Any

_readable = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def dump(value: Any) -> str:
    """Return compact JSON that both databases can hold: NUL and half surrogates are escaped."""
    text = _readable(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def load(text: str | None) -> Any:
    """Read JSON back; an empty column is None."""
    return None if text is None else json.loads(text)
