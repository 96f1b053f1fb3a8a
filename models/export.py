"""The database as files for a desk: one table a resource in CSV, JSON Lines and Parquet, with a ``datapackage.json``.

A stable export of two databases that saw the same is the same, byte for byte: rows are sorted, and what passes (times
of fetching, places in the archive, runs) is left out.
"""

import csv
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlalchemy import ColumnElement, collate, or_, select
from sqlmodel import Session, col

from models.columns import Column, Resource, Type, resources
from models.data_package import NAME, Counted, descriptor
from models.database import Database
from models.keys import compact
from models.masking import COVER, mask, personal_numbers
from models.settings import now
from models.tables import DocumentRow, FigureRow, FindingRow, SnapshotRow, Subject, Table

_DESCRIPTOR = "datapackage.json"

#: What a spreadsheet takes for a formula, also behind spaces and quotes, in half and full width.
_FORMULA = re.compile("'*(?:[\\t\\r\\n]|[\\s'\"]*[=+\\-@\uff1d\uff0b\uff0d\uff20])")

_PARQUET_TYPES = {
    Type.INTEGER: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.DATETIME: "TIMESTAMP",
}


class ExportError(Exception):
    """The export cannot be written there; the message says why and what now."""


def export(
    database: Database, folder: Path, *, stable: bool = False, progress: Callable[[str, int], None] | None = None
) -> dict[str, int]:
    """Write the database's tables into a folder and return the number of rows of each.

    The folder appears at the end, whole, in place of an earlier export if there is one; ``progress`` hears of each
    table and its rows. Raises ExportError where the folder holds anything else, or cannot be written.
    """
    folder = folder.absolute()
    _refuse_foreign(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as made:
            fresh = Path(made) / folder.name
            fresh.mkdir()
            counts = _write(database, fresh, stable, progress)
            if folder.exists():
                folder.rename(Path(made) / "earlier")
            fresh.rename(folder)
    except OSError as error:
        raise ExportError(f"Cannot write {folder}: {error.strerror or error}.") from error
    except duckdb.Error as error:
        raise ExportError(f"Cannot write {folder}: {str(error).partition(chr(10))[0]}.") from error
    return counts


def guard(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula.

    >>> guard("=1+1"), guard("Кубрат")
    ("'=1+1", 'Кубрат')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Take off what ``guard`` put there; any other cell stays."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell[1:]) else cell


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ExportError(f"{folder} is a file. Name a folder.")
    if not any(folder.iterdir()):
        return
    try:
        name = json.loads((folder / _DESCRIPTOR).read_text("utf-8")).get("name")
    except (OSError, ValueError, AttributeError):
        name = None
    if name != NAME:
        raise ExportError(f"{folder} is not empty and holds no earlier export. Name another folder.")


def _write(
    database: Database, folder: Path, stable: bool, progress: Callable[[str, int], None] | None
) -> dict[str, int]:
    written = []
    with database.reading() as session:
        covered = dict(_covered(session))
        for resource in resources():
            columns = resource.chosen(stable=stable)
            rows = _write_rows(folder, resource, columns, _rows(session, resource, columns, covered, stable))
            written.append(Counted(resource, columns, rows))
            if progress:
                progress(resource.name, rows)
    created = None if stable else now().isoformat().replace("+00:00", "Z")
    package = descriptor(folder, written, created=created)
    text = json.dumps(package, ensure_ascii=False, indent=2, sort_keys=True)
    (folder / _DESCRIPTOR).write_text(text + "\n", "utf-8")
    for file in folder.iterdir():
        _sync(file)
    return {one.resource.name: one.rows for one in written}


def _covered(session: Session) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield the documents with personal numbers in them, and where those stand."""
    for key, text in session.execute(select(col(DocumentRow.key), col(DocumentRow.text))).yield_per(500):
        spans = list(personal_numbers(text))
        if spans:
            yield key, spans


def _rows(
    session: Session,
    resource: Resource,
    columns: tuple[Column, ...],
    covered: dict[str, list[tuple[int, int]]],
    stable: bool,
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in their order, values as JSON has them, personal numbers covered."""
    built = Table.metadata.tables[str(resource.table.__tablename__)]
    query = select(built).where(*_told(resource.table))
    if stable and resource.table is FindingRow:
        query = query.where(~built.c.resolved)
    binary = "C" if session.get_bind().dialect.name == "postgresql" else "BINARY"
    for name in resource.order:
        column = built.c[name]
        query = query.order_by(column if name == "position" else collate(column, binary))
    for row in session.execute(query).yield_per(500):
        values = {column.name: _value(row._mapping[column.name], column) for column in columns}
        if resource.table is FigureRow:
            _cover_figure(values, covered.get(values["document"], []))
        yield values


def _told(table: type[Table]) -> Iterator[ColumnElement[bool]]:
    """Yield what keeps out that which waits for a good run of its site: only what was confirmed is published."""
    held = select(col(SnapshotRow.key)).where(col(SnapshotRow.held))
    documents = select(col(DocumentRow.key)).where(col(DocumentRow.snapshot).in_(held))
    if table is SnapshotRow:
        yield ~col(SnapshotRow.held)
    elif table is DocumentRow:
        yield col(DocumentRow.snapshot).not_in(held)
    elif table is FigureRow:
        yield col(FigureRow.document).not_in(documents)
    elif table is FindingRow:
        yield or_(col(FindingRow.subject_kind) != Subject.SNAPSHOT, col(FindingRow.subject).not_in(held))


def _value(value: Any, column: Column) -> Any:  # noqa: ANN401 - a cell of any type
    if value is None:
        return None
    if column.is_text:
        value = mask(value)
    if column.type in (Type.OBJECT, Type.ARRAY):
        return json.loads(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value  # a word of a closed list is its text


def _cover_figure(values: dict[str, Any], spans: list[tuple[int, int]]) -> None:
    """Cover a figure that stands on a personal number, its value with it; a rule was wrong there."""
    start, end = values["start"], values["end"]
    if not any(low < end and start < high for low, high in spans):
        return
    values["quote"] = COVER * (end - start)
    values["value"] = COVER
    for name in ("minor", "eur_minor", "date_first", "date_last", "number"):
        values[name] = None


def _write_rows(folder: Path, resource: Resource, columns: tuple[Column, ...], rows: Iterable[dict[str, Any]]) -> int:
    names = [column.name for column in columns]
    count, longest = 0, 0
    lines = folder / f"{resource.name}.jsonl"
    with (
        lines.open("w", encoding="utf-8", newline="\n") as jsonl,
        (folder / f"{resource.name}.csv").open("w", encoding="utf-8", newline="") as table,
    ):
        cells = csv.writer(table, lineterminator="\r\n")
        cells.writerow(names)
        for row in rows:
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n"
            jsonl.write(line)
            longest = max(longest, len(line.encode()))
            cells.writerow([_cell(row[name]) for name in names])
            count += 1
    _write_parquet(lines, folder / f"{resource.name}.parquet", columns, longest)
    return count


def _cell(value: Any) -> str:  # noqa: ANN401 - a cell of any type
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return compact(value)
    return guard(value) if isinstance(value, str) else str(value)


def _write_parquet(lines: Path, parquet: Path, columns: tuple[Column, ...], longest: int) -> None:
    """Write the JSON Lines again as Parquet, in one thread so that the bytes are always the same."""
    types = ", ".join(f"{_quoted(column.name)}: '{_PARQUET_TYPES.get(column.type, 'VARCHAR')}'" for column in columns)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_json({_quoted(str(lines))}, format = 'newline_delimited', "
            f"columns = {{{types}}}, maximum_object_size = {longest + 1024})) "
            f"TO {_quoted(str(parquet))} (FORMAT parquet)"
        )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
