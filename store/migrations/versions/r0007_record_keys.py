"""Blocking keys by record are one value each; an index of all of them was the largest of all."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from struct import pack
from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    column,
    select,
    table,
)

revision = "0007"
down_revision = "0006"

_ID = BigInteger().with_variant(Integer(), "sqlite")
_CHUNK = 10_000  # records


def upgrade() -> None:
    """Make the table from the index that it replaces."""
    made = op.create_table(
        "record_keys",
        Column("record_id", _ID, nullable=False, autoincrement=False),
        Column("keys", LargeBinary, nullable=False),
        PrimaryKeyConstraint("record_id", name="pk_record_keys"),
    )
    key = table("match_key", column("record_id"), column("key"))
    query = select(key.c.record_id, key.c.key).order_by(key.c.record_id, key.c.key)
    query = query.execution_options(yield_per=_CHUNK)
    rows: list[dict[str, Any]] = []
    for row in _by_record(op.get_bind().execute(query)):
        rows.append(row)
        if len(rows) == _CHUNK:
            op.bulk_insert(made, rows)
            rows = []
    op.bulk_insert(made, rows)
    op.drop_index("ix_match_key_record_id", "match_key")


def downgrade() -> None:
    """Index the keys by record again."""
    op.create_index("ix_match_key_record_id", "match_key", ["record_id"])
    op.drop_table("record_keys")


def _by_record(entries: Iterable[Any]) -> Iterable[dict[str, Any]]:
    for record, found in groupby(entries, itemgetter(0)):
        keys = [key for _, key in found]
        yield {"record_id": record, "keys": pack(f"<{len(keys)}q", *keys)}
