"""The database: one SQLite file in the home, or a PostgreSQL by address; the same sessions on both.

A writing session takes the one writer's place at once (``BEGIN IMMEDIATE``) and waits its turn, so that none fails
half-way with "database is locked"; a reading session cannot write.

    database = Database.open(Settings.read())
    with database.writing() as session:
        put_source(session, source)
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models import schema
from models.settings import Settings

#: How long a writer waits for another one, in seconds.
BUSY_SECONDS = 60

logger = logging.getLogger(__name__)


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what now."""


class NewerDatabase(DatabaseError):  # noqa: N818 - named by what is there, as all our errors
    """The database was written by a newer version of the program."""


class OutdatedDatabase(DatabaseError):  # noqa: N818
    """The database has to be upgraded first."""


class Database:
    """An open database; ``close`` gives its connections back."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.embedded = settings.embedded
        self.engine = _writer(settings)
        self._reader = _reader(settings)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the database, bringing an embedded one up to date (a copy is kept beside a filled one).

        Raises OutdatedDatabase for a PostgreSQL that needs ``otchet db upgrade``, NewerDatabase for one from a newer
        version, DatabaseError where there is none.
        """
        database = cls(settings)
        try:
            if database.embedded:
                database.upgrade()
            elif database.revision() != schema.head():
                database.check()
                raise OutdatedDatabase("The database is from an earlier version. Run: otchet db upgrade")
        except DatabaseError:
            database.close()
            raise
        return database

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give the one writer's session; what it did is kept at the end, or none of it after an error."""
        with Session(self.engine) as session, session.begin():
            session.connection()  # begins now, not at the first statement
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that sees one state of the database and cannot change it."""
        with Session(self._reader) as session:
            yield session

    def revision(self) -> str | None:
        """Return the revision of the database's tables, None for an empty database."""
        with _reachable(self.settings), self._reader.connect() as connection:
            return schema.revision(connection)

    def check(self) -> None:
        """Raise NewerDatabase where the tables are of a revision that this version does not know."""
        found = self.revision()
        if found is not None and found not in schema.revisions():
            raise NewerDatabase(
                f"{self.place} was written by a newer version of otchet (revision {found}, known up to "
                f"{schema.head()}). Update otchet, or set OTCHET_HOME to another folder."
            )

    def upgrade(self, to: str = "head") -> str | None:
        """Bring the tables up to date and return the revision they were at before."""
        if self.embedded:
            path = Path(self.place)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise DatabaseError(f"Cannot make {path.parent}: {error.strerror}. Set OTCHET_HOME.") from error
        self.check()
        before = self.revision()
        if before == (schema.head() if to == "head" else to):
            return before
        if self.embedded and before is not None:
            self._copy(f"before-{schema.head()}-from-{before}")
        with _reachable(self.settings), self.engine.begin() as connection:
            schema.upgrade(connection, to)
        return before

    @property
    def place(self) -> str:
        """Where the database is: the file, or the address without its password."""
        url = make_url(self.settings.database_url)
        return url.database or "" if self.embedded else url.render_as_string()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()
        self._reader.dispose()

    def _copy(self, mark: str) -> None:
        target = Path(f"{self.place}.{mark}")
        logger.info("keeping a copy of the database: %s", target)
        with _closing(sqlite3.connect(self.place)) as old, _closing(sqlite3.connect(target)) as new:
            old.backup(new)


@contextmanager
def _closing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def _reachable(settings: Settings) -> Iterator[None]:
    """Turn a driver's first complaint into one line that says what now."""
    try:
        yield
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        place = make_url(settings.database_url).render_as_string()
        raise DatabaseError(f"Cannot use the database {place}: {reason}. See OTCHET_DATABASE_URL.") from error


def _writer(settings: Settings) -> Engine:
    if not settings.embedded:
        return create_engine(settings.database_url, pool_pre_ping=True)
    engine = create_engine(settings.database_url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare(write=True))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _reader(settings: Settings) -> Engine:
    if not settings.embedded:
        read_only = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read"
        return create_engine(settings.database_url, pool_pre_ping=True, connect_args={"options": read_only})
    engine = create_engine(settings.database_url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare(write=False))
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(*, write: bool) -> Callable[[sqlite3.Connection, Any], None]:
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own record
        connection.isolation_level = None  # the driver must not begin transactions of its own
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if write:
            connection.execute("PRAGMA journal_mode = WAL")
            # Whatever ends a process, what was committed stays. After a power cut the last seconds may be missing, as
            # whole transactions; the archive is synced by itself, and the next harvest asks for the rest again.
            connection.execute("PRAGMA synchronous = NORMAL")
        else:
            connection.execute("PRAGMA query_only = ON")

    return prepare


def _begin_immediate(connection: Connection) -> None:
    connection.execute(text("BEGIN IMMEDIATE"))


def _begin(connection: Connection) -> None:
    connection.execute(text("BEGIN"))
