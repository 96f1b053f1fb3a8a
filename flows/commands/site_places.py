"""Where the commands find recipes, and what they need to look at a site."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.commands.failure import CommandError, UsageError

if TYPE_CHECKING:
    from flows.look_job import LookJob
    from flows.recipe import Recipe

#: The folder of recipes where it is not that of the program, and the ports of hosts under .test that stand in it.
FOLDER: Path | None = None
PORTS: dict[str, int] = {}


def folder() -> Path:
    """Return the folder of the recipes."""
    from flows.recipes import SITES

    return FOLDER or SITES


def recipe_of(name: str) -> "Recipe":
    """Return the recipe of a site; UsageError for a name that there is none of."""
    return chosen([name])[0]


def chosen(names: Sequence[str]) -> "list[Recipe]":
    """Return the recipes of these sites, or all that are not paused; a name that there is none of is wrong usage."""
    from flows.recipes import RecipeError, choose_recipes

    try:
        return choose_recipes(folder(), names, demonstration=bool(PORTS))
    except RecipeError as error:
        if names:
            raise UsageError(str(error)) from error
        raise


def look_job(*, recipe: "Recipe | None" = None, address: str | None = None, limit: int = 5) -> "LookJob":
    """Return the job of a look; without a contact nothing but this machine is asked."""
    from flows.crawl import NO_CONTACT
    from flows.look_job import LookJob
    from models.settings import Settings

    settings = Settings.read()
    if not settings.contact and not PORTS:
        raise CommandError(NO_CONTACT)
    file = str(recipe.path) if recipe else None
    return LookJob(str(settings.home), settings.contact, file, address, limit, ports=PORTS)
