"""Recipes read from their files: ``flows/sites/kubrat.toml`` is the recipe ``kubrat``.

A file says where a municipality announces, what to follow there and how slowly; a wrong one is told by file, line and
key, and the others still run.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path

import soupsieve

from extractors.css import Selectors
from flows.recipe import Follow, Limits, Recipe
from flows.strict_toml import StrictTable, TomlError
from models.reference import municipalities_named
from models.reference import municipality as find_municipality

#: The recipes that come with the program.
SITES = Path(__file__).parent / "sites"

FAMILIES = (
    "acstre",
    "domino",
    "drupal",
    "id-slug",
    "joomla",
    "liferay",
    "news",
    "old-php",
    "portal",
    "slug",
    "spa",
    "wordpress",
    "year-page",
    "other",
)
_log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]+(?:[.-]+[a-z0-9]+)*\.[a-z][a-z0-9-]*")


class RecipeError(TomlError):
    """A recipe that cannot be used; the message is one line, ``path`` the file, where there is one."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


def load_recipe(path: Path, *, demonstration: bool = False) -> Recipe:
    """Read one recipe; anything wrong raises RecipeError with file, line, key, what is wrong and what is allowed."""
    try:
        return _recipe(path, StrictTable.read(path), demonstration)
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


def _recipe(path: Path, table: StrictTable, demonstration: bool) -> Recipe:
    name = table.take("name", str)
    if not _NAME.fullmatch(name) or name != path.stem:
        raise table.error("name", f"{name!r} must be the file's name {path.stem!r}: small letters, digits, dashes")
    publisher = table.take_choice("publisher", ("municipality", "aggregator"), "municipality")
    municipality = table.take("municipality", str, "" if publisher == "aggregator" else None)
    if municipality and find_municipality(municipality) is None:
        raise table.error("municipality", f"{municipality!r} is no code of a municipality{_hint(municipality)}")
    loopback = table.take("loopback", bool, False)
    if loopback and not demonstration:
        raise table.error("loopback", "only the demonstration's recipes may lead to this machine")
    hosts = _hosts(table, loopback)
    expected = table.take_table("expected")
    least, most = expected.take("min", int, 0), expected.take("max", int, 1_000_000)
    if not 0 <= least <= most:
        raise expected.error("min", f"{least} to {most} is no range")
    expected.finish()
    canonical = table.take_table("canonical")
    drop, cut = canonical.take_texts("drop"), canonical.take_texts("cut")
    primary = canonical.take("host", str, "")
    if primary and primary not in hosts:
        raise canonical.error("host", f"{primary!r} is not one of the hosts {', '.join(hosts)}")
    canonical.finish()
    recipe = Recipe(
        name=name,
        municipality=municipality or None,
        family=table.take_choice("family", FAMILIES),
        publisher=publisher,
        start=table.take_texts("start", needed=True),
        hosts=hosts,
        follow=_follow(table.take_table("follow")),
        selectors=_selectors(table.take_table("selectors")),
        limits=_limits(table, loopback),
        drop=drop,
        cut=cut,
        primary_host=primary or None,
        encoding=table.take("encoding", str, "") or None,
        expected=(least, most),
        canary=table.take("canary", str, "") or None,
        title=table.take("title", str, "") or None,
        notes=table.take("notes", str, ""),
        status=table.take_choice("status", ("unverified", "verified", "paused"), "unverified"),
        loopback=loopback,
        ports=_ports(table),
        unverified=_unverified(table, hosts),
        path=path,
    )
    table.finish()
    _check_addresses(recipe, table)
    return recipe


def _hint(name: str) -> str:
    codes = ", ".join(one.code for one in municipalities_named(name))
    return f"; did you mean {codes}?" if codes else " such as RAZ16"


def _hosts(table: StrictTable, loopback: bool) -> tuple[str, ...]:
    hosts = table.take_texts("hosts", needed=True)
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise table.error("hosts", f"{host!r} is no host's name; write it as kubrat.bg, without scheme or port")
        if host.endswith(".test") != loopback:
            wanted = "must end in .test" if loopback else "is reserved for the demonstration"
            raise table.error("hosts", f"{host!r} {wanted}")
    return hosts


def _check_addresses(recipe: Recipe, table: StrictTable) -> None:
    for key, addresses in (
        ("start", recipe.start),
        ("follow.sitemaps", recipe.follow.sitemaps),
        ("follow.feeds", recipe.follow.feeds),
        ("canary", (recipe.canary,) if recipe.canary else ()),
    ):
        for address in addresses:
            stored = recipe.address(address)
            if stored is None:
                raise table.error(key, f"{address!r} is no http(s) address on one of {', '.join(recipe.hosts)}")
            if stored != address:
                raise table.error(key, f"{address!r} is kept as {stored!r}; write it so")


def _follow(table: StrictTable) -> Follow:
    follow = Follow(
        lists=table.take_patterns("lists"),
        articles=table.take_patterns("articles"),
        files=table.take_patterns("files"),
        links=_css(table, "links") or ("a[href]",),
        pages=_css(table, "pages") or ("a[href]",),
        sitemaps=table.take_texts("sitemaps"),
        feeds=table.take_texts("feeds"),
        item=_one_css(table, "item"),
        stamp=_one_css(table, "stamp"),
    )
    table.finish()
    return follow


def _css(table: StrictTable, key: str) -> tuple[str, ...]:
    texts = table.take_texts(key)
    for text in texts:
        _check_css(table, key, text)
    return texts


def _one_css(table: StrictTable, key: str) -> str | None:
    text = table.take(key, str, "")
    if text:
        _check_css(table, key, text)
    return text or None


def _check_css(table: StrictTable, key: str, text: str) -> None:
    try:
        soupsieve.compile(text)
    except soupsieve.SelectorSyntaxError as error:
        raise table.error(key, f"{text!r} is no CSS selector: {str(error).splitlines()[0]}") from error


def _selectors(table: StrictTable) -> Selectors:
    """Read the selectors; which there are, the readers' own class says."""
    values = {field.name: _one_css(table, field.name) for field in fields(Selectors)}
    table.finish()
    return Selectors(**values)


def _ports(table: StrictTable) -> tuple[int, ...]:
    ports = table.take("ports", list, [])
    for port in ports:
        if not isinstance(port, int) or isinstance(port, bool) or not 1 <= port <= 65535:
            raise table.error(
                "ports", f"{port!r} is no port; write numbers such as 8080 (80 and 443 need not be named)"
            )
    return tuple(ports)


def _unverified(table: StrictTable, hosts: tuple[str, ...]) -> tuple[str, ...]:
    tls = table.take_table("tls")
    unverified = tls.take_texts("unverified")
    for host in unverified:
        if host not in hosts:
            raise tls.error("unverified", f"{host!r} is not one of the hosts {', '.join(hosts)}")
    tls.finish()
    return unverified


def _limits(table: StrictTable, loopback: bool) -> Limits:
    limits, pace, backfill = (table.take_table(name) for name in ("limits", "pace", "backfill"))
    default = Limits()
    result = Limits(
        requests=int(limits.take_number("requests", default.requests, 1, 1_000_000)),
        seconds=limits.take_number("seconds", default.seconds, 1, 86_400),
        bytes=int(limits.take_number("bytes", default.bytes, 1_000, 500_000_000)),
        # A municipality's server is small and not ours: a request in two seconds is the quickest that is polite.
        delay=pace.take_number("delay", 0 if loopback else default.delay, 0 if loopback else default.delay, 3600),
        timeout=limits.take_number("timeout", default.timeout, 0.1, 600),
        connect=limits.take_number("connect", default.connect, 0.1, 600),
        silence=limits.take_number("silence", default.silence, 0.1, 600),
        # The demonstration is asked for everything in every run, unless it says otherwise.
        revisit=pace.take_number("revisit", 0 if loopback else default.revisit, 0, 366),
        longest=pace.take_number("longest", default.longest, 0, 3660),
        backfill_requests=int(backfill.take_number("requests", default.backfill_requests, 1, 1_000_000)),
        backfill_seconds=backfill.take_number("seconds", default.backfill_seconds, 1, 604_800),
    )
    for one in (limits, pace, backfill):
        one.finish()
    return result
