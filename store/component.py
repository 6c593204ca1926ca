"""What hangs together: the reach of a change, step by step and each step one query."""

from collections.abc import Collection

from sqlalchemy import Column, Connection, Select, Table, select, union

from store.bulk import among
from store.match_tables import pair
from store.tables import decision, source_record


def component(connection: Connection, ids: Collection[int]) -> set[int]:
    """Return these records and everything that links lead to, however far."""
    reached: set[int] = set()
    frontier = set(ids)
    while frontier:
        reached |= frontier
        found = connection.execute(union(*_steps(connection, frontier)))
        frontier = {row.id for row in found} - reached
    return reached


def _steps(connection: Connection, ids: Collection[int]) -> list[Select[tuple[int]]]:
    """Return the queries for what is one link away: a merge, a decision, a golden customer."""
    mine = source_record.alias("mine")
    siblings = (
        select(source_record.c.id)
        .join(mine, mine.c.golden_id == source_record.c.golden_id)
        .where(among(connection, mine.c.id, ids))
    )
    merges = [
        select(there.label("id")).where(among(connection, here, ids), pair.c.outcome == "merge")
        for here, there in _ways(pair)
    ]
    same = [
        select(there.label("id")).where(
            among(connection, here, ids),
            decision.c.verdict == "same",
            decision.c.closed_at.is_(None),
        )
        for here, there in _ways(decision)
    ]
    return [siblings, *merges, *same]


def _ways(links: Table) -> tuple[tuple[Column[int], Column[int]], tuple[Column[int], Column[int]]]:
    left, right = links.c.left_id, links.c.right_id
    return (left, right), (right, left)
