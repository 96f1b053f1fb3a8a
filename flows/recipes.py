"""Recipes read from their files: ``flows/sites/kubrat.toml`` is the recipe ``kubrat``.

A file says where a municipality announces, what to follow there and how slowly; a wrong one is told by file, line and
key, and the others still run.
"""

import logging
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from flows.families import families
from flows.recipe import Recipe
from flows.recipe_table import read_recipe
from flows.strict_toml import StrictTable, TomlError

#: The recipes that come with the program.
SITES = Path(__file__).parent / "sites"

#: The families that there are presets for.
FAMILIES = families()
_log = logging.getLogger(__name__)


class RecipeError(TomlError):
    """A recipe that cannot be used; the message is one line, ``path`` the file, where there is one."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


def load_recipe(path: Path, *, demonstration: bool = False) -> Recipe:
    """Read one recipe; anything wrong raises RecipeError with file, line, key, what is wrong and what is allowed."""
    try:
        return read_recipe(path, StrictTable.read(path), demonstration=demonstration)
    except RecipeError:
        raise
    except TomlError as error:
        raise RecipeError(str(error), path) from error
    except OSError as error:
        raise RecipeError(f"{path}: {error.strerror}", path) from error


def load_recipes(folder: Path = SITES, *, demonstration: bool = False) -> tuple[list[Recipe], list[RecipeError]]:
    """Read a folder's recipes by name, and what is wrong with those that cannot be used: the others still run.

    ``demonstration`` allows ``loopback`` and hosts under ``.test``, which no site on the web may have.
    """
    recipes, errors = [], []
    for path in sorted(folder.glob("*.toml")):
        try:
            recipes.append(load_recipe(path, demonstration=demonstration))
        except RecipeError as error:
            errors.append(error)
    return recipes, errors


def choose_recipes(folder: Path, names: Sequence[str] = (), *, demonstration: bool = False) -> list[Recipe]:
    """Return a folder's recipes of these names, or all that are not paused; wrong ones are told as warnings.

    Raises RecipeError for a name that the folder does not have, or whose recipe is wrong, and for a folder without any.
    """
    recipes, errors = load_recipes(folder, demonstration=demonstration)
    known = {recipe.name: recipe for recipe in recipes}
    broken = {error.path.stem: error for error in errors if error.path}
    for name in names:
        if name in broken:
            raise broken[name]
        if name not in known:
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else "see: otchet sites"
            raise RecipeError(f"no site is called {name!r}; {hint}")
    for error in errors:
        _log.warning("%s", error)
    chosen = [known[name] for name in dict.fromkeys(names)] or [one for one in recipes if one.status != "paused"]
    if not chosen:
        raise RecipeError(f"{folder}: no recipe that can be used")
    return chosen
