"""``otchet sites record SITE ADDRESS``: keep a page as a fixture of the site's recipe."""

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands import site_places
from flows.commands.database import opened
from flows.commands.failure import CommandError, UsageError
from flows.commands.options import Json
from flows.commands.output import emit, plain, say

if TYPE_CHECKING:
    from flows.judge_page import Page
    from flows.recipe import Recipe

#: How many announcements are kept where no address is named.
_FEW = 3


def record(
    site: Annotated[str, typer.Argument(metavar="SITE", help="The site, as `otchet sites` names it.")],
    address: Annotated[
        str | None, typer.Argument(metavar="ADDRESS", help="The page; with --from-archive it may be left out.")
    ] = None,
    from_archive: Annotated[
        bool, typer.Option("--from-archive", help="Take what a harvest archived, without the network.")
    ] = False,
    private: Annotated[bool, typer.Option("--private", help="Keep it in OTCHET_HOME, not beside the recipe.")] = False,
    as_json: Json = False,
) -> None:
    """Keep a page as it came, with what the recipe finds in it; `otchet sites check` then tells when that changes.

    It lies beside the recipe, in fixtures/SITE, or in the same folder of OTCHET_HOME where the recipe's cannot be
    written. Without ADDRESS, --from-archive keeps the site's lists and its three newest announcements. With --json, one
    object a page: {"fixture", "address", "ok", "found", "idle", "problems"}.

    Example: otchet sites record kubrat https://kubrat.bg/bg/news/ --from-archive
    """
    from flows.fixtures import save_fixture

    recipe = site_places.recipe_of(site)
    stored = _stored(recipe, address) if address else None
    if from_archive:
        pages = _from_archive(recipe, stored)
    elif stored is None:
        raise UsageError("name the page's ADDRESS, or take what was archived with --from-archive.")
    else:
        pages = [_fetched(recipe, stored)]
    folder = _folder(recipe, private=private)
    for page in pages:
        checked = save_fixture(recipe, page, folder)
        if as_json:
            emit(checked.record())
            continue
        told = ", ".join(f"{name} {value}" for name, value in checked.found.items() if value is not None)
        say(f"{plain(page.address)}: {plain(told)}")
        for one in checked.problems:
            say(f"  {one.rule}: {plain(one.problem)}")
    if not as_json:
        say(f"Kept in {folder}. Look at what is expected there, then: otchet sites check {site}")


def _stored(recipe: "Recipe", address: str) -> str:
    stored = recipe.address(address)
    if stored is None:
        raise UsageError(f"{address!r} is no http(s) address on one of {', '.join(recipe.hosts)}.")
    return stored


def _fetched(recipe: "Recipe", address: str) -> "Page":
    from flows.judge_page import Page
    from flows.look_job import LookError, look
    from models.settings import now

    try:
        for one in look(site_places.look_job(recipe=recipe, address=address)):
            if one["what"] == "body":
                body = base64.b64decode(one["body"])
                # Where it was sent on to is where it stands.
                return Page(recipe.address(one["address"]) or address, body, one["media_type"], one["charset"], now())
    except LookError as error:
        raise CommandError(f"{error}. Nothing is kept.") from error
    raise CommandError(f"{address}: nothing came. Nothing is kept.")


def _from_archive(recipe: "Recipe", address: str | None) -> "list[Page]":
    from flows.judge_page import Page
    from models.archive import read_bytes
    from models.settings import Settings
    from models.store import get_snapshots
    from models.store_health import newest_addresses

    pages = []
    with opened() as database, database.reading() as session:
        wanted = [address] if address else [*recipe.start, *newest_addresses(session, recipe.name, _FEW)]
        for one in wanted:
            for snapshot in get_snapshots(session, one)[:1]:
                body = read_bytes(Settings.read(), snapshot)
                pages.append(Page(one, body, snapshot.media_type, snapshot.charset, snapshot.fetched_at))
    if not pages:
        what = address or f"a page of {recipe.name}"
        raise CommandError(f"the archive does not have {what}. Harvest it first, or leave --from-archive out.")
    return pages


def _folder(recipe: "Recipe", *, private: bool) -> Path:
    import os

    from flows.fixtures import folders
    from models.settings import Settings

    beside, *_, own = folders(recipe, Settings.read().home)
    # An installed program's folder is not the user's to write into, though it may let him.
    installed = "site-packages" in beside.parts
    is_writable = os.access(beside.parents[1], os.W_OK) and not installed
    return beside if is_writable and not private else own
