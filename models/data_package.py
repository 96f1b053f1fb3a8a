"""The ``datapackage.json`` of an export: what each file holds, column by column, with its SHA-256 (Frictionless v1)."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from models import schema
from models.columns import Column, Resource

#: By this name an earlier export is known.
NAME = "otchet"

_DESCRIPTION = (
    "What municipalities announced about publicly funded projects: every code, date, amount and headcount with the "
    "words that state it. Amounts are in minor units of the currency they were written in; euro are derived at 1.95583 "
    "leva and rounded half up. Personal numbers (ЕГН) and bank accounts (IBAN) are covered, character for character. "
    "Texts and titles are the publishers' own. In the CSV files a cell that a spreadsheet would take for a formula has "
    "an apostrophe before it; JSON Lines and Parquet have none."
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A resource as it was written: its columns and how many rows."""

    resource: Resource
    columns: tuple[Column, ...]
    rows: int


def descriptor(folder: Path, tables: list[Counted], *, created: str | None) -> dict[str, Any]:
    """Describe the files of a folder; ``created`` is left out where bytes have to be the same everywhere."""
    try:
        release = version(NAME)
    except PackageNotFoundError:  # run from a clone that was not installed
        release = "0"
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": NAME,
        "title": "Публично финансирани проекти на общините, както са обявени",
        "description": _DESCRIPTION,
        "version": release,
        "revision": schema.head(),
        # No licence is claimed: values are facts, quotes, titles and texts are their publishers'. See the description.
        "resources": [_table(folder, one) for one in tables],
        "files": [_file(folder, f"{one.resource.name}{ending}") for one in tables for ending in (".jsonl", ".parquet")],
    }
    return package | ({"created": created} if created else {})


def _table(folder: Path, table: Counted) -> dict[str, Any]:
    resource = table.resource
    return {
        "profile": "tabular-data-resource",
        "name": resource.name,
        "description": resource.description,
        **_file(folder, f"{resource.name}.csv"),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "rows": table.rows,
        "schema": {
            "fields": [_field(column, is_key=column.name == resource.key) for column in table.columns],
            "primaryKey": [resource.key],
            "missingValues": [""],
            **_foreign_keys(table.columns),
        },
    }


def _file(folder: Path, name: str) -> dict[str, Any]:
    with (folder / name).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"path": name, "hash": f"sha256:{sha256}", "bytes": (folder / name).stat().st_size}


def _field(column: Column, *, is_key: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {}
    if column.required:
        constraints["required"] = True
    if is_key:
        constraints["unique"] = True
    if column.words:
        constraints["enum"] = list(column.words)
    field: dict[str, Any] = {"name": column.name, "type": str(column.type), "description": column.description}
    return field | ({"constraints": constraints} if constraints else {})


def _foreign_keys(columns: tuple[Column, ...]) -> dict[str, Any]:
    keys = [
        {"fields": [column.name], "reference": {"resource": column.refers[0], "fields": [column.refers[1]]}}
        for column in columns
        if column.refers
    ]
    return {"foreignKeys": keys} if keys else {}
