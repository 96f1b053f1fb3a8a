"""``otchet export DIR``: the database as CSV, JSON Lines and Parquet with a data package's description."""

from pathlib import Path
from typing import Annotated

import typer

from flows.commands.database import opened
from flows.commands.options import Json
from flows.commands.output import columns, emit, progress, say


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder, or one of an earlier export.")],
    stable: Annotated[
        bool, typer.Option("--stable", help="Leave out times of fetching and run ids: equal data, equal bytes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write every table as CSV, JSON Lines and Parquet, described by a datapackage.json that `frictionless` accepts.

    The folder appears whole or not at all, in place of an earlier export. Personal numbers are covered.
    With --json: {"folder", "rows": {"TABLE": N}}.

    Example: otchet export data/2026-11 --stable
    """
    with opened() as database:
        from models.columns import resources
        from models.export import export as write

        with progress("exporting", len(resources())) as meter:
            done = 0

            def tell(name: str, _rows: int) -> None:
                nonlocal done
                done += 1
                meter(done, what=f"exported {name}")

            rows = write(database, folder, stable=stable, progress=tell)
    if as_json:
        emit({"folder": str(folder), "rows": rows})
    else:
        columns([(name, str(count)) for name, count in rows.items()], ("table", "rows"))
        say(f"{folder / 'datapackage.json'} describes them.")
