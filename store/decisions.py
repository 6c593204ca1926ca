"""Decisions on pairs of source records: closed, never overwritten; so nothing said is lost.

They are kept by record and not by golden customer, so they outlive every new clustering.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select, insert, select, update

from hub.model import Decision, Key, Verdict
from store import bulk
from store.bulk import among
from store.tables import decision, source_record


class StoredDecision(NamedTuple):
    """A decision as it is remembered; it stands while ``closed_at`` is None."""

    id: int
    decision: Decision
    closed_at: datetime | None
    closed_by: str | None


class Decisions:
    """What stewards and rules said."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def decide(  # noqa: PLR0917 - the columns, in their order
        self,
        left_id: int,
        right_id: int,
        verdict: Verdict,
        author: str,
        at: datetime,
        note: str = "",
    ) -> int:
        """Record a verdict on two records, whichever comes first, and return its number.

        It closes the decision that stood before. Raises ValueError for a record and itself.
        """
        left_id, right_id = sorted((left_id, right_id))
        if left_id == right_id:
            raise ValueError("a decision is about two records")
        self._connection.execute(
            update(decision)
            .where(
                decision.c.left_id == left_id,
                decision.c.right_id == right_id,
                decision.c.closed_at.is_(None),
            )
            .values(closed_at=at, closed_by=author)
        )
        number: int = self._connection.execute(
            insert(decision)
            .values(
                left_id=left_id,
                right_id=right_id,
                verdict=verdict.value,
                author=author,
                at=at,
                note=note,
            )
            .returning(decision.c.id)
        ).scalar_one()
        return number

    def decide_all(
        self,
        pairs: Sequence[tuple[int, int]],
        verdict: Verdict,
        author: str,
        at: datetime,
        note: str = "",
    ) -> None:
        """Record one verdict on many pairs of records; see `decide`."""
        ordered = {(min(pair), max(pair)) for pair in pairs}
        said = _select().where(
            among(self._connection, decision.c.left_id, {left for left, _ in ordered}),
            decision.c.closed_at.is_(None),
        )
        for row in self._connection.execute(said):
            if (row.left_id, row.right_id) in ordered:
                self.close(row.id, author, at)
        names = ("left_id", "right_id", "verdict", "author", "at", "note")
        rows = [(left, right, verdict.value, author, at, note) for left, right in sorted(ordered)]
        bulk.insert(self._connection, decision, names, rows)

    def overrule(
        self,
        verdicts: Mapping[tuple[int, int], Verdict],
        author: str,
        at: datetime,
        note: str = "",
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Let these verdicts stand on these pairs; return the decisions opened and those closed.

        Where the verdict stands already, nothing is done.
        """
        wanted = {(min(pair), max(pair)): verdict for pair, verdict in verdicts.items()}
        standing = self.between({number for pair in wanted for number in pair})
        opened, closed = [], []
        for pair, verdict in sorted(wanted.items()):
            before = standing.get(pair)
            if before is not None and before.decision.verdict is verdict:
                continue
            closed += [before.id] if before else []
            opened.append(self.decide(*pair, verdict, author, at, note))
        return tuple(opened), tuple(closed)

    def restore(self, numbers: Collection[int]) -> tuple[int, ...]:
        """Let closed decisions stand again, as new ones that say the same; return their numbers.

        Not where another decision stands by now.
        """
        said = self.get(numbers)
        pairs = [(row.left_id, row.right_id) for row in said]
        standing = self.between({number for pair in pairs for number in pair})
        return tuple(
            self.decide(*pair, Verdict(row.verdict), row.author, row.at, row.note)
            for pair, row in zip(pairs, said, strict=True)
            if pair not in standing
        )

    def get(self, numbers: Collection[int]) -> list[Row[Any]]:
        """Return these decisions as rows, whether they stand or not."""
        query = select(decision).where(among(self._connection, decision.c.id, numbers))
        return list(self._connection.execute(query.order_by(decision.c.id)))

    def between(self, ids: Collection[int]) -> dict[tuple[int, int], StoredDecision]:
        """Return the decisions that stand between two of these records, by pair."""
        wanted = set(ids)
        query = _select().where(
            among(self._connection, decision.c.left_id, wanted), decision.c.closed_at.is_(None)
        )
        return {
            (row.left_id, row.right_id): _stored(row)
            for row in self._connection.execute(query)
            # Sorted out here: asked for both halves, a database tries each with each.
            if row.right_id in wanted
        }

    def close(self, decision_id: int, author: str, at: datetime) -> None:
        """Take a decision back; one that is closed stays as it is."""
        self._connection.execute(
            update(decision)
            .where(decision.c.id == decision_id, decision.c.closed_at.is_(None))
            .values(closed_at=at, closed_by=author)
        )

    def live(self, ids: Collection[int]) -> list[Decision]:
        """Return the decisions that stand between two of these records, oldest first."""
        return [said.decision for said in self.between(ids).values()]

    def standing(self) -> list[Row[Any]]:
        """Return all that stands and says same or different, as rows in the order of the pairs.

        Who is unsure has decided nothing that a model could learn from, or contradict.
        """
        said = decision.c.verdict != Verdict.UNSURE.value
        query = select(decision).where(decision.c.closed_at.is_(None), said)
        return list(self._connection.execute(query.order_by("left_id", "right_id")))

    def history(self, left_id: int, right_id: int) -> list[StoredDecision]:
        """Return all that was ever decided on these two records, oldest first."""
        left_id, right_id = sorted((left_id, right_id))
        query = _select().where(decision.c.left_id == left_id, decision.c.right_id == right_id)
        return [_stored(row) for row in self._connection.execute(query)]


def _select() -> Select[Any]:
    left, right = source_record.alias("left_record"), source_record.alias("right_record")
    return (
        select(
            decision,
            left.c.channel.label("left_channel"),
            left.c.remote_id.label("left_remote_id"),
            right.c.channel.label("right_channel"),
            right.c.remote_id.label("right_remote_id"),
        )
        .join(left, left.c.id == decision.c.left_id)
        .join(right, right.c.id == decision.c.right_id)
        .order_by(decision.c.id)
    )


def _stored(row: Row[Any]) -> StoredDecision:
    said = Decision(
        Key(row.left_channel, row.left_remote_id),
        Key(row.right_channel, row.right_remote_id),
        Verdict(row.verdict),
        row.author,
        row.at,
        row.note,
    )
    return StoredDecision(row.id, said, row.closed_at, row.closed_by)
