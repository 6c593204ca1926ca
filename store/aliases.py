"""Where retired golden ids lead: straight to the living, never from one retired id to the next."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from store.bulk import among, insert
from store.tables import golden_alias


def forward(connection: Connection, forwards: Mapping[str, Sequence[str]], at: datetime) -> None:
    """Let each old id lead to its successors, and all that led to it as well.

    A successor may itself be retired in the same call. Raises ValueError for a circle.
    """
    flat = {old: _living(old, forwards, ()) for old in forwards}
    leading = among(connection, golden_alias.c.new_id, forwards)
    led = connection.execute(
        select(golden_alias.c.old_id, golden_alias.c.new_id).where(leading)
    ).all()
    connection.execute(delete(golden_alias).where(leading))
    moved = {(old, living) for old, gone in led for living in flat[gone]}
    moved |= {(old, living) for old, lives in flat.items() for living in lives}
    kept = connection.execute(
        select(golden_alias.c.old_id, golden_alias.c.new_id).where(
            among(connection, golden_alias.c.old_id, {old for old, _ in moved})
        )
    )
    new = sorted(moved - {(old, living) for old, living in kept})
    insert(connection, golden_alias, ("old_id", "new_id", "at"), [(*row, at) for row in new])


def lead(
    connection: Connection, led: Mapping[str, Sequence[str]], within: Collection[str], at: datetime
) -> None:
    """Let each retired id lead to its successors; where it led outside ``within``, it still does.

    All successors must be living: what parted from them took some of its records along.
    """
    here = among(connection, golden_alias.c.old_id, led)
    known = {
        (row.old_id, row.new_id)
        for row in connection.execute(
            select(golden_alias.c.old_id, golden_alias.c.new_id).where(here)
        )
    }
    wanted = {(old, new) for old, living in led.items() for new in living}
    stale = {(old, new) for old, new in known - wanted if new in within or new in led}
    for old, new in sorted(stale):
        connection.execute(
            delete(golden_alias).where(golden_alias.c.old_id == old, golden_alias.c.new_id == new)
        )
    names = ("old_id", "new_id", "at")
    insert(connection, golden_alias, names, [(*row, at) for row in sorted(wanted - known)])


def successors(connection: Connection, golden_id: str) -> tuple[str, ...]:
    """Return the living ids that a retired one leads to; several after a split."""
    query = select(golden_alias.c.new_id).where(golden_alias.c.old_id == golden_id)
    return tuple(connection.execute(query.order_by(golden_alias.c.new_id)).scalars())


def _living(
    golden_id: str, forwards: Mapping[str, Sequence[str]], behind: tuple[str, ...]
) -> set[str]:
    if golden_id in behind:
        raise ValueError(f"retired ids forward in a circle: {' -> '.join((*behind, golden_id))}")
    if golden_id not in forwards:
        return {golden_id}
    found: set[str] = set()
    for successor in forwards[golden_id]:
        found |= _living(successor, forwards, (*behind, golden_id))
    return found
