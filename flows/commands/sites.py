"""``otchet sites``: which sites there are recipes for; beside it new, record, check and health."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands import site_places
from flows.commands.failure import ExitCode, complain
from flows.commands.options import Json
from flows.commands.output import columns, emit
from flows.commands.sites_check import check
from flows.commands.sites_health import health
from flows.commands.sites_new import new
from flows.commands.sites_record import record

if TYPE_CHECKING:
    from flows.recipe import Recipe

sites = typer.Typer(invoke_without_command=True)
for _command in (check, health, new, record):
    sites.command()(_command)


@sites.callback()
def list_sites(
    context: typer.Context,
    as_json: Json = False,
    every: Annotated[bool, typer.Option("--all", help="All 265 municipalities, also those without a site.")] = False,
) -> None:
    """List the sites that there are recipes for, each with its municipality, system and first address.

    With --all, every municipality; one whose site is not known says so. With --json, one object a line: {"site",
    "municipality", "municipality_name", "family", "publisher", "status", "start", "notes"}; `site` is null and `status`
    "no site known" for a municipality without one.

    Example: otchet sites --json

    Example: otchet sites --all
    """
    if context.invoked_subcommand is not None:
        return
    from flows.recipes import load_recipes

    recipes, errors = load_recipes(site_places.folder(), demonstration=bool(site_places.PORTS))
    records = [_record(one) for one in recipes]
    if every:
        records = _with_all_municipalities(records)
    for one in records if as_json else ():
        emit(one)
    if not as_json:
        rows = [
            (
                one["site"] or "—",
                one["municipality_name"] or "—",
                one["family"] or "—",
                one["status"],
                one["start"][0] if one["start"] else "—",
            )
            for one in records
        ]
        columns(rows, ("site", "municipality", "family", "status", "address"))
    for error in errors:
        complain(str(error), "otchet sites")
    if errors:
        raise typer.Exit(ExitCode.IN_PART)


def _record(recipe: "Recipe") -> dict[str, Any]:
    from models.reference import municipality_name

    return {
        "site": recipe.name,
        "municipality": recipe.municipality,
        "municipality_name": municipality_name(recipe.municipality) if recipe.municipality else None,
        "family": recipe.family,
        "publisher": recipe.publisher,
        "status": recipe.status,
        "start": list(recipe.start),
        "notes": recipe.notes,
    }


def _with_all_municipalities(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the sites by municipality, and a record for each municipality that has none; aggregators at the end."""
    from models.reference import municipalities

    found = []
    for one in municipalities():
        found += [record for record in records if record["municipality"] == one.code] or [
            {
                "site": None,
                "municipality": one.code,
                "municipality_name": one.name,
                "family": None,
                "publisher": "municipality",
                "status": "no recipe" if one.website else "no site known",
                "start": [one.website] if one.website else [],
                "notes": "",
            }
        ]
    return found + [record for record in records if record["municipality"] is None]
