"""The tables of the match: blocking keys, scored pairs, the models that scored them.

All but ``model`` are derived: they may be emptied and computed again at any time, hence no foreign
keys, which would cost more than the rows themselves.
"""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, Table, Text, text

from store.tables import metadata
from store.types import Id, Moment, Words

# The condition of a partial index; a query repeats it word for word, or SQLite sees no use for it.
IN_REVIEW = text("(outcome = 'review' OR reason IS NOT NULL)")

match_key = Table(
    "match_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

record_keys = Table(
    "record_keys",
    metadata,
    Column("record_id", Id, primary_key=True, autoincrement=False),
    Column("keys", LargeBinary, nullable=False),  # 8 bytes each, the smallest first
)

pair = Table(
    "pair",
    metadata,
    Column("left_id", BigInteger, primary_key=True, autoincrement=False),  # the smaller one
    Column("right_id", BigInteger, primary_key=True, autoincrement=False, index=True),
    Column("weight", Float, nullable=False),
    Column("probability", Float, nullable=False),
    Column("outcome", Text, nullable=False),  # merge | review
    Column("evidence", Text, nullable=False),
    Column("reason", Words),  # why it is not merged: a veto, or a refusal by the cluster
    Column("model", Words, nullable=False),
    Index("ix_pair_review", "weight", sqlite_where=IN_REVIEW, postgresql_where=IN_REVIEW),
    sqlite_with_rowid=False,
)

model = Table(
    "model",
    metadata,
    Column("id", Id, primary_key=True),
    Column("trained_at", Moment, nullable=False),
    Column("author", Words, nullable=False),
    Column("records", Text, nullable=False),  # how many of each kind it was trained on
    Column("decisions", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("weights", Text, nullable=False),
    Column("arrays", LargeBinary, nullable=False),  # how common values are, by hash
    Column("used_at", Moment),  # null: not in use
)
