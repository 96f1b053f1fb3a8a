"""``otchet harvest [SITE…]``: crawl the sites, read what came, tie the figures to projects."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.failure import CommandError, ExitCode, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import columns, emit, plain, remark, say

if TYPE_CHECKING:
    from flows.crawl_mode import CrawlMode
    from flows.harvest import Event, HarvestSummary, Report
    from flows.recipe import Recipe
    from models.settings import Settings

#: Exit codes by the state in which a run ended.
_CODES = {"done": ExitCode.WELL, "partial": ExitCode.IN_PART, "failed": ExitCode.FAILED}


def harvest(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE", help="Sites as `otchet sites` names them; without any, all but paused ones."),
    ] = None,
    revisit: Annotated[
        bool, typer.Option("--revisit", help="Ask for every known page again, also for those that are not due yet.")
    ] = False,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="Backfill: take what is dated on this day (2019-01-01) or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="Backfill: take what is dated on this day or earlier.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Harvest sites: fetch what is new or changed, archive it, read it, and tie its figures to projects.

    OTCHET_CONTACT says who answers for the crawler (mail or web); nothing but this machine is asked without it. A
    harvest that was interrupted is finished by the next one. Where PREFECT_API_URL is not set, a Prefect
    server is started for the time of the harvest (15 seconds or more). Exit code 3 where a site or a page was left out.

    New pages come first, then known ones that are due: one that does not change is asked for ever more seldom. With
    --since or --until the sites that are named are followed to the end of their lists, year archives and sitemaps,
    what those date outside of the days is left, and the recipe's limits for a backfill hold; the same command goes on
    where it was stopped.

    With --json: {"run", "state", "sites": [{"site", "state", "new", "same", "gone", "failed", "documents", "figures",
    "unreadable", "message"}], "counts"}.

    Example: OTCHET_CONTACT=me@example.org otchet harvest kubrat

    Example: otchet harvest kubrat --since 2019-01-01 --until 2020-12-31
    """
    from flows.crawl import NO_CONTACT
    from flows.recipes import load_recipes
    from models.settings import Settings

    mode = _mode(revisit, since, until)
    if mode.is_backfill and not sites:
        raise UsageError("a backfill takes long: name the sites that --since and --until are for")
    recipes = chosen(sites or [])
    if not Settings.read().contact:
        raise CommandError(NO_CONTACT)
    summary = run([one.name for one in recipes], mode=mode)
    show_summary(summary, as_json=as_json)
    if not sites and load_recipes()[1] and summary.state.value == "done":
        return ExitCode.IN_PART  # the recipes that cannot be used were told of and left out
    return _CODES[summary.state.value]


def chosen(names: Sequence[str]) -> "list[Recipe]":
    """Return the recipes of these sites, or all that are not paused; a name that there is none of is wrong usage."""
    from flows.recipes import SITES, RecipeError, choose_recipes

    try:
        return choose_recipes(SITES, names)
    except RecipeError as error:
        if names:
            raise UsageError(str(error)) from error
        raise


def _mode(revisit: bool, since: str | None, until: str | None) -> "CrawlMode":
    from flows.crawl_mode import CrawlMode

    days = {}
    for name, text in (("--since", since), ("--until", until)):
        try:
            days[name] = date.fromisoformat(text) if text is not None else None
        except ValueError as error:
            raise UsageError(f"{name}: {text!r} is no day; write it as 2019-01-31") from error
    try:
        return CrawlMode(revisit, days["--since"], days["--until"])
    except ValueError as error:
        raise UsageError(f"--since, --until: {error}") from error


def run(
    names: Sequence[str],
    folder: Path | None = None,
    ports: Mapping[str, int] | None = None,
    mode: "CrawlMode | None" = None,
) -> "HarvestSummary":
    """Harvest sites by the Prefect flow, telling on stderr how far it is.

    ``folder`` is that of the recipes, None for those that come with otchet; ``ports`` are the demonstration's.
    """
    from flows.dask_readers import dask_setting
    from flows.prefect_settings import prepare_prefect
    from models.settings import Settings

    settings = Settings.read()
    dask_setting(settings)  # a wrong one is told before anything is waited for
    with telling(len(names)) as tell:
        from flows.harvest import Event

        def wait(line: str) -> None:
            tell(Event("wait", detail=line))

        from flows.prefect_server import some_server

        if address := prepare_prefect(settings):
            wait(f"Asking Prefect's server at {address} …")
        with some_server(address, settings, wait):
            return _run(settings, names, folder, ports, tell, mode)


def _run(
    settings: "Settings",
    names: Sequence[str],
    folder: Path | None,
    ports: Mapping[str, int] | None,
    tell: "Report",
    mode: "CrawlMode | None",
) -> "HarvestSummary":
    # Prefect reads the environment when it is imported, which is here: it is complete now.
    from flows.harvest_flow import run_harvest

    return run_harvest(settings, names, folder, ports, tell, mode)


def show_summary(summary: "HarvestSummary", *, as_json: bool) -> None:
    """Write what a harvest came to; on stderr what was left out."""
    rows = [site.row() for site in summary.sites]
    if as_json:
        emit({"run": summary.run, "state": summary.state.value, "sites": rows, "counts": summary.counts})
    else:
        header = ("site", "state", "new", "same", "failed", "documents", "figures")
        columns([[str(row[name]) for name in header] for row in rows], header)
        say(f"{summary.counts['documents']} documents read, {summary.tied} speak of a project.")
    for site in summary.sites:
        if site.message:
            complain(f"{site.site}: {plain(site.message).removeprefix(f'{site.site}: ')}", "otchet harvest")


@contextmanager
def telling(sites: int) -> "Iterator[Report]":
    """Give what is told of each step: a moving line on a terminal, else a line a site and for what is waited for."""
    if not sys.stderr.isatty():
        yield _tell_in_lines
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    shown = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    with Progress(*shown, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting")
        counts: dict[str, int] = {"looks": 0, "sites": 0, "batches": 0}

        def tell(event: "Event") -> None:
            bar.update(task, description=_line(event, counts, sites))

        yield tell


def _line(event: "Event", counts: dict[str, int], sites: int) -> str:
    """Return the moving line after an event; ``counts`` are carried on."""
    if event.step == "wait":
        return plain(event.detail)
    if event.step == "link":
        return "tying figures to projects"
    if event.step == "read":
        return f"reading {event.site}: {plain(event.detail)}"
    if event.outcome in _ENDS:
        counts["sites"] += 1
        return f"{counts['sites']} of {sites} sites crawled, {counts['looks']} addresses"
    counts["looks"] += 1
    return f"{event.site}: {plain(event.detail)[:70]} ({counts['looks']} addresses)"


_ENDS = ("done", "partial", "failed", "busy")


def _tell_in_lines(event: "Event") -> None:
    if event.step == "wait":
        remark(plain(event.detail))
    elif event.step == "crawl" and event.outcome in _ENDS and not event.detail.startswith(("http:", "https:")):
        remark(f"{event.site}: crawled ({event.outcome})")
