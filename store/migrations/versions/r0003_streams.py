"""Streams: how far each was read, how it looks, its limits; and a richer quarantine."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0003"
down_revision = "0002"

_ID = BigInteger().with_variant(Integer(), "sqlite")
_TABLES = ("stream_state", "sighting", "stream_record", "known_column", "drift", "allowance")
_OLD_KEY = ["channel", "remote_id", "stage"]
_NEW_KEY = ["channel", "stream", "remote_id", "stage"]


def upgrade() -> None:
    """Make the tables; what is in quarantine belongs to the customers and waits."""
    _reading()
    _shape()
    _limits()
    with op.batch_alter_table("quarantine") as quarantine:
        quarantine.add_column(Column("stream", Text, nullable=False, server_default="customers"))
        quarantine.add_column(Column("rule", Text, nullable=False, server_default=""))
        quarantine.add_column(Column("state", Text, nullable=False, server_default="waiting"))
        quarantine.add_column(Column("fix", Text))
        quarantine.drop_constraint("uq_quarantine_channel_remote_id_stage", type_="unique")
        quarantine.create_unique_constraint(
            "uq_quarantine_channel_stream_remote_id_stage", _NEW_KEY
        )
    with op.batch_alter_table("quarantine") as quarantine:
        for name in ("stream", "rule", "state"):
            quarantine.alter_column(name, server_default=None)


def downgrade() -> None:
    """Drop the tables; quarantine keeps its customers only."""
    op.execute(text("DELETE FROM quarantine WHERE stream <> 'customers'"))
    with op.batch_alter_table("quarantine") as quarantine:
        quarantine.drop_constraint("uq_quarantine_channel_stream_remote_id_stage", type_="unique")
        quarantine.create_unique_constraint("uq_quarantine_channel_remote_id_stage", _OLD_KEY)
        for name in ("stream", "rule", "state", "fix"):
            quarantine.drop_column(name)
    for name in reversed(_TABLES):
        op.drop_table(name)


def _reading() -> None:
    op.create_table(
        "stream_state",
        _text("channel"),
        _text("stream"),
        *(_time(name) for name in ("scan_began", "scanned_at", "learned_at", "held_at")),
        Column("held", Integer),
        PrimaryKeyConstraint("channel", "stream", name="pk_stream_state"),
    )
    op.create_table(
        "sighting",
        _text("channel"),
        _text("stream"),
        _text("remote_id"),
        PrimaryKeyConstraint("channel", "stream", "remote_id", name="pk_sighting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stream_record",
        Column("id", _ID, nullable=False),
        *(_text(name) for name in ("channel", "stream", "remote_id")),
        Column("owner", Text),
        *(_text(name) for name in ("payload", "fingerprint")),
        _time("changed_at"),
        Column("deleted", Boolean, nullable=False),
        _time("landed_at", nullable=False),
        PrimaryKeyConstraint("id", name="pk_stream_record"),
        UniqueConstraint(
            "channel", "stream", "remote_id", name="uq_stream_record_channel_stream_remote_id"
        ),
    )
    op.create_index("ix_stream_record_channel_owner", "stream_record", ["channel", "owner"])


def _shape() -> None:
    op.create_table(
        "known_column",
        *(_text(name) for name in ("channel", "stream", "name", "types")),
        Column("always", Boolean, nullable=False),
        PrimaryKeyConstraint("channel", "stream", "name", name="pk_known_column"),
    )
    op.create_table(
        "drift",
        Column("id", _ID, nullable=False),
        *(_text(name) for name in ("channel", "stream", "name", "kind", "detail", "example")),
        _time("seen_at", nullable=False),
        _time("accepted_at"),
        PrimaryKeyConstraint("id", name="pk_drift"),
        UniqueConstraint(
            "channel",
            "stream",
            "name",
            "kind",
            "detail",
            name="uq_drift_channel_stream_name_kind_detail",
        ),
    )


def _limits() -> None:
    op.create_table(
        "allowance",
        _text("channel"),
        Column("due", Float, nullable=False),
        Column("day", Integer, nullable=False),
        Column("used", Integer, nullable=False),
        Column("quota", Integer),
        PrimaryKeyConstraint("channel", name="pk_allowance"),
    )


def _text(name: str) -> Column[Any]:
    return Column(name, Text, nullable=False)


def _time(name: str, *, nullable: bool = True) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)
