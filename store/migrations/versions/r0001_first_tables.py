"""The first tables."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0001"
down_revision = None

_ID = BigInteger().with_variant(Integer(), "sqlite")
_TABLES = (  # each before those that refer to it
    *("golden", "golden_history", "golden_alias", "source_record", "record_history", "cursor"),
    *("quarantine", "match_key", "pair", "decision", "outbox", "receipt", "event", "run"),
)


def upgrade() -> None:
    """Make all tables."""
    _golden()
    _records()
    _matches()
    _deliveries()
    _journal()


def downgrade() -> None:
    """Drop all tables."""
    for name in reversed(_TABLES):
        op.drop_table(name)


def _golden() -> None:
    op.create_table(
        "golden",
        Column("id", Text, nullable=False),
        Column("version", Integer, nullable=False),
        _text("kind"),
        _text("display_name"),
        _text("search_name"),
        _text("status"),
        _text("attributes"),
        _text("provenance"),
        _time("born_at"),
        _time("changed_at"),
        Column("retired", Boolean, nullable=False),
        PrimaryKeyConstraint("id", name="pk_golden"),
    )
    op.create_table(
        "golden_history",
        _text("golden_id"),
        Column("version", Integer, autoincrement=False, nullable=False),
        _time("at"),
        Column("run_id", Text),
        _text("attributes"),
        _text("provenance"),
        _text("members"),
        _refers("golden_history", "golden_id", "golden.id"),
        PrimaryKeyConstraint("golden_id", "version", name="pk_golden_history"),
    )
    op.create_table(
        "golden_alias",
        _text("old_id"),
        _text("new_id"),
        _time("at"),
        _refers("golden_alias", "old_id", "golden.id"),
        _refers("golden_alias", "new_id", "golden.id"),
        PrimaryKeyConstraint("old_id", "new_id", name="pk_golden_alias"),
    )
    op.create_index("ix_golden_alias_new_id", "golden_alias", ["new_id"])


def _records() -> None:
    op.create_table(
        "source_record",
        Column("id", _ID, nullable=False),
        _text("channel"),
        _text("remote_id"),
        _text("payload"),
        _text("fingerprint"),
        _time("changed_at", nullable=True),
        Column("deleted", Boolean, nullable=False),
        Column("reference", Text),
        Column("customer", Text),
        Column("held", Text),
        Column("told", Text),
        Column("unmapped", Boolean, nullable=False),
        Column("due", Text),
        Column("golden_id", Text),
        _time("landed_at"),
        _refers("source_record", "golden_id", "golden.id"),
        PrimaryKeyConstraint("id", name="pk_source_record"),
        UniqueConstraint("channel", "remote_id", name="uq_source_record_channel_remote_id"),
    )
    _partial("ix_source_record_unmapped", "source_record", "channel id", "unmapped")
    _partial("ix_source_record_due", "source_record", "due id", "due IS NOT NULL")
    op.create_index("ix_source_record_golden_id", "source_record", ["golden_id"])
    op.create_table(
        "record_history",
        Column("id", _ID, nullable=False),
        Column("record_id", _ID, nullable=False),
        _time("replaced_at"),
        _text("payload"),
        _text("fingerprint"),
        Column("deleted", Boolean, nullable=False),
        _refers("record_history", "record_id", "source_record.id"),
        PrimaryKeyConstraint("id", name="pk_record_history"),
    )
    op.create_index("ix_record_history_record_id", "record_history", ["record_id"])
    op.create_table(
        "cursor",
        _text("channel"),
        _text("stream"),
        _text("value"),
        _time("moved_at"),
        PrimaryKeyConstraint("channel", "stream", name="pk_cursor"),
    )
    op.create_table(
        "quarantine",
        Column("id", _ID, nullable=False),
        _text("channel"),
        _text("remote_id"),
        _text("stage"),
        _text("field"),
        _text("reason"),
        _text("payload"),
        _time("first_seen"),
        _time("last_seen"),
        Column("times", Integer, nullable=False),
        PrimaryKeyConstraint("id", name="pk_quarantine"),
        UniqueConstraint(
            "channel", "remote_id", "stage", name="uq_quarantine_channel_remote_id_stage"
        ),
    )


def _matches() -> None:
    op.create_table(
        "match_key",
        Column("key", BigInteger, autoincrement=False, nullable=False),
        Column("record_id", BigInteger, autoincrement=False, nullable=False),
        PrimaryKeyConstraint("key", "record_id", name="pk_match_key"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_match_key_record_id", "match_key", ["record_id"])
    op.create_table(
        "pair",
        Column("left_id", BigInteger, autoincrement=False, nullable=False),
        Column("right_id", BigInteger, autoincrement=False, nullable=False),
        Column("weight", Float, nullable=False),
        Column("probability", Float, nullable=False),
        _text("outcome"),
        _text("evidence"),
        Column("reason", Text),
        _text("model"),
        PrimaryKeyConstraint("left_id", "right_id", name="pk_pair"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_pair_right_id", "pair", ["right_id"])
    _partial("ix_pair_review", "pair", "weight", "(outcome = 'review' OR reason IS NOT NULL)")
    op.create_table(
        "decision",
        Column("id", _ID, nullable=False),
        Column("left_id", _ID, nullable=False),
        Column("right_id", _ID, nullable=False),
        _text("verdict"),
        _text("author"),
        _time("at"),
        _text("note"),
        _time("closed_at", nullable=True),
        Column("closed_by", Text),
        _refers("decision", "left_id", "source_record.id"),
        _refers("decision", "right_id", "source_record.id"),
        PrimaryKeyConstraint("id", name="pk_decision"),
    )
    live = "closed_at IS NULL"
    op.create_index("ix_decision_pair", "decision", ["left_id", "right_id"])
    _partial("uq_decision_live", "decision", "left_id right_id", live, unique=True)
    _partial("ix_decision_right_id", "decision", "right_id", live)
    _partial("ix_decision_author", "decision", "author id", live)


def _deliveries() -> None:
    op.create_table(
        "outbox",
        Column("id", _ID, nullable=False),
        _text("golden_id"),
        _text("channel"),
        Column("record_id", _ID),
        _text("state"),
        Column("version", Integer, nullable=False),
        Column("notified", Integer, nullable=False),
        Column("told", Text),
        Column("attempts", Integer, nullable=False),
        _time("next_at", nullable=True),
        _text("reason"),
        _refers("outbox", "golden_id", "golden.id"),
        _refers("outbox", "record_id", "source_record.id"),
        PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    _partial("uq_outbox_update", "outbox", "record_id", "record_id IS NOT NULL", unique=True)
    _partial("uq_outbox_create", "outbox", "golden_id channel", "record_id IS NULL", unique=True)
    _partial("ix_outbox_undelivered", "outbox", "channel id", "state <> 'dead'")
    op.create_table(
        "receipt",
        Column("id", _ID, nullable=False),
        _text("golden_id"),
        _text("channel"),
        Column("remote_id", Text),
        _text("operation"),
        _text("outcome"),
        _text("attributes"),
        Column("version", Integer, nullable=False),
        _time("at"),
        Column("run_id", Text),
        _text("reason"),
        _refers("receipt", "golden_id", "golden.id"),
        PrimaryKeyConstraint("id", name="pk_receipt"),
    )
    op.create_index("ix_receipt_golden_id", "receipt", ["golden_id"])


def _journal() -> None:
    op.create_table(
        "event",
        Column("id", _ID, nullable=False),
        _time("at"),
        _text("author"),
        _text("act"),
        _text("subject"),
        PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_table(
        "run",
        Column("id", Text, nullable=False),
        _text("verb"),
        _time("started_at"),
        _time("ended_at", nullable=True),
        Column("outcome", Text),
        Column("report", Text),
        PrimaryKeyConstraint("id", name="pk_run"),
    )


def _text(name: str) -> "Column[str]":
    return Column(name, Text, nullable=False)


def _time(name: str, *, nullable: bool = False) -> "Column[Any]":
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _refers(table: str, column: str, target: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _partial(name: str, table: str, columns: str, where: str, *, unique: bool = False) -> None:
    """Index only the rows that are looked for: they are few, however large the table."""
    condition = text(where)
    op.create_index(
        name,
        table,
        columns.split(),
        unique=unique,
        sqlite_where=condition,
        postgresql_where=condition,
    )
