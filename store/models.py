"""Models: what training learned, version by version; one is in use, until another is chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, insert, select, update

from store.encoding import dump, load
from store.match_tables import model

_SHOWN = [
    model.c[name]
    for name in ("id", "trained_at", "author", "records", "decisions", "digest", "used_at")
]


class ModelVersion(NamedTuple):
    """One trained model, without the model itself."""

    id: int
    trained_at: datetime
    author: str
    records: Mapping[str, int]
    """By kind of customer: how many it was trained on."""
    decisions: int
    """How many decisions it was put right by."""
    digest: str
    """Tells its content from any other's."""
    used_at: datetime | None
    """Since when it is in use; None: it is not."""

    @property
    def version(self) -> str:
        """What pairs that it weighed are marked with."""
        return f"trained-{self.id}"


class Models:
    """The trained models."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(  # noqa: PLR0917 - the columns, in their order
        self,
        at: datetime,
        author: str,
        records: Mapping[str, int],
        decisions: int,
        digest: str,
        content: tuple[str, bytes],
    ) -> int:
        """Remember a model: its weights as JSON, its arrays. Returns its number; it is not used."""
        weights, arrays = content
        return int(
            self._connection.execute(
                insert(model)
                .values(
                    trained_at=at, author=author, records=dump(dict(records)), decisions=decisions,
                    digest=digest, weights=weights, arrays=arrays,
                )
                .returning(model.c.id)
            ).scalar_one()
        )  # fmt: skip

    def use(self, number: int | None, at: datetime) -> None:
        """Use this model from now on; None: the house's own."""
        self._connection.execute(
            update(model).where(model.c.used_at.is_not(None)).values(used_at=None)
        )
        self._connection.execute(update(model).where(model.c.id == number).values(used_at=at))

    def in_use(self) -> ModelVersion | None:
        """Return the model in use; None: the house's own, for nobody trained one."""
        row = self._connection.execute(
            select(*_SHOWN).where(model.c.used_at.is_not(None))
        ).one_or_none()
        return None if row is None else _version(row)

    def all(self) -> list[ModelVersion]:
        """Return all models, the newest first."""
        rows = self._connection.execute(select(*_SHOWN).order_by(model.c.id.desc()))
        return [_version(row) for row in rows]

    def content(self, number: int) -> tuple[str, bytes]:
        """Return what a model consists of: its weights as JSON, and its arrays.

        Raises KeyError for a number that no model has.
        """
        query = select(model.c.weights, model.c.arrays).where(model.c.id == number)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise KeyError(number)
        return row.weights, bytes(row.arrays)


def _version(row: Row[Any]) -> ModelVersion:
    return ModelVersion(**row._asdict())._replace(records=load(row.records))
