"""JSON in and out of text columns.

The columns are plain text on both databases: no SQL looks inside them, they come back letter by
letter as they were written (PostgreSQL's jsonb would refuse a NUL and sort the keys of a payload),
and pydantic reads text several times faster than dicts.
"""

import json
from typing import Any

from pydantic_core import PydanticSerializationError, to_json


def dump(value: Any) -> str:
    """Return compact JSON that both databases can hold: NUL and half surrogates are escaped."""
    try:
        return to_json(value).decode()  # in a third of the time that `json` takes
    except PydanticSerializationError:  # half a surrogate
        return json.dumps(value, separators=(",", ":"))


def load(text: str | None) -> Any:
    """Read JSON back; an empty column is None."""
    return None if text is None else json.loads(text)
