"""A recipe made of its table: every setting checked, over the preset of the family that it names."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from flows.families import families, preset
from flows.recipe import Band, Keep, Recipe
from flows.recipe_parts import read_follow, read_limits, read_selectors
from flows.strict_toml import StrictTable
from models.reference import municipalities_named
from models.reference import municipality as find_municipality

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOST = re.compile(r"[a-z0-9]+(?:[.-]+[a-z0-9]+)*\.[a-z][a-z0-9-]*")
_MANY = 1_000_000


def read_recipe(path: Path, table: StrictTable, *, demonstration: bool = False) -> Recipe:
    """Make the recipe of a file's table, laid over its family's preset; TomlError for whatever is wrong in either."""
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
    family = table.take_choice("family", families())
    start = table.take_texts("start", needed=True)
    hosts = _hosts(table, loopback)
    primary = table.take_table("canonical").take("host", str, "")
    table = table.over(preset(family).filled(site=_site(start[0], primary)))
    canonical = table.take_table("canonical")
    drop, cut = canonical.take_texts("drop"), canonical.take_texts("cut")
    if primary and primary not in hosts:
        raise canonical.error("host", f"{primary!r} is not one of the hosts {', '.join(hosts)}")
    canonical.take("host", str, "")
    canonical.finish()
    follow, supposed = read_follow(table.take_table("follow"), table.take_table("json"))
    recipe = Recipe(
        name=name,
        municipality=municipality or None,
        family=family,
        publisher=publisher,
        start=start,
        hosts=hosts,
        follow=follow,
        selectors=read_selectors(table.take_table("selectors")),
        limits=read_limits(*(table.take_table(name) for name in ("limits", "pace", "backfill")), loopback=loopback),
        drop=drop,
        cut=cut,
        primary_host=primary or None,
        encoding=table.take("encoding", str, "") or None,
        band=_band(table.take_table("expected")),
        canary=table.take("canary", str, "") or None,
        title=table.take("title", str, "") or None,
        notes=table.take("notes", str, ""),
        status=table.take_choice("status", ("unverified", "verified", "paused"), "unverified"),
        loopback=loopback,
        ports=_ports(table),
        unverified=_unverified(table, hosts),
        path=path,
        supposed=supposed,
        keep=Keep(table.take_choice("keep", tuple(Keep), Keep.PROJECTS)),
    )
    table.allow("name", "publisher", "municipality", "loopback", "family", "start", "hosts")
    table.finish()
    _check_addresses(recipe, table)
    return recipe


def _site(start: str, primary: str) -> str:
    """Return what ``{site}`` stands for in a preset: scheme and host of the first start page."""
    parts = urlsplit(start)
    return f"{parts.scheme}://{primary or parts.netloc}"


def _hint(name: str) -> str:
    codes = ", ".join(one.code for one in municipalities_named(name))
    return f"; did you mean {codes}?" if codes else " such as RAZ16"


def is_host(name: str) -> bool:
    """Say whether a name can be a site's host: small letters, with an ending, no number."""
    return bool(_HOST.fullmatch(name))


def _hosts(table: StrictTable, loopback: bool) -> tuple[str, ...]:
    hosts = table.take_texts("hosts", needed=True)
    for host in hosts:
        if not is_host(host):
            raise table.error("hosts", f"{host!r} is no host's name; write it as kubrat.bg, without scheme or port")
        if host.endswith(".test") != loopback:
            wanted = "must end in .test" if loopback else "is reserved for the demonstration"
            raise table.error("hosts", f"{host!r} {wanted}")
    return hosts


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


def _band(table: StrictTable) -> Band:
    least, most = table.take("min", int, 0), table.take("max", int, _MANY)
    if not 0 <= least <= most:
        raise table.error("min" if table.has("min") else "max", f"{least} to {most} is no range")
    month = None
    if table.has("month_min") or table.has("month_max"):
        month = table.take("month_min", int, 0), table.take("month_max", int, _MANY)
        if not 0 <= month[0] <= month[1]:
            key = "month_min" if table.has("month_min") else "month_max"
            raise table.error(key, f"{month[0]} to {month[1]} is no range")
    else:
        table.allow("month_min", "month_max")
    days = int(table.take_number("days", Band().days, 1, 3650))
    table.finish()
    return Band((least, most), month, days)


def _check_addresses(recipe: Recipe, table: StrictTable) -> None:
    follow, lists = table.take_table("follow"), table.take_table("json")
    kept: list[tuple[StrictTable, str, tuple[str, ...]]] = [
        (table, "start", recipe.start),
        (follow, "sitemaps", recipe.follow.sitemaps),
        (follow, "feeds", recipe.follow.feeds),
        (table, "canary", (recipe.canary,) if recipe.canary else ()),
        *((lists.take_table(one.name), "start", one.start) for one in recipe.follow.json),
    ]
    for place, key, addresses in kept:
        for address in addresses:
            stored = recipe.address(address)
            if stored is None:
                raise place.error(key, f"{address!r} is no http(s) address on one of {', '.join(recipe.hosts)}")
            if stored != address:
                raise place.error(key, f"{address!r} is kept as {stored!r}; write it so")
