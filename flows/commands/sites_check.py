"""``otchet sites check``: whether recipes are sound, and still find in their fixtures what they should."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.commands import site_places
from flows.commands.failure import CommandError, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import emit, plain, say

if TYPE_CHECKING:
    from flows.recipe import Recipe


def check(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE|FILE", help="Sites, or recipe files; without any, all recipes."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Read recipes strictly, run them against their fixtures, and name each rule that fails. Nothing is fetched.

    Of a recipe the file, line and setting that is wrong is told, and what is allowed; of a fixture what was found:
    links by kind, title, day, figures, and selectors that match nothing. Exit code 1 if anything fails. With --json,
    one object a line: {"file", "site", "ok", "error", "fixtures": [{"fixture", "address", "ok", "found", "idle",
    "problems": [{"rule", "problem"}]}]}.

    Example: otchet sites check kubrat

    Example: otchet sites check flows/sites/kubrat.toml
    """
    from flows.recipes import RecipeError, load_recipe

    paths = _paths(sites or [])
    wrong = failing = fixtures = 0
    for path in paths:
        record: dict[str, Any] = {"file": str(path), "site": None, "ok": False, "error": None, "fixtures": []}
        try:
            recipe = load_recipe(path, demonstration=bool(site_places.PORTS))
        except RecipeError as error:
            wrong += 1
            record["error"] = str(error)
            if not as_json:
                complain(str(error), "otchet sites check")
        else:
            record["site"] = recipe.name
            record["fixtures"] = _fixtures(recipe)
            record["ok"] = all(one["ok"] for one in record["fixtures"])
            fixtures += len(record["fixtures"])
            failing += sum(not one["ok"] for one in record["fixtures"])
            if not as_json:
                _tell(recipe, record["fixtures"])
        if as_json:
            emit(record)
    if wrong:
        raise CommandError(f"{wrong} of {len(paths)} recipes cannot be used. Mend what is named above and check again.")
    if failing:
        raise CommandError(
            f"{failing} of {fixtures} fixtures fail. Mend the rule that is named, or record the page again."
        )
    if not as_json:
        recipes = f"{len(paths)} recipes are sound" if len(paths) != 1 else "1 recipe is sound"
        say(f"{recipes}; {fixtures} fixtures hold." if fixtures else f"{recipes}.")


def _paths(names: list[str]) -> list[Path]:
    """Return the recipes' files: a name without ending or folder is a site's."""
    folder = site_places.folder()
    if not names:
        return sorted(folder.glob("*.toml"))
    paths = []
    for name in names:
        if name.endswith(".toml") or "/" in name or "\\" in name:
            paths.append(Path(name))
            continue
        path = folder / f"{name}.toml"
        if not path.exists():
            site_places.chosen([name])  # says which name is nearest
            raise UsageError(f"no site is called {name!r}; see: otchet sites")
        paths.append(path)
    return paths


def _fixtures(recipe: "Recipe") -> list[dict[str, Any]]:
    from flows.fixtures import FixtureError, check_fixture, load_fixtures
    from models.settings import Settings

    found: list[dict[str, Any]] = []
    for one in load_fixtures(recipe, Settings.read().home):
        if isinstance(one, FixtureError):
            problem = {"rule": "fixture", "problem": str(one)}
            found.append(
                {"fixture": None, "address": None, "ok": False, "found": {}, "idle": [], "problems": [problem]}
            )
        else:
            found.append(check_fixture(recipe, one).record())
    return found


def _tell(recipe: "Recipe", fixtures: list[dict[str, Any]]) -> None:
    for one in fixtures:
        told = ", ".join(f"{name} {value}" for name, value in one["found"].items() if value is not None)
        if one["address"]:
            say(f"{recipe.name}: {plain(one['address'])}: {plain(told)}")
        for name in one["idle"]:
            say(f"  {name} matches nothing there")
        for problem in one["problems"]:
            complain(f"{recipe.name}: {problem['rule']}: {plain(problem['problem'])}", "otchet sites check")
