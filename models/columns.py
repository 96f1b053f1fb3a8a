"""What each exported column is: name, type and description, read from the tables, which say it once for all.

The data package, the Parquet files and whoever writes a data dictionary take it from here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, Float, Integer
from sqlalchemy.sql.schema import Column as TableColumn

from models.column_types import Listed, Moment
from models.tables import (
    ClaimRow,
    DocumentRow,
    FigureRow,
    FindingRow,
    ProjectRow,
    SnapshotRow,
    SourceRow,
    Table,
)


class Type(StrEnum):
    """Types by their names in a Frictionless schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    OBJECT = "object"
    ARRAY = "array"


@dataclass(frozen=True, slots=True)
class Column:
    """An exported column; ``words`` is its closed list, ``refers`` the resource and column that it points to.

    ``is_text`` marks what people wrote, where personal numbers have to be covered; ``is_passing`` what differs between
    two machines that saw the same.
    """

    name: str
    type: Type
    description: str
    required: bool
    words: tuple[str, ...] = ()
    refers: tuple[str, str] | None = None
    is_text: bool = False
    is_passing: bool = False


@dataclass(frozen=True, slots=True)
class Resource:
    """An exported table; rows come in the order of ``order``."""

    name: str
    table: type[Table]
    description: str
    columns: tuple[Column, ...]
    key: str
    order: tuple[str, ...]

    def chosen(self, *, stable: bool) -> tuple[Column, ...]:
        """Return the columns, without the passing ones if asked."""
        return tuple(column for column in self.columns if not (stable and column.is_passing))


#: Columns that hold JSON.
_JSON = {"headers": Type.OBJECT, "attributes": Type.OBJECT, "reasons": Type.ARRAY}
#: What people wrote.
_TEXTS = frozenset(
    ("title", "text", "quote", "value", "message", "reason", "incomplete", "reasons", "listed_title", "listed_date")
)
#: What two machines that saw the same do not share: when, and where in which archive file.
_PASSING = frozenset(
    (
        "fetched_at",
        "first_seen",
        "changed_at",
        "gone_at",
        "resolved",
        "headers",
        "archive_file",
        "archive_offset",
        "archive_length",
    )
)
#: Not exported: what only the program needs.
_LEFT_OUT = frozenset(("blocks", "layout", "folded", "held"))
#: May be empty text, which a CSV file cannot tell from none.
_MAY_BE_EMPTY = frozenset(("rule", "text"))

_RESOURCES: tuple[tuple[str, type[Table], tuple[str, ...]], ...] = (
    ("sources", SourceRow, ("code",)),
    ("snapshots", SnapshotRow, ("address", "key")),
    ("documents", DocumentRow, ("address", "key")),
    ("projects", ProjectRow, ("name",)),
    ("figures", FigureRow, ("document", "position", "key")),
    ("claims", ClaimRow, ("project", "key")),
    ("findings", FindingRow, ("key",)),
)
_NAMES: dict[str, str] = {str(table.__tablename__): name for name, table, _ in _RESOURCES}


def resources() -> tuple[Resource, ...]:
    """Return the exported tables, parents first."""
    return tuple(_resource(name, table, order) for name, table, order in _RESOURCES)


def _resource(name: str, table: type[Table], order: tuple[str, ...]) -> Resource:
    built = Table.metadata.tables[str(table.__tablename__)]
    (key,) = built.primary_key.columns
    columns = tuple(
        _column(column, table.model_fields[column.name].description or "")
        for column in built.columns
        if column.name not in _LEFT_OUT
    )
    return Resource(name, table, (table.__doc__ or "").strip(), columns, key.name, order)


def _column(column: TableColumn[Any], description: str) -> Column:
    foreign = next(iter(column.foreign_keys), None)
    parent, _, target = foreign.target_fullname.partition(".") if foreign else ("", "", "")
    kind = column.type
    name = column.name
    return Column(
        name=name,
        type=_JSON.get(name) or _type(kind),
        description=description,
        required=not column.nullable and name not in _MAY_BE_EMPTY,
        words=tuple(kind.words) if isinstance(kind, Listed) else (),
        refers=(_NAMES[parent], target) if parent in _NAMES else None,
        # a figure's project is a code or a title; a claim's is a key
        is_text=name in _TEXTS or (name == "project" and foreign is None),
        is_passing=name in _PASSING,
    )


def _type(kind: object) -> Type:
    for types, name in (
        ((Moment,), Type.DATETIME),
        ((Boolean,), Type.BOOLEAN),
        ((Date,), Type.DATE),
        ((BigInteger, Integer), Type.INTEGER),
        ((Float,), Type.NUMBER),
    ):
        if isinstance(kind, types):
            return name
    return Type.STRING
