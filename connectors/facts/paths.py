"""Paths into JSON: ``billing.email``, ``items[0].id``, ``meta_data[key=vat].value``.

A name with a dot in it is quoted: ``["@odata.etag"]``. A path is compiled once and then read a
million times. The empty path is the whole payload.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator

from hub.model import Payload

_STEP = re.compile(r"""([^.\[\]]+)|\[(\d+)\]|\[([^.\[\]="]+)=([^\[\]]+)\]|\["([^"]+)"\]""")
Reader = Callable[[Any], Any]


class _Pick(NamedTuple):
    """The element of a list whose ``field`` is ``value``."""

    field: str
    value: str


_Step = str | int | _Pick


@lru_cache(maxsize=512)
def _compile(path: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    place = 0
    while place < len(path):
        if steps and path[place] == ".":
            place += 1
        found = _STEP.match(path, place)
        if not found:
            known = 'name, [0], [field=value] or ["name"], joined by dots'
            message = f"{path!r} is not a path: expected {known}"
            raise ValueError(message)
        name, number, field, value, quoted = found.groups()
        steps.append(name or quoted or (int(number) if number else _Pick(field, value)))
        place = found.end()
    return tuple(steps)


def _check(path: str) -> str:
    _compile(path)
    return path


FieldPath = Annotated[str, AfterValidator(_check)]
"""A path that was found well-formed."""


def reader(path: str) -> Reader:
    """Return a function that finds the value at ``path``, or None where there is none."""
    steps = _compile(path)
    if len(steps) == 1 and isinstance(steps[0], str):
        name = steps[0]
        return lambda value: value.get(name) if isinstance(value, dict) else None

    def read(value: Any) -> Any:
        for step in steps:
            value = _descend(value, step)
            if value is None:
                return None
        return value

    return read


def put(payload: Payload, path: str, value: Any) -> dict[str, Any]:
    """Return a copy of ``payload`` with ``value`` at ``path``; what lies beside it is shared.

    Missing objects, and the list element that ``[field=value]`` names, are made on the way.
    """
    laid = _put(payload, _compile(path), value)
    if not isinstance(laid, dict):
        message = f"{path!r} does not name a field of a payload"
        raise TypeError(message)
    return laid


def _descend(value: Any, step: _Step) -> Any:
    if isinstance(step, str):
        return value.get(step) if isinstance(value, dict) else None
    if not isinstance(value, list):
        return None
    if isinstance(step, int):
        return value[step] if step < len(value) else None
    return next((item for item in value if _is(item, step)), None)


def _is(item: Any, pick: _Pick) -> bool:
    return isinstance(item, dict) and str(item.get(pick.field)) == pick.value


def _put(value: Any, steps: tuple[_Step, ...], new: Any) -> Any:
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if isinstance(step, str):
        there = value if isinstance(value, Mapping) else {}
        return {**there, step: _put(there.get(step), rest, new)}
    items = list(value) if isinstance(value, list) else []
    if isinstance(step, int):
        items += [None] * (step + 1 - len(items))
        place = step
    else:
        place = next((n for n, item in enumerate(items) if _is(item, step)), len(items))
        items[place:] = items[place:] or [{step.field: step.value}]
    items[place] = _put(items[place], rest, new)
    return items
