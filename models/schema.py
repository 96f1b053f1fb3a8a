"""Revisions of the tables, applied by Alembic without a configuration file: they travel inside the wheel.

Revisions stand in one line, each in a file named by its number: ``0001_the_first_tables.py``. Alembic itself is loaded
only to change something: looking whether a database is up to date takes every command's time.
"""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

#: What the names of tables begin with that Alembic does not compare: the search index, which has no SQLModel class.
INDEX_TABLE = "document_index"

_VERSION_TABLE = "alembic_version"


def configuration(connection: Connection | None = None) -> "Config":
    """Return Alembic's configuration; its commands then work on this connection, in its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@cache
def revisions() -> tuple[str, ...]:
    """Return the names of all revisions, oldest first."""
    return tuple(sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def head() -> str:
    """Return the newest revision that this version knows."""
    return revisions()[-1]


def revision(connection: Connection) -> str | None:
    """Return the revision that the database is at, None for an empty one."""
    if not inspect(connection).has_table(_VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {_VERSION_TABLE}")).scalar_one_or_none()
    return found


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a revision; all of it or, after an error, none."""
    from alembic import command

    command.upgrade(configuration(connection), to)


def downgrade(connection: Connection, to: str) -> None:
    """Take the tables back to an earlier revision (``base`` empties the database)."""
    from alembic import command

    command.downgrade(configuration(connection), to)
