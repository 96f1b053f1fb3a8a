"""``otchet sites new URL``: look at a site and propose a recipe for it."""

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from flows.commands import site_places
from flows.commands.failure import CommandError, UsageError
from flows.commands.options import Json
from flows.commands.output import emit, plain, remark, say


def new(
    url: Annotated[str, typer.Argument(metavar="URL", help="The site's home page, as https://kubrat.bg/.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write the recipe there, not to the screen.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Look at a site with a dozen polite requests and propose a recipe: what was found, and what could not be told.

    robots.txt is obeyed, two seconds lie between two requests, nothing is stored. OTCHET_CONTACT says who asks. With
    --json: {"name", "recipe", "found", "unknown", "file"}.

    Example: OTCHET_CONTACT=me@example.org otchet sites new https://kubrat.bg/ -o flows/sites/kubrat.toml
    """
    from flows.look_job import LookError, look

    address = _address(url)
    if output is not None and output.exists():
        raise UsageError(f"{output} is there already. Name another file, or take it away first.")
    _warn_of_known(address)
    job = site_places.look_job(address=address)
    proposal: dict[str, Any] = {}
    try:
        for record in look(job):
            if record["what"] == "asked":
                remark(f"asked {plain(record['address'])} ({record['status']})")
            elif record["what"] == "proposal":
                proposal = record
    except LookError as error:
        raise CommandError(f"{error}. Nothing is proposed; see what the address says in a browser.") from error
    text = _named(proposal["recipe"], proposal["name"], output)
    if output is not None:
        output.write_text(text, "utf-8")
    if as_json:
        told = {name: proposal[name] for name in ("name", "found", "unknown")}
        emit({**told, "recipe": text, "file": str(output) if output else None})
        return
    if output is None:
        say(text.rstrip("\n"), whole=True)
        return
    for line in proposal["found"]:
        say(f"found: {plain(line)}")
    for line in proposal["unknown"]:
        say(f"not told: {plain(line)}")
    say(f"{output} is written. Look at it, then: otchet sites check {output}")


def _address(url: str) -> str:
    """Return the address in its one form; UsageError for what no public site has."""
    from flows.addresses import canonical_address
    from flows.recipe_table import is_host

    address = canonical_address(url if "://" in url else f"https://{url}")
    parts = urlsplit(address or "")
    if address is None or parts.port or not is_host(parts.hostname or ""):
        raise UsageError(f"{url!r} is no address of a site. Write it as https://kubrat.bg/, without a port.")
    if (parts.hostname or "").endswith(".test") and parts.hostname not in site_places.PORTS:
        raise UsageError(f"{parts.hostname} is reserved for the demonstration.")
    return address


def _warn_of_known(address: str) -> None:
    from flows.recipes import load_recipes

    host = urlsplit(address).hostname
    recipes, _ = load_recipes(site_places.folder(), demonstration=bool(site_places.PORTS))
    for one in recipes:
        if host in one.hosts:
            remark(f"There is a recipe for {host} already: {one.name} ({one.path}).")


def _named(text: str, name: str, output: Path | None) -> str:
    """Give the recipe the name of its file."""
    return text if output is None else text.replace(f'name = "{name}"', f'name = "{output.stem}"', 1)
