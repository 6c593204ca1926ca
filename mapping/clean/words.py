"""The word lists of ``mapping/clean/tables``, read once, and what they make of a word."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from hub.yamlfile import parse
from mapping.clean.text import text


@cache
def junk(group: str) -> frozenset[str]:
    """Return one list of ``junk.yaml``: ``names``, ``addresses``, ``mailboxes`` and so on."""
    return frozenset(str(word) for word in _table("junk")[group])


def word(raw: Any) -> str | None:
    """Return ``raw`` as text; None for blanks and for what people write instead of a blank."""
    value = text(raw)
    if value is None or value.casefold() in junk("names") or not any(map(str.isalnum, value)):
        return None
    return value


def aliases(name: str) -> Iterator[tuple[str, str]]:
    """Yield (spelling, code) of ``countries.yaml`` or ``languages.yaml``, as written there."""
    yield from _table(name).items()


@cache
def _table(name: str) -> dict[str, str]:
    file = f"{name}.yaml"
    lines = files("mapping.clean.tables").joinpath(file).read_text(encoding="utf-8")
    table: dict[str, str] = parse(lines, file).data
    return table
