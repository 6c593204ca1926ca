"""Acts that can be taken back, pins, the consent ledger, and what leads back in time."""

from typing import Any

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    text,
)

revision = "0004"
down_revision = "0003"

_ID = BigInteger().with_variant(Integer(), "sqlite")
_TABLES = ("event_record", "record_move", "pin", "consent_act", "contact_point")


def upgrade() -> None:
    """Make the tables; events that are there already can't be taken back."""
    op.add_column("event", Column("inverse", Text))
    op.add_column("event", Column("undoes", BigInteger))
    op.add_column("event", Column("undone_by", BigInteger))
    op.create_index("ix_event_undone_by", "event", ["undone_by"])
    op.create_index("ix_event_author", "event", ["author", "id"])
    _acts()
    _pins()
    _consents()


def downgrade() -> None:
    """Drop the tables."""
    for name in reversed(_TABLES):
        op.drop_table(name)
    op.drop_index("ix_event_author", "event")
    op.drop_index("ix_event_undone_by", "event")
    for name in ("undone_by", "undoes", "inverse"):
        op.drop_column("event", name)


def _acts() -> None:
    op.create_table(
        "event_record",
        Column("event_id", _ID, nullable=False),
        Column("record_id", _ID, nullable=False),
        PrimaryKeyConstraint("event_id", "record_id", name="pk_event_record"),
        _to("event_record", "event_id", "event"),
        _to("event_record", "record_id", "source_record"),
    )
    op.create_index("ix_event_record_record_id", "event_record", ["record_id"])
    op.create_table(
        "record_move",
        Column("id", _ID, nullable=False),
        Column("record_id", _ID, nullable=False),
        _text("golden_id"),
        _time("at"),
        PrimaryKeyConstraint("id", name="pk_record_move"),
        _to("record_move", "record_id", "source_record"),
        _to("record_move", "golden_id", "golden"),
    )
    op.create_index("ix_record_move_record_id", "record_move", ["record_id"])
    op.create_index("ix_record_move_golden_id", "record_move", ["golden_id"])


def _pins() -> None:
    op.create_table(
        "pin",
        Column("id", _ID, nullable=False),
        Column("record_id", _ID, nullable=False),
        _text("attribute"),
        _text("value"),
        _text("author"),
        _text("reason"),
        _time("at"),
        _time("until", nullable=True),
        _time("closed_at", nullable=True),
        _text("closed_by", nullable=True),
        PrimaryKeyConstraint("id", name="pk_pin"),
        _to("pin", "record_id", "source_record"),
    )
    _index_where("ix_pin_record_id", "pin", "record_id", "closed_at IS NULL")
    _index_where("ix_pin_until", "pin", "until", "until IS NOT NULL")


def _consents() -> None:
    op.create_table(
        "consent_act",
        Column("id", _ID, nullable=False),
        Column("record_id", _ID, nullable=False),
        _text("contact"),
        _text("medium"),
        _text("purpose"),
        _text("act"),
        _time("at", nullable=True),
        _time("heard_at"),
        _text("source"),
        _text("proof"),
        _time("until", nullable=True),
        PrimaryKeyConstraint("id", name="pk_consent_act"),
        _to("consent_act", "record_id", "source_record"),
    )
    for name in ("record_id", "contact"):
        op.create_index(f"ix_consent_act_{name}", "consent_act", [name])
    _index_where("ix_consent_act_until", "consent_act", "until", "until IS NOT NULL")
    op.create_table(
        "contact_point",
        Column("contact", BigInteger, nullable=False, autoincrement=False),
        Column("record_id", BigInteger, nullable=False, autoincrement=False),
        PrimaryKeyConstraint("contact", "record_id", name="pk_contact_point"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_contact_point_record_id", "contact_point", ["record_id"])


def _text(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Text, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}")


def _index_where(name: str, table: str, column: str, condition: str) -> None:
    op.create_index(
        name, table, [column], sqlite_where=text(condition), postgresql_where=text(condition)
    )
