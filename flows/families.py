"""Families of sites: what all sites of one system have in common, as a preset that a recipe lies over.

``flows/families/wordpress.toml`` says what a WordPress site has as a rule: its feed, its list of posts in JSON, how its
list pages are numbered. What a recipe says itself always comes before what its family supposes.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flows.strict_toml import StrictTable

#: The presets that come with the program.
FAMILIES = Path(__file__).parent / "families"

#: What a preset may say of a site; name, hosts and start are each site's own.
_SETTINGS = ("encoding", "follow", "json", "canonical", "selectors", "pace", "limits", "expected", "keep")


@dataclass(frozen=True, slots=True)
class Markers:
    """By what a family is known: patterns of the generator's name, of headers, of a page's HTML and of its links."""

    generator: tuple[re.Pattern[str], ...] = ()
    headers: tuple[re.Pattern[str], ...] = ()
    html: tuple[re.Pattern[str], ...] = ()
    links: tuple[re.Pattern[str], ...] = ()


@cache
def families() -> tuple[str, ...]:
    """Return the names of all families; ``other`` is last."""
    names = {path.stem for path in FAMILIES.glob("*.toml")} - {"other"}
    return (*sorted(names), "other")


@cache
def description(family: str) -> str:
    """Return what a family is, in a sentence."""
    return _read(family).take("description", str)


@cache
def markers(family: str) -> Markers:
    """Return by what a family is known."""
    table = _read(family).take_table("markers")
    found = Markers(
        table.take_patterns("generator"),
        table.take_patterns("headers"),
        table.take_patterns("html"),
        table.take_patterns("links"),
    )
    table.finish()
    return found


@cache
def news_paths() -> tuple[re.Pattern[str], ...]:
    """Return by what an address is taken for a list of news where nothing else is known: the general preset's."""
    return preset("other").take_table("follow").take_patterns("lists")


def preset(family: str) -> StrictTable:
    """Return the settings that a family has; TomlError, naming the preset's file, for one that is none."""
    table = _read(family)
    for key in table.names():
        if key not in (*_SETTINGS, "description", "markers", "words"):
            raise table.error(key, f"a family's preset cannot say this; it may have {', '.join(_SETTINGS)}")
    return table.without("description", "markers", "words").filled(**_words())


@cache
def _words() -> dict[str, str]:
    """Return what patterns may say for all families: words of paths of news, endings of files, each as a|b|c."""
    table = _read("other").take_table("words")
    return {name: "|".join(table.take_texts(name)) for name in table.names()}


def _read(family: str) -> StrictTable:
    return StrictTable.read(FAMILIES / f"{family}.toml")
