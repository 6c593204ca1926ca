"""Erasure: ids that stay as erased, keys that stay away, deletions that a channel must hear of."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_CREATE = "uq_outbox_create"


def upgrade() -> None:
    """Add what erasure needs."""
    op.add_column("golden", sa.Column("erased_at", sa.DateTime(timezone=True)))
    op.add_column("outbox", sa.Column("erase", sa.Text))
    _creates("(record_id IS NULL AND erase IS NULL)")
    is_erasure = sa.text("erase IS NOT NULL")
    op.create_index(
        "uq_outbox_erase",
        "outbox",
        ["channel", "erase"],
        unique=True,
        sqlite_where=is_erasure,
        postgresql_where=is_erasure,
    )
    op.create_table(
        "erasure",
        sa.Column("golden_id", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("secret_id", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["golden_id"], ["golden.id"], name="fk_erasure_golden_id"),
        sa.PrimaryKeyConstraint("golden_id", name="pk_erasure"),
    )
    op.create_table(
        "suppressed",
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("golden_id", sa.Text, nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["golden_id"], ["erasure.golden_id"], name="fk_suppressed_golden_id"
        ),
        sa.PrimaryKeyConstraint("hash", name="pk_suppressed"),
    )
    op.create_index("ix_suppressed_golden_id", "suppressed", ["golden_id"])


def downgrade() -> None:
    """Drop it; deletions that no channel has heard of yet go with it."""
    op.drop_table("suppressed")
    op.drop_table("erasure")
    op.drop_index("uq_outbox_erase", "outbox")
    op.execute("DELETE FROM outbox WHERE erase IS NOT NULL")
    op.drop_index(_CREATE, "outbox")
    op.drop_column("outbox", "erase")
    _create("record_id IS NULL")
    op.drop_column("golden", "erased_at")


def _creates(where: str) -> None:
    op.drop_index(_CREATE, "outbox")
    _create(where)


def _create(where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        _CREATE,
        "outbox",
        ["golden_id", "channel"],
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )
