"""A site's fixtures: pages kept as they came, with what the recipe made of them when they were looked at.

``flows/sites/fixtures/kubrat/article-3fa9c1d2.html`` is a page, ``article-3fa9c1d2.toml`` says what it is and what is
expected of it. ``check_fixture`` reads the page as a harvest would, without the network, and names what fails.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import soupsieve
from bs4 import BeautifulSoup

from flows.judge_page import Judged, Page, judge
from flows.links import feed_links, list_links
from flows.recipe import AddressKind, Recipe
from flows.strict_toml import toml_value
from models.keys import content_key

_ENDINGS = {"text/html": "html", "application/pdf": "pdf", "application/json": "json", "application/zip": "zip"}
_WANTED = (AddressKind.ARTICLE, AddressKind.FILE)


class FixtureError(ValueError):
    """A fixture that cannot be used; the message is one line that names its file."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """A page kept for a recipe; ``expected`` is what was found in it when it was kept, by name."""

    path: Path
    page: Page
    expected: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """A rule that fails: a setting's name, or ``expect.<name>`` where the fixture says otherwise; and how."""

    rule: str
    problem: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a fixture gave: ``found`` by name, ``idle`` selectors that match nothing and need not, and what fails."""

    fixture: Fixture
    found: dict[str, Any]
    problems: tuple[Problem, ...]
    idle: tuple[str, ...] = ()

    def record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "fixture": str(self.fixture.path),
            "address": self.fixture.page.address,
            "ok": not self.problems,
            "found": self.found,
            "idle": list(self.idle),
            "problems": [{"rule": one.rule, "problem": one.problem} for one in self.problems],
        }


def folders(recipe: Recipe, home: Path) -> tuple[Path, ...]:
    """Return where a recipe's fixtures lie: beside the recipe, and in the home."""
    beside = (recipe.path.parent / "fixtures" / recipe.name,) if recipe.path else ()
    return (*beside, home / "fixtures" / recipe.name)


def save_fixture(recipe: Recipe, page: Page, folder: Path) -> Checked:
    """Keep a page with what the recipe finds in it, and return that; the next one of the same address replaces it."""
    kind = recipe.kind(page.address)
    stem = f"{kind.value if kind else 'page'}-{content_key(page.address)[:8]}"
    ending = _ENDINGS.get(page.media_type or "", "xml" if page.body.lstrip()[:5] == b"<?xml" else "bin")
    checked = _check(recipe, Fixture(folder / f"{stem}.toml", page, {}))
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob(f"{stem}.*"):
        old.unlink()
    (folder / f"{stem}.{ending}").write_bytes(page.body)
    lines = [
        f"# What the recipe {recipe.name} found in {stem}.{ending} when it was kept. Mend what is wrong here by hand.",
        f"address = {toml_value(page.address)}",
        f'file = "{stem}.{ending}"',
        f'sha256 = "{hashlib.sha256(page.body).hexdigest()}"',
        *(f"{name} = {toml_value(text)}" for name, text in _told(page)),
        *([f"fetched = {page.fetched.isoformat()}"] if page.fetched else []),
        "",
        "[expect]",
        *(f"{name} = {toml_value(value)}" for name, value in checked.found.items() if value is not None),
    ]
    part = folder / f"{stem}.toml.part"
    part.write_text("\n".join(lines) + "\n", "utf-8")
    part.replace(folder / f"{stem}.toml")
    return checked


def load_fixtures(recipe: Recipe, home: Path) -> Iterator[Fixture | FixtureError]:
    """Yield a recipe's fixtures, or what is wrong with those that cannot be used."""
    for folder in folders(recipe, home):
        for path in sorted(folder.glob("*.toml")):
            try:
                yield _load(path)
            except FixtureError as error:
                yield error


def check_fixture(recipe: Recipe, fixture: Fixture) -> Checked:
    """Read a fixture by its recipe and compare with what is expected of it."""
    checked = _check(recipe, fixture)
    problems = [*checked.problems, *_differences(fixture.expected, checked.found)]
    return Checked(fixture, checked.found, tuple(problems), checked.idle)


def _told(page: Page) -> list[tuple[str, str]]:
    return [(name, text) for name, text in (("media_type", page.media_type), ("charset", page.charset)) if text]


def _load(path: Path) -> Fixture:
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        address, file, sha256, expected = said["address"], said["file"], said["sha256"], said.get("expect", {})
        if not all(isinstance(one, str) for one in (address, file, sha256)) or not isinstance(expected, dict):
            raise FixtureError(f"{path}: address, file and sha256 are texts, [expect] is a table")
        body = (path.parent / Path(file).name).read_bytes()
    except tomllib.TOMLDecodeError as error:
        raise FixtureError(f"{path}: not TOML: {error}") from error
    except KeyError as error:
        raise FixtureError(f"{path}: {error.args[0]} is missing") from error
    except (OSError, UnicodeDecodeError) as error:
        raise FixtureError(f"{path}: {error}") from error
    if hashlib.sha256(body).hexdigest() != sha256:
        raise FixtureError(f"{path}: {file} is not what was kept: its SHA-256 differs. Record the page again")
    fetched = said.get("fetched")
    page = Page(
        address,
        body,
        said.get("media_type"),
        said.get("charset"),
        fetched if isinstance(fetched, datetime) else None,
    )
    return Fixture(path, page, expected)


def _check(recipe: Recipe, fixture: Fixture) -> Checked:
    page = fixture.page
    kind = recipe.kind(page.address)
    if kind is None:
        problem = Problem("follow", f"the recipe does not follow {page.address} any more")
        return Checked(fixture, {"kind": None}, (problem,))
    found: dict[str, Any] = {"kind": kind.value}
    problems: list[Problem] = []
    idle: list[str] = []
    if kind in _WANTED:
        documents = judge(page, recipe)
        found |= _of_documents(documents)
        problems += _missing(recipe, documents)
    if kind is AddressKind.LIST or page.address in recipe.start:
        found |= _of_links(link.kind for link in list_links(recipe, page.address, page.body, page.charset))
        if not (found["articles"] or found["files"]):
            problems.append(Problem("follow.articles", "no link of the list is an article or a file"))
    if kind is AddressKind.FEED:
        try:
            found |= _of_links(link.kind for link in feed_links(recipe, page.body, page.address))
        except ValueError as error:
            problems.append(Problem("follow.feeds", f"no feed, sitemap or list in JSON: {error}"))
    silent, needed = _selectors(recipe, page, kind)
    problems += [Problem(name, f"{text!r} matches nothing") for name, text in needed]
    idle += [name for name, _ in silent]
    return Checked(fixture, found, tuple(problems), tuple(idle))


def _of_links(kinds: Iterator[AddressKind]) -> dict[str, Any]:
    counts = Counter(kinds)
    return {f"{kind.value}s": counts[kind] for kind in AddressKind}


def _of_documents(documents: list[Judged]) -> dict[str, Any]:
    first = documents[0] if documents else None
    return {
        "documents": len(documents),
        "kept": sum(one.is_kept for one in documents),
        "title": first.title if first else None,
        "published": first.published if first else None,
        "characters": sum(one.characters for one in documents),
        "figures": sum(one.figures for one in documents),
    }


def _missing(recipe: Recipe, documents: list[Judged]) -> Iterator[Problem]:
    for one in documents:
        where = f" in {one.part}" if one.part else ""
        if one.reason is not None:
            yield Problem("read", f"cannot be read{where}: {one.reason}")
            continue
        if not one.characters:
            yield Problem("selectors.article" if recipe.selectors.article else "read", f"no text is found{where}")
        if not one.title:
            yield Problem("selectors.title" if recipe.selectors.title else "title", f"no title is found{where}")
        if one.published is None and recipe.selectors.date:
            yield Problem("selectors.date", f"no day of publication is found{where}")


def _selectors(recipe: Recipe, page: Page, kind: AddressKind) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the selectors that match nothing on a page: those that need not, and those that should."""
    chosen = recipe.selectors
    silent: list[tuple[str, str | None]] = []
    needed: list[tuple[str, str | None]] = []
    if b"<" not in page.body[:4096] or page.body.startswith((b"%PDF", b"PK\x03\x04")):
        return [], []
    if kind is AddressKind.ARTICLE:
        silent = [("selectors.remove", chosen.remove)]
        needed = [
            ("selectors.article", chosen.article if not chosen.items else None),
            ("selectors.title", chosen.title),
            ("selectors.date", chosen.date),
            ("selectors.items", chosen.items),
        ]
    elif kind is AddressKind.LIST:
        follow = recipe.follow
        silent = [("follow.pages", ", ".join(follow.pages))]
        needed = [
            ("follow.links", ", ".join(follow.links)),
            ("follow.item", follow.item),
            ("follow.stamp", follow.stamp),
        ]
    soup = BeautifulSoup(page.body, "lxml", from_encoding=recipe.encoding or page.charset)

    def idle(ones: list[tuple[str, str | None]]) -> list[tuple[str, str]]:
        return [(name, css) for name, css in ones if css and soupsieve.select_one(css, soup) is None]

    return idle(silent), idle(needed)


def _differences(expected: dict[str, Any], found: dict[str, Any]) -> Iterator[Problem]:
    for name, wanted in expected.items():
        if name not in found:
            yield Problem(f"expect.{name}", "nobody finds such a thing; take it out")
            continue
        there = found[name]
        if name in ("figures", "characters"):
            # Rules for figures and furniture change; a page that has lost half of them has changed with the recipe.
            if isinstance(wanted, int) and there * 2 < wanted:
                yield Problem(f"expect.{name}", f"{there} found, {wanted} expected")
        elif there != wanted:
            yield Problem(f"expect.{name}", f"{there!r} found, {wanted!r} expected")
