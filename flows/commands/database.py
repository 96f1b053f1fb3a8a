"""``otchet db``: where the database is, how new it is, bringing it up to date, keeping a copy."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.failure import CommandError
from flows.commands.options import Json
from flows.commands.output import emit, say

if TYPE_CHECKING:
    from models.database import Database

db = typer.Typer(no_args_is_help=True, help="The database: its place and revision, upgrade, backup.")


@contextmanager
def opened() -> Iterator["Database"]:
    """Open the database for looking into it; where nothing was gathered yet there is none, and none is made."""
    from models.database import Database
    from models.settings import Settings

    settings = Settings.read()
    database = Database(settings)
    place = database.place
    database.close()
    if settings.embedded and not Path(place).exists():
        shown = settings.home / "demo"
        advice = (
            f"What `otchet demo` gathered is seen with --home {shown}."
            if (shown / Path(place).name).exists()
            else "Run `otchet demo` or `otchet harvest`, or name another folder with --home."
        )
        raise CommandError(f"there is no database at {place}: nothing has been gathered there yet. {advice}")
    database = Database.open(settings)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def _as_it_is() -> Iterator["Database"]:
    """Give the database without bringing it up to date."""
    from models.database import Database
    from models.settings import Settings

    database = Database(Settings.read())
    try:
        yield database
    finally:
        database.close()


def _revisions(database: "Database") -> dict[str, Any]:
    from models import schema

    there = not database.embedded or Path(database.place).exists()
    return {"path": database.place, "revision": database.revision() if there else None, "newest": schema.head()}


@db.command()
def upgrade(as_json: Json = False) -> None:
    """Bring the database's tables up to date; an empty one is made. A copy of a filled SQLite file is kept beside it.

    With --json: {"path", "before", "revision"}. Example: otchet db upgrade
    """
    with _as_it_is() as database:
        before = database.upgrade()
        revision = database.revision()
        place = database.place
    if as_json:
        emit({"path": place, "before": before, "revision": revision})
    elif before == revision:
        say(f"{place} is up to date (revision {revision}).")
    else:
        say(f"{place}: from {before or 'nothing'} to revision {revision}.")


@db.command()
def current(as_json: Json = False) -> None:
    """Say which revision the tables are at and which is the newest.

    With --json: {"path", "revision", "newest"}. Example: otchet db current
    """
    with _as_it_is() as database:
        record = _revisions(database)
        database.check() if record["revision"] else None
    if as_json:
        emit(record)
    elif record["revision"] is None:
        say(f"{record['path']}: there are no tables yet. Run: otchet db upgrade")
    else:
        note = "the newest" if record["revision"] == record["newest"] else f"the newest is {record['newest']}"
        say(f"{record['path']}: revision {record['revision']} ({note})")


@db.command()
def path(as_json: Json = False) -> None:
    """Say where the database is: a file, or an address without its password.

    With --json: {"path"}. Example: sqlite3 "$(otchet db path)"
    """
    with _as_it_is() as database:
        place = database.place
    if as_json:
        emit({"path": place})
    else:
        say(place)


@db.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy is written; it must not be there yet.")],
    as_json: Json = False,
) -> None:
    """Keep a copy of the database in one file, whole even while a harvest is writing (SQLite).

    The archive of fetched pages is not in it: copy the folder `archive` of the home for that.
    With --json: {"path", "backup", "bytes"}. Example: otchet db backup otchet-2026-11.db
    """
    with opened() as database:
        if not database.embedded:
            raise CommandError(
                f"{database.place} is a PostgreSQL database and has its own tool. Run: pg_dump --file={file} DATABASE"
            )
        if file.exists():
            raise CommandError(f"{file} is there already and is not written over. Name another file.")
        source = database.place
        copy(Path(source), file)
    size = file.stat().st_size
    if as_json:
        emit({"path": source, "backup": str(file), "bytes": size})
    else:
        say(f"{file}: a copy of {source}, {size} bytes.")


def copy(source: Path, target: Path) -> None:
    """Copy a SQLite database as it is at one moment; the target is there whole or not at all."""
    import sqlite3
    from contextlib import closing

    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(unfinished)) as new:
            old.backup(new)
            (state,) = new.execute("PRAGMA integrity_check").fetchone()
        if state != "ok":
            raise CommandError(f"the copy of {source} is damaged ({state}). Restore the database from an older copy.")
        unfinished.replace(target)
    except sqlite3.Error as error:
        raise CommandError(
            f"cannot copy {source} to {target}: {error}. Make room there or name another file."
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
