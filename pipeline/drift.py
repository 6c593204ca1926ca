"""Drift: does a channel still show the columns that it used to? Records in, differences out.

What a stream looks like is learnt from its first pull. From then on a new column, a missing one and
one of another type are noticed record by record, told once with an example, and dealt with as the
channel's ``drift`` setting says. Null is a value (the channel says: nothing there); an absent
column is none.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from hub.model import Payload, SourceRecord
from store.schema import Drift, KnownColumn

_MANY = 500
"""An object with more keys than this is a table of its own (keys are data): not looked into."""
_ENOUGH = 20
"""Records that must have been seen before "always there" means anything."""
_TYPES = {str: "text", int: "number", float: "number", bool: "flag", list: "list", dict: "object"}
_STEP = re.compile(r'\["([^"]+)"\]|([^.]+)')


class Look(NamedTuple):
    """What one record showed that was not known."""

    record: SourceRecord
    drifts: tuple[Drift, ...]


class Shape:
    """The columns of one stream; learns, and compares."""

    def __init__(self, known: Mapping[str, KnownColumn], *, learning: bool) -> None:
        self._columns = dict(known)
        self._learning = learning
        self.seen = 0
        self._fast: set[tuple[str, type]] = set()
        self._always = frozenset(name for name, column in known.items() if column.always)
        self._learnt: set[str] = set()
        self._common: frozenset[str] | None = None  # the columns of every record so far
        self._usual: set[Hashable] = set()

    def look(self, records: Iterable[SourceRecord]) -> list[Look]:
        """Return the records with what is new about each; while learning, nothing ever is."""
        return [self._look(record) for record in records]

    def learnt(self) -> dict[str, KnownColumn]:
        """Return the columns that were learnt since the last time this was asked."""
        found = {name: self._columns[name] for name in self._learnt}
        self._learnt.clear()
        return found

    def always(self) -> dict[str, KnownColumn]:
        """Return the columns that all records of the pull had: they will be missed."""
        if self.seen < _ENOUGH:
            return {}
        common = self._common or ()
        return {name: self._columns[name]._replace(always=True) for name in common}

    def accept(self, drifts: Iterable[Drift]) -> dict[str, KnownColumn]:
        """Know these differences from now on."""
        changed = {}
        for drift in drifts:
            before = self._columns.get(drift.name, KnownColumn(frozenset(), always=False))
            after = before._replace(always=False)
            if drift.kind in ("new", "retyped"):
                after = after._replace(types=before.types | ({drift.detail} - {"null"}))
            changed[drift.name] = self._columns[drift.name] = after
            self._always -= {drift.name}
        return changed

    def _look(self, record: SourceRecord) -> Look:
        if record.deleted:  # a tombstone shows what it likes, and never waits
            return Look(record, ())
        self.seen += 1
        form = _form(record.payload)
        if form in self._usual:  # as nearly all are
            return Look(record, ())
        drifts = []
        shown = set()
        for name, value in columns(record.payload):
            shown.add(name)
            mark = (name, value.__class__)
            if mark not in self._fast and (drift := self._compare(name, value)):
                drifts.append(drift._replace(example=str(record.key)))
        if self._learning:
            self._common = frozenset(shown if self._common is None else self._common & shown)
        elif not self._always <= shown:
            drifts += [self._missing(name, record) for name in sorted(self._always - shown)]
        if not drifts and len(self._usual) < _MANY:
            self._usual.add(form)
        return Look(record, tuple(drifts))

    def _compare(self, name: str, value: Any) -> Drift | None:
        column = self._columns.get(name)
        kind = "null" if value is None else _TYPES.get(value.__class__, "text")
        if column is not None and (value is None or kind in column.types or not column.types):
            if value is not None and not column.types:  # it was only ever null
                self._learn(name, kind)
            self._fast.add((name, value.__class__))
            return None
        if self._learning:
            self._learn(name, None if value is None else kind)
            self._fast.add((name, value.__class__))
            return None
        return Drift(name, "new" if column is None else "retyped", kind, "")

    def _learn(self, name: str, kind: str | None) -> None:
        before = self._columns.get(name, KnownColumn(frozenset(), always=False))
        types = before.types | {kind} if kind else before.types
        self._columns[name] = before._replace(types=types)
        self._learnt.add(name)

    def _missing(self, name: str, record: SourceRecord) -> Drift:
        types = self._columns[name].types
        return Drift(name, "missing", min(types, default="null"), str(record.key))


def _form(payload: Payload) -> Hashable:
    """Return which columns there are and what is in them, by class: what drift goes by."""
    return *payload, *[
        _form(value) if value.__class__ is dict and len(value) <= _MANY else value.__class__
        for value in payload.values()
    ]


def columns(payload: Payload, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every column with its value; objects are opened, lists are not."""
    for name, value in payload.items():
        path = before + name if "." not in name else f'{before}["{name}"]'
        if value.__class__ is dict and len(value) <= _MANY:
            yield from columns(value, path + ".")
        else:
            yield path, value


def renamed(looks: Sequence[Look], before: Mapping[Any, Payload]) -> list[tuple[Drift, Drift]]:
    """Return the pairs (missing, new) that are one column under another name.

    They are if a record shows under the new name just what it showed under the old one before;
    ``before`` holds earlier payloads by key.
    """
    found: dict[tuple[str, str], tuple[Drift, Drift]] = {}
    for look in looks:
        earlier = before.get(look.record.key)
        if earlier is None:
            continue
        old, new = dict(columns(earlier)), dict(columns(look.record.payload))
        for gone in (it for it in look.drifts if it.kind == "missing"):
            value = old.get(gone.name)
            for came in (it for it in look.drifts if it.kind == "new"):
                if value not in (None, "") and new.get(came.name) == value:
                    found.setdefault((gone.name, came.name), (gone, came))
    return list(found.values())


def without(payload: Payload, drifts: Iterable[Drift], before: Payload | None) -> dict[str, Any]:
    """Return the payload without the values that drifted; what it said ``before`` stands."""
    earlier = dict(columns(before or {}))
    cured = dict(payload)
    for drift in drifts:
        steps = [quoted or plain for quoted, plain in _STEP.findall(drift.name)]
        if drift.kind != "new" and drift.name in earlier:
            _put(cured, steps, earlier[drift.name])
        elif drift.kind != "missing":
            _drop(cured, steps)
    return cured


def _put(payload: dict[str, Any], steps: Sequence[str], value: Any) -> None:
    for step in steps[:-1]:
        there = payload.get(step)
        payload[step] = dict(there) if isinstance(there, dict) else {}
        payload = payload[step]
    payload[steps[-1]] = value


def _drop(payload: dict[str, Any], steps: Sequence[str]) -> None:
    for step in steps[:-1]:
        payload[step] = dict(payload[step])
        payload = payload[step]
    payload.pop(steps[-1], None)
