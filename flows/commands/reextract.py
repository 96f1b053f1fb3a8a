"""``otchet reextract [SITE…]``: documents and figures made anew from the archive, without the network."""

from datetime import datetime
from typing import Annotated

import typer

from flows.commands.database import opened
from flows.commands.failure import ExitCode, UsageError, complain
from flows.commands.harvest import CODES, show_summary
from flows.commands.options import Json
from flows.commands.output import progress


def reextract(
    sites: Annotated[
        list[str] | None, typer.Argument(metavar="SITE", help="Sites that were gathered; without any, all of them.")
    ] = None,
    jobs: Annotated[
        int, typer.Option(min=0, max=256, help="Files read at a time, one a core at most; 0 is as many.")
    ] = 0,
    since: Annotated[
        str, typer.Option(metavar="DATE", help="Only what was fetched on this day or later: 2026, 2026-03, 2026-03-31.")
    ] = "",
    everything: Annotated[
        bool, typer.Option("--all", help="Also what these versions of reader and rules have read already.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Read the archive again with this version's reader and rules, and tie the figures to projects; no network.

    Only what an earlier version read, unless --all. What comes out the same changes nothing. Ctrl-C leaves whole
    documents; the same command goes on from there. Exit code 3 where something cannot be read, or a site has no recipe
    any more.

    With --json, what `otchet harvest --json` prints.

    Example: otchet reextract kubrat --jobs 2

    Example: otchet reextract --since 2026-03 --all
    """
    from flows.gathered import gathered_recipes
    from flows.reader_pool import processors
    from flows.reextract import Choice, batches
    from flows.reextract import reextract as run
    from models.settings import Settings

    choice = Choice(jobs or processors(), _moment(since), everything)
    with opened() as database:
        recipes, without = gathered_recipes(database)
        for name in sites or ():
            if name not in recipes and name not in without:
                known = ", ".join([*recipes, *without]) or "nothing yet"
                raise UsageError(f"nothing was gathered from a site called {name!r}; gathered: {known}")
        chosen = [recipe for name, recipe in recipes.items() if not sites or name in sites]
        total = sum(len(batch.snapshots) for recipe in chosen for batch in batches(database, recipe, choice))
    left_out = [name for name in without if not sites or name in sites]
    with progress("reading the archive", total) as meter:
        done = 0

        def tell(site: str, count: int) -> None:
            nonlocal done
            done += count
            meter(done, what=f"reading {site}")

        summary = run(Settings.read(), chosen, choice, tell)
    header = ("site", "state", "documents", "figures", "unreadable")
    show_summary(summary, as_json=as_json, header=header, command="otchet reextract")
    for name in left_out:
        complain(f"{name}: it has no recipe any more and is left out", "otchet reextract")
    return ExitCode.IN_PART if left_out else CODES[summary.state.value]


def _moment(text: str) -> datetime | None:
    """Return the first moment of a day, month or year, as the clock goes in Bulgaria."""
    from models.settings import SOFIA
    from web.inquiry import read_date

    if not text:
        return None
    found = read_date(text)
    if found is None:
        raise UsageError(f"--since: {text!r} is no date. Write 2026, 2026-03 or 2026-03-31.")
    return datetime(found.first.year, found.first.month, found.first.day, tzinfo=SOFIA)
