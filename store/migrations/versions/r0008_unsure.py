"""What stewards were unsure of is found at once, however many decisions stand."""

from alembic import op
from sqlalchemy import text

revision = "0008"
down_revision = "0007"

_IS_UNSURE = text("(verdict = 'unsure' AND closed_at IS NULL)")


def upgrade() -> None:
    """Index the decisions that leave a pair open."""
    op.create_index(
        "ix_decision_unsure",
        "decision",
        ["left_id", "right_id"],
        sqlite_where=_IS_UNSURE,
        postgresql_where=_IS_UNSURE,
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_decision_unsure", "decision")
