"""The recipes of what was gathered: a database knows its sites by name, their recipes say how they are read.

A folder of the demonstration has sites of made-up municipalities, some of which bear the name of a real one; a site is
the one whose first page stands on the recipe's host.
"""

from collections.abc import Sequence

from corpus.demo import RECIPES as DEMONSTRATION
from flows.addresses import host_of
from flows.recipe import Recipe
from flows.recipes import SITES, load_recipes
from models.database import Database
from models.records import Source
from models.store import get_sources


def recipes_at_hand(database: Database) -> list[Recipe]:
    """Return the recipes that fit this database: the demonstration's where that was gathered, else the real ones."""
    made_up, _ = load_recipes(DEMONSTRATION, demonstration=True)
    if _gathered(database, made_up):
        return made_up
    real, _ = load_recipes(SITES)
    return real


def gathered_recipes(database: Database) -> tuple[dict[str, Recipe], list[str]]:
    """Return the recipes of the sites that were gathered, by site, and the sites that have none any more."""
    with database.reading() as session:
        sources = [one.code for one in get_sources(session)]
    known = {recipe.name: recipe for recipe in recipes_at_hand(database)}
    return {name: known[name] for name in sources if name in known}, [name for name in sources if name not in known]


def source_of(recipe: Recipe) -> Source:
    """Return a recipe's site as the database keeps it."""
    return Source(recipe.name, recipe.title or recipe.name, recipe.start[0], recipe.municipality, recipe.family)


def _gathered(database: Database, recipes: Sequence[Recipe]) -> bool:
    hosts = {host for recipe in recipes for host in recipe.hosts}
    with database.reading() as session:
        return any(host_of(one.home) in hosts for one in get_sources(session))
