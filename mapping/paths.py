"""Dotted paths into a payload, compiled once into closures.

``billing.first_name`` goes through objects; ``meta_data[key=vat_number].value`` takes from a list
the object whose ``key`` is ``vat_number``. What is absent, or blank where an object should be
(``""``, ``[]``: some vendors write an empty object so), is None. A filled value of another
shape is a RecordError.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from hub.errors import RecordError
from hub.model import Payload

Getter = Callable[[Payload], Any]
_STEP = re.compile(r"(?P<name>[\w-]+)(?:\[(?P<key>[\w-]+)=(?P<value>[^\[\]]+)\])?")


class Step(NamedTuple):
    """One step of a path; with a ``key`` the name is a list, and one of its objects is meant."""

    name: str
    key: str | None = None
    value: str | None = None


def parse_path(path: str) -> tuple[Step, ...]:
    """Parse a path; raises ValueError that says what a path looks like."""
    steps: list[Step] = []
    rest = f".{path}"
    while rest:
        found = _STEP.match(rest, 1) if rest.startswith(".") else None
        if found is None:
            raise ValueError(f"{path!r} is not a path; write name.name or list[key=value].name")
        steps.append(Step(found["name"], found["key"], found["value"]))
        rest = rest[found.end() :]
    if steps[-1].key is not None:
        raise ValueError(f"{path!r} ends at an object; name one of its fields, such as .value")
    return tuple(steps)


def getter(path: str) -> Getter:
    """Return a function payload -> the raw value at ``path``, None if absent."""
    *way, last = (_taker(step, path) for step in parse_path(path))
    if not way:
        return last
    if len(way) == 1:
        [first] = way

        def get_second(payload: Payload) -> Any:
            return last(_as_object(first(payload), path))

        return get_second

    def get(payload: Payload) -> Any:
        found: Any = payload
        for take in way:
            found = _as_object(take(found), path)
        return last(found)

    return get


def _taker(step: Step, path: str) -> Getter:
    name, key, value = step
    if key is None:
        return lambda found: found.get(name)

    def select(found: Payload) -> Any:
        items = found.get(name)
        if not items:
            return None
        if not isinstance(items, list):
            raise RecordError(path, "expected a list")
        return next((i for i in items if isinstance(i, dict) and i.get(key) == value), None)

    return select


def _as_object(found: Any, path: str) -> Payload:
    if isinstance(found, dict):
        return found
    if not found:
        return {}
    raise RecordError(path, "expected an object on the way")


def place(fields: dict[str, Any], path: Iterable[Step], value: Any) -> None:
    """Put ``value`` at ``path`` into the nested ``fields``, making objects on the way."""
    *way, last = path
    for step in way:
        fields = _enter(fields, step)
    fields[last.name] = value


def _enter(fields: dict[str, Any], step: Step) -> dict[str, Any]:
    if step.key is None:
        inner: dict[str, Any] = fields.setdefault(step.name, {})
        return inner
    items: list[dict[str, Any]] = fields.setdefault(step.name, [])
    for item in items:
        if item.get(step.key) == step.value:
            return item
    items.append({step.key: step.value})
    return items[-1]


def list_keys(paths: Iterable[tuple[Step, ...]]) -> dict[tuple[str, ...], str]:
    """Return where lists of objects lie and by which key their objects are told apart."""
    return {
        tuple(step.name for step in path[: n + 1]): step.key
        for path in paths
        for n, step in enumerate(path)
        if step.key is not None
    }


def overlay(
    base: Payload,
    fields: Payload,
    keys: Mapping[tuple[str, ...], str],
    at: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Return ``base`` with ``fields`` laid over it, deep; ``keys`` come from `list_keys`."""
    laid = dict(base)
    for name, value in fields.items():
        here, held = (*at, name), base.get(name)
        if isinstance(value, Mapping):
            laid[name] = overlay(held if isinstance(held, Mapping) else {}, value, keys, here)
        elif here in keys and isinstance(value, list) and isinstance(held, list):
            laid[name] = _overlay_list(held, value, keys, here)
        else:
            laid[name] = value
    return laid


def _overlay_list(
    held: list[Any],
    items: list[Any],
    keys: Mapping[tuple[str, ...], str],
    at: tuple[str, ...],
) -> list[Any]:
    """Lay objects over those with the same key; new ones follow at the end."""
    key, laid = keys[at], list(held)
    for item in items:
        for n, there in enumerate(laid):
            if isinstance(there, Mapping) and there.get(key) == item[key]:
                laid[n] = overlay(there, item, keys, at)
                break
        else:
            laid.append(item)
    return laid
