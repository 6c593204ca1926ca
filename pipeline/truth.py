"""TRUTH: labels that people gave, as a file: who is who, or which pairs are one customer."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hub.errors import ConfigError
from hub.model import Key

_ENTITIES = ("entity", "entity_id", "cluster", "cluster_id", "customer")
_VERDICTS = ("verdict", "same", "match", "label", "is_match")
_YES = frozenset({"1", "same", "yes", "y", "true", "match"})
_NO = frozenset({"0", "different", "no", "n", "false", "distinct", "non-match"})


class Truth(NamedTuple):
    """Either ``who`` (record -> entity), or ``pairs`` (record, record -> one customer?)."""

    who: Mapping[Key, str]
    pairs: Mapping[tuple[Key, Key], bool]


def read_truth(file: Path) -> Truth:
    """Read a CSV of labels. Raises ConfigError naming file and row.

    Clusters: a column ``entity`` (or ``cluster``) beside ``key``, or beside ``channel`` and ``id``.
    Pairs: ``left`` and ``right``, keys both, and ``verdict`` (same or different; without, same).
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = list(csv.DictReader(opened, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{file}: can't be read as CSV in UTF-8 ({error})") from None
    if not rows:
        raise ConfigError(f"{file}: there are no labels in it")
    columns = {str(name).strip().lower(): name for name in rows[0] if name is not None}
    if {"left", "right"} <= columns.keys():
        return Truth({}, _pairs(file, rows, columns))
    return Truth(_entities(file, rows, columns), {})


def _pairs(
    file: Path, rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]
) -> dict[tuple[Key, Key], bool]:
    verdict = next((columns[name] for name in _VERDICTS if name in columns), None)
    found: dict[tuple[Key, Key], bool] = {}
    for number, row in enumerate(rows, 2):
        one, other = sorted(_key(file, number, row[columns[side]]) for side in ("left", "right"))
        word = "same" if verdict is None else (row[verdict] or "").strip().lower()
        if word not in _YES | _NO:
            raise ConfigError(f"{file}: row {number}: {word!r} is neither same nor different")
        if one == other:
            raise ConfigError(f"{file}: row {number}: left and right are one record")
        if found.setdefault((one, other), word in _YES) != (word in _YES):
            raise ConfigError(f"{file}: row {number}: {one} and {other} are labelled twice, unlike")
    return found


def _entities(
    file: Path, rows: Sequence[Mapping[str, str]], columns: Mapping[str, str]
) -> dict[Key, str]:
    entity = next((columns[name] for name in _ENTITIES if name in columns), None)
    whole = columns.get("key") or columns.get("record")
    parted = [columns.get(name) for name in ("channel", "id")]
    if entity is None or (whole is None and None in parted):
        raise ConfigError(
            f"{file}: needs the columns left and right, or entity beside key (or channel and id); "
            f"there are {', '.join(columns)}"
        )
    found: dict[Key, str] = {}
    for number, row in enumerate(rows, 2):
        text = row[whole] if whole else ":".join(row[name] or "" for name in parted if name)
        key = _key(file, number, text)
        if not row[entity]:
            continue  # nobody knows who this is
        if found.setdefault(key, row[entity]) != row[entity]:
            raise ConfigError(f"{file}: row {number}: {key} is in two entities")
    return found


def _key(file: Path, number: int, text: str | None) -> Key:
    try:
        return Key.parse((text or "").strip())
    except ValueError as error:
        raise ConfigError(f"{file}: row {number}: {error}") from None
