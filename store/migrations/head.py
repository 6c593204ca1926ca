"""Which revision the tables are at; asked at every start, so alembic is not imported for it."""

from sqlalchemy import Connection, inspect, text

HEAD = "0008"
"""The youngest revision in ``versions``."""


def revision(connection: Connection) -> str | None:
    """Return the revision that this database is at; None if it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
