"""What a database holds, as rows that two runs over the same web must share."""

from sqlalchemy import inspect, text

from models.database import Database

#: Columns that tell when and where a run looked, not what it found.
OF_A_RUN = {"fetched_at", "first_seen", "changed_at", "archive_file", "archive_offset", "archive_length"}
TABLES = ("source", "snapshot", "document", "seen", "figure", "project", "claim", "finding", "review")


def rows(settings, table, *, whole=True):
    """All rows of a table, in order; without what belongs to a run unless whole."""
    database = Database.open(settings)
    try:
        names = [one["name"] for one in inspect(database.engine).get_columns(table)]
        kept = [name for name in names if whole or name not in OF_A_RUN]
        columns = ", ".join(f'"{name}"' for name in kept)
        with database.reading() as session:
            found = session.connection().execute(text(f'SELECT {columns} FROM "{table}"')).all()
        return sorted((dict(zip(kept, map(str, row), strict=True)) for row in found), key=str)
    finally:
        database.close()


def everything(settings, *, whole=True):
    """All tables but run and address."""
    kept = {table: rows(settings, table, whole=whole) for table in TABLES}
    if not whole:
        # Findings that hold no longer are history.
        kept["finding"] = [row for row in kept["finding"] if row.pop("resolved") in ("0", "False")]
        for row in kept["snapshot"]:
            row.pop("headers")  # the server's clock stands in them
    return kept
