"""Trained models, and which one is in use."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
)

revision = "0006"
down_revision = "0005"

_ID = BigInteger().with_variant(Integer(), "sqlite")


def upgrade() -> None:
    """Make the table: the house's model stays in use until one is trained."""
    op.create_table(
        "model",
        Column("id", _ID, nullable=False),
        Column("trained_at", DateTime(timezone=True), nullable=False),
        *(Column(name, Text, nullable=False) for name in ("author", "records")),
        Column("decisions", Integer, nullable=False),
        *(Column(name, Text, nullable=False) for name in ("digest", "weights")),
        Column("arrays", LargeBinary, nullable=False),
        Column("used_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("id", name="pk_model"),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("model")
