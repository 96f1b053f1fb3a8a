"""Revisions of the tables, applied by Alembic without a configuration file: they travel inside the wheel."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"

#: Tables that Alembic does not know of: the search index, made by each dialect in its own way.
INDEX_TABLE = "document_index"


def configuration(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration; its commands then work on this connection, in its transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def revisions() -> tuple[str, ...]:
    """Return the names of all revisions, oldest first."""
    script = ScriptDirectory.from_config(configuration())
    return tuple(reversed([one.revision for one in script.walk_revisions()]))


def head() -> str:
    """Return the newest revision that this version knows."""
    return revisions()[-1]


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a revision; all of it or, after an error, none."""
    command.upgrade(configuration(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Take the tables back to an earlier revision (``base`` empties the database)."""
    command.downgrade(configuration(connection), to)
