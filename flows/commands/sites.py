"""``otchet sites``: which sites there are recipes for, and whether the recipes are sound."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands.failure import CommandError, ExitCode, complain
from flows.commands.options import Json
from flows.commands.output import columns, emit, say

if TYPE_CHECKING:
    from flows.recipe import Recipe

sites = typer.Typer(invoke_without_command=True)


@sites.callback()
def list_sites(context: typer.Context, as_json: Json = False) -> None:
    """List the sites that there are recipes for, each with its municipality; `check` validates recipes.

    With --json, one object a line: {"site", "municipality", "municipality_name", "family", "publisher", "status",
    "start"}.

    Example: otchet sites --json
    """
    if context.invoked_subcommand is not None:
        return
    from flows.recipes import load_recipes

    recipes, errors = load_recipes()
    names = _names()
    for recipe in recipes:
        if as_json:
            emit(_record(recipe, names))
    if not as_json:
        rows = [
            (one.name, names.get(one.municipality or "", "—"), one.family, one.status, one.start[0]) for one in recipes
        ]
        columns(rows, ("site", "municipality", "family", "status", "address"))
    for error in errors:
        complain(str(error), "otchet sites")
    if errors:
        raise typer.Exit(ExitCode.IN_PART)


@sites.command()
def check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="Recipe files; without any, the recipes that come with otchet."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read recipes strictly and say what is wrong: file, line, setting, what is allowed. Nothing is fetched.

    Exit code 1 if any is wrong. With --json, one object a line: {"file", "site", "ok", "error"}.

    Example: otchet sites check flows/sites/kubrat.toml
    """
    from flows.recipes import SITES, RecipeError, load_recipe

    paths = files or sorted(SITES.glob("*.toml"))
    wrong = 0
    for path in paths:
        error: RecipeError | None = None
        name = None
        try:
            name = load_recipe(path).name
        except RecipeError as found:
            error = found
            wrong += 1
        if as_json:
            emit({"file": str(path), "site": name, "ok": error is None, "error": str(error) if error else None})
        elif error is not None:
            complain(str(error), "otchet sites check")
    if wrong:
        raise CommandError(f"{wrong} of {len(paths)} recipes cannot be used. Mend what is named above and check again.")
    if not as_json:
        say(f"{len(paths)} recipes are sound." if len(paths) != 1 else "1 recipe is sound.")


def _record(recipe: "Recipe", names: dict[str, str]) -> dict[str, Any]:
    return {
        "site": recipe.name,
        "municipality": recipe.municipality,
        "municipality_name": names.get(recipe.municipality or ""),
        "family": recipe.family,
        "publisher": recipe.publisher,
        "status": recipe.status,
        "start": list(recipe.start),
    }


def _names() -> dict[str, str]:
    """Return the municipalities' names by their codes."""
    from models.reference import municipalities

    return {one.code: one.name for one in municipalities()}
