"""Names are found by how they begin."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Index the names."""
    op.create_index(
        "ix_golden_search_name",
        "golden",
        ["search_name", "id"],
        postgresql_ops={"search_name": "text_pattern_ops"},
    )


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_golden_search_name", "golden")
