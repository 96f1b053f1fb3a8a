"""``otchet harvest [SITE…]``: crawl the sites, read what came, tie the figures to projects."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.commands.failure import CommandError, ExitCode, UsageError, complain
from flows.commands.options import Json
from flows.commands.output import columns, emit, plain, remark, say
from flows.commands.site_places import chosen

if TYPE_CHECKING:
    from flows.crawl_mode import CrawlMode
    from flows.harvest import Event, HarvestSummary, Report
    from models.settings import Settings

#: Exit codes by the state in which a run ended.
CODES = {"done": ExitCode.WELL, "partial": ExitCode.IN_PART, "failed": ExitCode.FAILED}


def harvest(
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE", help="Sites as `otchet sites` names them; without any, all but paused ones."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be fetched and kept; store nothing.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=0, max=100, help="With --dry-run: how many announcements of a site to fetch and judge.")
    ] = 5,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="The named sites are right as they are now: measure later runs by this one."),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option("--log-json", metavar="FILE", envvar="OTCHET_LOG", help="Add a JSON line a site and run to FILE."),
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

    A site that shows a quarter less than in its last good run, has lost its titles, days or figures, or whose canary
    changed, has failed: what was known of it stays, and the line says what to look at. `otchet findings` lists what is
    open; --accept takes the site as it is.

    OTCHET_CONTACT says who answers for the crawler (mail or web); nothing but this machine is asked without it. A
    harvest that was interrupted is finished by the next one. Where PREFECT_API_URL is not set, a Prefect
    server is started for the time of the harvest (15 seconds or more). Exit code 3 where a site or a page was left out.

    New pages come first, then known ones that are due: one that does not change is asked for ever more seldom. With
    --since or --until the sites that are named are followed to the end of their lists, year archives and sitemaps,
    what those date outside of the days is left, and the recipe's limits for a backfill hold; the same command goes on
    where it was stopped.

    With --json: {"run", "state", "sites": [{"site", "state", "new", "same", "gone", "failed", "shown", "documents",
    "figures", "seen", "unreadable", "message"}], "counts"}; `seen` are pages that are no announcements about a project.

    With --dry-run the lists are followed until --limit announcements are known; those are fetched, read and judged, and
    neither database nor archive is touched. With --json then one object a line, by "what": "list", "page", "failed",
    "moved", "problem", "offer" (all that would be fetched).

    Example: OTCHET_CONTACT=me@example.org otchet harvest kubrat

    Example: otchet harvest kubrat --dry-run --limit 3

    Example: otchet harvest kubrat --since 2019-01-01 --until 2020-12-31
    """
    from flows.crawl import NO_CONTACT
    from flows.recipes import load_recipes
    from models.settings import Settings

    if accept and not sites:
        raise UsageError("--accept needs the names of the sites that are right as they are.")
    mode = _mode(revisit, since, until)
    if mode.is_backfill and not sites:
        raise UsageError("a backfill takes long: name the sites that --since and --until are for")
    if dry_run and (accept or mode != _mode(False, None, None)):
        raise UsageError("--accept, --revisit, --since and --until go with a harvest, not with --dry-run.")
    if log is not None:
        os.environ["OTCHET_LOG"] = str(log)  # by the environment, as all that a run's end looks at
    recipes = chosen(sites or [])
    if dry_run:
        from flows.commands.harvest_dry import try_out

        return try_out(recipes, limit, as_json=as_json)
    if not Settings.read().contact:
        raise CommandError(NO_CONTACT)
    summary = run([one.name for one in recipes], mode=mode, accept=accept)
    show_summary(summary, as_json=as_json)
    if not sites and load_recipes()[1] and summary.state.value == "done":
        return ExitCode.IN_PART  # the recipes that cannot be used were told of and left out
    return CODES[summary.state.value]


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
    *,
    mode: "CrawlMode | None" = None,
    accept: bool = False,
) -> "HarvestSummary":
    """Harvest sites by the Prefect flow, telling on stderr how far it is.

    ``folder`` is that of the recipes, None for those that come with otchet; ``ports`` are the demonstration's. With
    ``accept`` the sites are right as they are.
    """
    from flows.dask_readers import dask_setting
    from flows.prefect_settings import prepare_prefect
    from flows.run_log import log_setting
    from flows.webhook import webhook_setting
    from models.settings import Settings

    settings = Settings.read()
    for setting in (partial(dask_setting, settings), log_setting, webhook_setting):
        setting()  # a wrong one is told before anything is waited for
    with telling(len(names)) as tell:
        from flows.harvest import Event

        def wait(line: str) -> None:
            tell(Event("wait", detail=line))

        from flows.prefect_server import some_server

        if address := prepare_prefect(settings):
            wait(f"Asking Prefect's server at {address} …")
        with some_server(address, settings, wait):
            return _run(settings, names, folder, ports, tell, mode, accept)


def _run(
    settings: "Settings",
    names: Sequence[str],
    folder: Path | None,
    ports: Mapping[str, int] | None,
    tell: "Report",
    mode: "CrawlMode | None",
    accept: bool,
) -> "HarvestSummary":
    # Prefect reads the environment when it is imported, which is here: it is complete now.
    from flows.harvest_flow import run_harvest

    return run_harvest(settings, names, folder, ports, tell, mode, accept)


#: Columns of the table that says what a harvest came to.
_SHOWN = ("site", "state", "new", "same", "failed", "shown", "documents", "figures", "seen")


def show_summary(
    summary: "HarvestSummary", *, as_json: bool, header: Sequence[str] = _SHOWN, command: str = "otchet harvest"
) -> None:
    """Write what a harvest, or another command that reads, came to; on stderr what was left out."""
    rows = [site.row() for site in summary.sites]
    if as_json:
        emit({"run": summary.run, "state": summary.state.value, "sites": rows, "counts": summary.counts})
    else:
        columns([[str(row[name]) for name in header] for row in rows], header)
        say(f"{summary.counts['documents']} documents read, {summary.tied} speak of a project.")
    for site in summary.sites:
        if site.message:
            complain(f"{site.site}: {plain(site.message).removeprefix(f'{site.site}: ')}", command)


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
