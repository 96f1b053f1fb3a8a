"""A recipe proposed for a site that was looked at, with what was found and what could not be told."""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flows.families import description
from flows.link import municipality_in
from flows.links import list_links
from flows.recipe import AddressKind, Recipe
from flows.recipes import RecipeError, load_recipe
from flows.signs import Fetched, anchors, article_shape
from flows.strict_toml import toml_value
from flows.survey import Survey
from models.reference import Municipality, municipalities, municipality

#: Stands in for a municipality that could not be told, while the proposal is tried out.
_ANY = "RAZ16"


@dataclass(frozen=True, slots=True)
class Proposal:
    """The text of a recipe's file, its name, and in sentences what was found and what could not be told."""

    name: str
    text: str
    found: tuple[str, ...]
    unknown: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Return the proposal as JSON has it."""
        return {"name": self.name, "recipe": self.text, "found": list(self.found), "unknown": list(self.unknown)}


def propose(survey: Survey, *, loopback: bool = False) -> Proposal:
    """Make a recipe of a survey; its patterns are tried on the pages that were fetched."""
    found = [f"family {survey.family} ({description(survey.family)}): {survey.why}"]
    unknown: list[str] = []
    if survey.family == "other":
        unknown.append(f"the system of the site: {survey.why}")
    town = _municipality(survey)
    if town is None:
        unknown.append("the municipality: write its code (see models/reference/municipalities.csv)")
    else:
        found.append(f"municipality {town.code}, {town.name}")
    name = _name(survey, town)
    found += _beside(survey, unknown)
    lists = [page.address for page in survey.pages]
    values: dict[str, Any] = {"start": lists or [survey.home.address]}
    if not lists:
        unknown.append("where its news are listed: no link of the home page reads like it, so that is where it begins")
    follow: dict[str, list[str]] = {}
    recipe = _try(survey, name, town, values, follow, loopback)
    counts = _count(recipe, survey)
    # Where posts are listed in JSON, every one of them is an article, whatever its address looks like.
    if not counts[AddressKind.ARTICLE] and not survey.posts:
        pages = survey.pages or (survey.home,)
        shape = article_shape(one for page in pages for one in anchors(page, survey.hosts))
        if shape is None:
            unknown.append("what its articles look like: no links of one shape with titles were found")
        else:
            follow["articles"] = [shape[0]]
            counts = _count(_try(survey, name, town, values, follow, loopback), survey)
            found.append(f"{shape[1]} links of the shape {shape[0]} bear titles: taken for articles")
    for page in survey.pages or (survey.home,):
        found.append(f"list {page.address}")
    found.append(f"on these pages: {_counted(counts) or 'no link that the recipe follows'}")
    unknown.append("how many announcements to expect, and a page that will always be there: after the first harvest")
    text = _text(survey, name, town, values, follow, found, unknown, loopback)
    return Proposal(name, text, tuple(found), tuple(unknown))


def _beside(survey: Survey, unknown: list[str]) -> list[str]:
    found = []
    if survey.robots is None:
        found.append(f"no robots.txt ({survey.robots_problem})")
    else:
        found.append("a robots.txt, which is obeyed")
    found += [f"feed {one}" for one in survey.feeds]
    found += [f"sitemap {one}" for one in survey.sitemaps]
    if survey.posts:
        found.append("WordPress lists its posts in JSON")
    if not (survey.feeds or survey.sitemaps or survey.posts):
        unknown.append("a feed or a sitemap: none is named or at its usual place")
    unknown += [f"{address}: {why}" for address, why in survey.tried]
    return found


def _municipality(survey: Survey) -> Municipality | None:
    bare = _bare(survey.home.address)
    for one in municipalities():
        if one.website and _bare(one.website) == bare:
            return one
    soup = survey.home.soup()
    title = soup.title.get_text(" ") if soup.title else ""
    for text in (title, soup.get_text(" ")[:20_000]):
        if code := municipality_in(" ".join(text.split())):
            return municipality(code)
    return None


def _name(survey: Survey, town: Municipality | None) -> str:
    if town is not None:
        return re.sub(r"[^a-z0-9]+", "-", town.name_en.lower()).strip("-")
    return re.sub(r"[^a-z0-9]+", "-", _bare(survey.home.address).rpartition(".")[0].lower()).strip("-") or "site"


def _bare(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _try(
    survey: Survey,
    name: str,
    town: Municipality | None,
    values: dict[str, Any],
    follow: dict[str, list[str]],
    loopback: bool,
) -> Recipe:
    """Read the proposal as a recipe; where a start page is kept in another form, it is written so."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.toml"
        path.write_text(_text(survey, name, town, values, follow, [], [], loopback, code=_ANY), "utf-8")
        try:
            return load_recipe(path, demonstration=loopback)
        except RecipeError:
            values["start"] = [survey.home.address]
            path.write_text(_text(survey, name, town, values, follow, [], [], loopback, code=_ANY), "utf-8")
            return load_recipe(path, demonstration=loopback)


def _count(recipe: Recipe, survey: Survey) -> Counter[AddressKind]:
    pages: tuple[Fetched, ...] = survey.pages or (survey.home,)
    links = {
        link.address: link.kind for page in pages for link in list_links(recipe, page.address, page.body, page.charset)
    }
    return Counter(links.values())


def _counted(counts: Counter[AddressKind]) -> str:
    return ", ".join(f"{counts[kind]} {kind.value}s" for kind in AddressKind if counts[kind])


def _text(
    survey: Survey,
    name: str,
    town: Municipality | None,
    values: dict[str, Any],
    follow: dict[str, list[str]],
    found: list[str],
    unknown: list[str],
    loopback: bool,
    code: str = "?",
) -> str:
    title = f"Община {town.name}" if town else _bare(survey.home.address)
    host = urlsplit(survey.home.address).hostname or ""
    hosts = list(dict.fromkeys((host, *survey.hosts)))
    lines = [f"# {title}: {description(survey.family)}."]
    lines += [f"# Found: {_line(one)}" for one in found]
    lines += [f"# Not told: {_line(one)}" for one in unknown]
    lines += [
        f'name = "{name}"',
        f"title = {_quoted(title)}",
        f'municipality = "{town.code if town else code}"',
        f'family = "{survey.family}"',
        f"hosts = {_list(hosts)}",
        f"start = {_list(values['start'])}",
        *(["loopback = true"] if loopback else []),
        'status = "unverified"',
        'notes = "Proposed by `otchet sites new`; nothing was harvested yet."',
    ]
    own = dict(follow)
    if survey.feeds:
        own["feeds"] = list(survey.feeds)
    if survey.sitemaps:
        own["sitemaps"] = list(survey.sitemaps)
    if own:
        lines += ["", "[follow]", *(f"{key} = {_list(ones)}" for key, ones in own.items())]
    lines += ["", "[canonical]", f'host = "{host}"', "", "[expected]", "min = 1"]
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Return a text for a comment: a page's words must not end it."""
    return "".join(one if one.isprintable() else " " for one in text)[:300]


def _list(texts: list[str]) -> str:
    return "[" + ", ".join(_quoted(one) for one in texts) + "]"


def _quoted(text: str) -> str:
    """Write a text for TOML: as it is between single quotes where it can be, else escaped as JSON is."""
    if "'" not in text and text.isprintable() and "\\" in text:
        return f"'{text}'"
    return toml_value(text)
