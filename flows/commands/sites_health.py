"""``otchet sites health``: each source's card: last success, yield against its band, what fails, how to see it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import site_places
from flows.commands.database import opened
from flows.commands.failure import ExitCode
from flows.commands.options import Json
from flows.commands.output import columns, emit, plain, say

if TYPE_CHECKING:
    from flows.health import Card
    from flows.recipe import Recipe

_BAD = ("failing", "stale")


def health(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE", help="Sites as `otchet sites` names them; without any, all of them."),
    ] = None,
    as_json: Json = False,
) -> int:
    """Show how each site fares: when it was last harvested well, what it gave against what it should, what fails.

    `health` is well, in part (something was left out), failing, stale (no harvest went well for the recipe's
    expected.days), never (not harvested yet) or paused. For a site that is not well the card says the rule by which,
    and the command to see it again. Exit code 3 where a site is failing or stale.

    With --json, one object a line: {"site", "municipality", "health", "state", "last_run", "last_success", "days",
    "announcements", "run_band", "month", "month_band", "kept", "seen", "rule", "message", "addresses", "replay"}.

    Example: otchet sites health kubrat
    """
    import os

    from flows.health import card
    from models.settings import Settings, now

    recipes = _recipes(sites or [])
    home = str(Settings.read().home) if os.environ.get("OTCHET_HOME") else None
    with opened() as database:
        cards = [card(database, recipe, now(), home) for recipe in recipes]
    if as_json:
        for one in cards:
            emit(asdict(one))
    else:
        columns([_row(one) for one in cards], ("site", "health", "last success", "run", "30 days", "kept", "seen"))
        for one in cards:
            _tell(one, named=bool(sites))
    return ExitCode.IN_PART if any(one.health in _BAD for one in cards) else ExitCode.WELL


def _recipes(names: list[str]) -> "list[Recipe]":
    from flows.recipes import load_recipes

    if names:
        return site_places.chosen(names)
    return load_recipes(site_places.folder(), demonstration=bool(site_places.PORTS))[0]


def _row(one: "Card") -> tuple[str, ...]:
    from models.settings import in_sofia

    good = f"{in_sofia(one.last_success)} ({one.days} d)" if one.last_success else "—"
    state = one.health if one.rule is None else f"{one.health} ({one.rule})"
    run = _against(one.announcements, one.run_band)
    return one.site, state, good, run, _against(one.month, one.month_band), str(one.kept), str(one.seen)


def _against(count: int | None, band: tuple[int, int] | None) -> str:
    there = "—" if count is None else str(count)
    if band is None:
        return there
    least, most = band
    return f"{there} of ≥ {least}" if most >= 1_000_000 else f"{there} of {least}–{most}"


def _tell(one: "Card", *, named: bool) -> None:
    if one.health not in _BAD and not named:
        return
    if one.message:
        say(f"{one.site}: {plain(one.message).removeprefix(f'{one.site}: ')}")
    for address, why in one.addresses:
        say(f"  {plain(address)}: {plain(why).removeprefix(f'{plain(address)}: ')}")
    for command in one.replay:
        say(f"  see it again: {command}", whole=True)
