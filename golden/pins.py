"""Pins: a steward's claims, ranked before every channel's."""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

from golden.claims import SCALARS, SETS
from hub.model import Attributes, Claim, Key

PINNABLE = (*SCALARS, *SETS)
"""What can be pinned; consents have their ledger, and extras are the channels' own."""
STEWARD = "steward"
"""The channel that a steward's claims come from: ``steward:NAME`` is their key."""


def value_of(attribute: str, plain: Any) -> Any:
    """Return a pinned value, given as plain JSON, in the hub's terms.

    Raises ValueError for an attribute that can't be pinned, and for a value that is none of it.
    """
    if attribute not in PINNABLE:
        raise ValueError(f"{attribute!r} can't be pinned; what can: {', '.join(PINNABLE)}")
    if attribute == "parent" and isinstance(plain, str):
        return Key.parse(plain)
    value = _reader(attribute).validate_python(plain)
    if value is None or value == ():
        raise ValueError(f"{attribute}: nothing to pin")
    return value


def claim(attribute: str, plain: Any, author: str, at: datetime) -> Claim:
    """Return a steward's claim."""
    return Claim(Key(STEWARD, author), attribute, value_of(attribute, plain), at)


def plain(attribute: str, value: Any) -> Any:
    """Return a value as plain JSON."""
    return _reader(attribute).dump_python(value, mode="json")


def own_words(words: Sequence[str], attribute: str) -> Any:
    """Return what a steward wrote as the plain value of an attribute: JSON, one text, or several.

    Raises ValueError for JSON that is none.
    """
    if words and words[0][:1] in {"{", "["}:
        return json.loads(" ".join(words))
    return list(words) if attribute in SETS else " ".join(words)


@lru_cache
def _reader(attribute: str) -> TypeAdapter[Any]:
    annotation: Any = Attributes.model_fields[attribute].annotation
    return TypeAdapter(annotation)
