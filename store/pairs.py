"""Pairs: two source records that may be one customer, scored, with the evidence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy import update as update_statement

from store.bulk import among, insert
from store.bulk import delete as bulk_delete
from store.component import component
from store.encoding import dump, load
from store.match_tables import IN_REVIEW, pair
from store.tables import IS_UNSURE, decision, source_record

_NAMES = ("left_id", "right_id", "weight", "probability", "outcome", "evidence", "reason", "model")


class StoredPair(NamedTuple):
    """A scored pair; ``left_id`` is the smaller one."""

    left_id: int
    right_id: int
    weight: float
    """Summed evidence, log2."""
    probability: float
    outcome: str
    """``merge`` or ``review``: what the score alone says."""
    evidence: Sequence[Mapping[str, Any]]
    """Line by line, as plain JSON."""
    reason: str | None = None
    """Why it is not merged all the same: a veto, or what the cluster refused."""
    model: str = ""


class Link(NamedTuple):
    """A scored pair without its evidence, which is most of it."""

    left_id: int
    right_id: int
    weight: float
    outcome: str
    reason: str | None
    model: str


class Pairs:
    """What the match found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def replace(
        self,
        ids: Collection[int],
        pairs: Iterable[StoredPair],
        gone: Collection[tuple[int, int]] = (),
    ) -> set[int]:
        """Forget every pair of these records and those that are ``gone``, then write ``pairs``.

        Returns the records that what is forgotten would have merged, and what is written does not.
        """
        pairs, parted = list(pairs), set[int]()
        merging = {(one.left_id, one.right_id) for one in pairs if one.outcome == "merge"}
        for half in (pair.c.left_id, pair.c.right_id):
            forgotten = self._connection.execute(
                delete(pair)
                .where(among(self._connection, half, ids))
                .returning(pair.c.left_id, pair.c.right_id, pair.c.outcome)
            )
            for *ends, outcome in forgotten:
                if outcome == "merge" and tuple(ends) not in merging:
                    parted.update(ends)
        parted.update(*gone)
        bulk_delete(self._connection, pair, ("left_id", "right_id"), gone)
        rows = ((*found[:5], dump(list(found.evidence)), *found[6:]) for found in pairs)
        insert(self._connection, pair, _NAMES, rows)
        return parted

    def within(self, ids: Collection[int]) -> list[tuple[int, int]]:
        """Return the ends of what `links` returns."""
        return [(link.left_id, link.right_id) for link in self.links(ids)]

    def touching(self, ids: Collection[int]) -> list[StoredPair]:
        """Return every pair of these records, ordered."""
        found = {
            (row.left_id, row.right_id): row
            for half in (pair.c.left_id, pair.c.right_id)
            for row in self._connection.execute(
                select(pair).where(among(self._connection, half, ids))
            )
        }
        return [_pair(found[ends]) for ends in sorted(found)]

    def links(self, ids: Collection[int]) -> list[Link]:
        """Return every pair between two of these records, ordered, without the evidence."""
        query = select(*(pair.c[name] for name in Link._fields)).where(
            among(self._connection, pair.c.left_id, ids)
        )
        wanted = set(ids)
        found = (Link(*row) for row in self._connection.execute(query))
        # Sorted out here: asked for both halves, a database tries each with each.
        return sorted(link for link in found if link.right_id in wanted)

    def weights(self) -> Sequence[Row[Any]]:
        """Return ids, weight and whether a veto bars the merge (``barred``) of every pair."""
        barred = and_(pair.c.outcome == "review", pair.c.reason.is_not(None)).label("barred")
        query = select(pair.c.left_id, pair.c.right_id, pair.c.weight, barred)
        return self._connection.execute(query).all()

    def get(self, left_id: int, right_id: int) -> StoredPair | None:
        """Return this pair, if the match found it; the order of the two does not matter."""
        left_id, right_id = sorted((left_id, right_id))
        query = select(pair).where(pair.c.left_id == left_id, pair.c.right_id == right_id)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _pair(row)

    def refuse(self, ids: Collection[int], refused: Sequence[tuple[int, int, str]]) -> None:
        """Say why these merges (left, right, reason) are not done, and forget former refusals.

        Former ones are forgotten where both halves are in ``ids``. The reason of a pair that the
        score itself keeps for review is a veto, and stays.
        """
        former = self._refused(set(ids))
        reasons = {(min(one, two), max(one, two)): reason for one, two, reason in refused}
        for left_id, right_id in former.keys() | reasons.keys():
            said = reasons.get((left_id, right_id))
            if said != former.get((left_id, right_id)):
                self._connection.execute(
                    update_statement(pair)
                    .where(pair.c.left_id == left_id, pair.c.right_id == right_id)
                    .values(reason=said)
                )

    def _refused(self, ids: Collection[int]) -> dict[tuple[int, int], str]:
        """Return the merges among these records that were refused, and why.

        One half is looked up and the other sorted out here: a database asked for both would try
        every record with every other.
        """
        query = select(pair.c.left_id, pair.c.right_id, pair.c.reason).where(
            among(self._connection, pair.c.left_id, ids),
            pair.c.outcome == "merge",
            pair.c.reason.is_not(None),
        )
        found = self._connection.execute(query)
        return {(row.left_id, row.right_id): row.reason for row in found if row.right_id in ids}

    def review(self, limit: int, offset: int = 0, *, unsure: bool = False) -> list[StoredPair]:
        """Return what a steward should decide, strongest first.

        That is every pair for review or refused, unless a decision stands on it or both are one
        customer already. With ``unsure`` it is what a steward looked at and left open instead.
        """
        query = _open(select(pair), unsure).order_by(
            pair.c.weight.desc(), pair.c.left_id, pair.c.right_id
        )
        rows = self._connection.execute(query.limit(limit).offset(offset))
        return [_pair(row) for row in rows]

    def count_review(self, *, unsure: bool = False) -> int:
        """Count what `review` would return in all."""
        found: int = self._connection.execute(_open(select(func.count()), unsure)).scalar_one()
        return found

    def component(self, ids: Collection[int]) -> set[int]:
        """Return all that hangs together with these records, themselves included.

        By merge pairs (refused ones too: they may be merged now), by decisions "same" that stand,
        and by golden customer.
        """
        return component(self._connection, ids)


def _open(query: Select[Any], unsure: bool) -> Select[Any]:  # noqa: FBT001 - of `review`
    left, right = source_record.alias("left_record"), source_record.alias("right_record")
    said = and_(decision.c.left_id == pair.c.left_id, decision.c.right_id == pair.c.right_id)
    joined = pair.join(left, left.c.id == pair.c.left_id).join(right, right.c.id == pair.c.right_id)
    if unsure:
        found = query.select_from(joined.join(decision, said)).where(IS_UNSURE)
    else:
        stands = exists().where(said, decision.c.closed_at.is_(None))
        found = query.select_from(joined).where(IN_REVIEW, ~stands)
    return found.where(_apart(left, right))


def _apart(left: Any, right: Any) -> ColumnElement[bool]:
    return or_(
        left.c.golden_id.is_(None),
        right.c.golden_id.is_(None),
        left.c.golden_id != right.c.golden_id,
    )


def _pair(row: Row[Any]) -> StoredPair:
    return StoredPair(**row._asdict())._replace(evidence=load(row.evidence))
