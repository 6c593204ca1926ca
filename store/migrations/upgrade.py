"""Running the revision scripts, up and down, in the caller's transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, text

from hub.errors import ConfigError
from store.migrations.head import HEAD, revision

_LOCK = 0x474F_4C44  # one migration at a time; SQLite's writers take turns anyway


def upgrade(connection: Connection) -> None:
    """Bring the tables to the youngest revision. Raises ConfigError if they are younger still."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    found = revision(connection)
    if found == HEAD:  # another process was first
        return
    try:
        command.upgrade(configuration(connection), HEAD)
    except CommandError as error:
        raise ConfigError(
            f"store: the tables are at revision {found}, which this Goldenrod does not know; "
            "it needs a newer one"
        ) from error


def downgrade(connection: Connection, target: str = "base") -> None:
    """Take the tables back to an older revision, or to none at all; data goes with them."""
    command.downgrade(configuration(connection), target)


def configuration(connection: Connection) -> Config:
    """Return alembic's configuration for this connection; there is no alembic.ini."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
