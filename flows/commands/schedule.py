"""``otchet schedule --cron "0 3 * * *"``: harvest by the clock, until Ctrl-C."""

import sys
from typing import Annotated

import typer

from flows.commands.failure import CommandError, UsageError
from flows.commands.options import Json
from flows.commands.output import emit, plain, remark, say
from flows.commands.site_places import chosen


def schedule(
    cron: Annotated[str, typer.Option(help="When: minute, hour, day, month, weekday, in Sofia's time.")],
    sites: Annotated[
        list[str] | None,
        typer.Argument(metavar="SITE", help="Sites as `otchet sites` names them; without any, all but paused ones."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Harvest sites whenever the cron line says, as a Prefect deployment, until Ctrl-C.

    Where PREFECT_API_URL is not set, a Prefect server of otchet's own runs beside it on this machine and is stopped at
    the end; it takes some 20 seconds to start. OTCHET_CONTACT is needed as for `otchet harvest`.

    With --json: {"cron", "sites", "next"} first (`next` with its time zone); all else is told on stderr.

    Example: otchet schedule --cron "0 3 * * *" kubrat nesebar
    """
    from flows.crawl import NO_CONTACT
    from flows.schedule import ScheduleError, next_run, serve
    from models.settings import Settings

    settings = Settings.read()
    try:
        due = next_run(cron)
    except ScheduleError as error:
        raise UsageError(f"--cron: {error}") from error
    recipes = chosen(sites or [])
    if not settings.contact:
        raise CommandError(NO_CONTACT)
    settings.home.mkdir(parents=True, exist_ok=True)
    if as_json:
        emit({"cron": cron, "sites": [one.name for one in recipes], "next": due.isoformat()})
        sys.stdout.flush()

    def tell(line: str) -> None:
        if as_json:
            remark(plain(line))
        else:
            say(plain(line))
            sys.stdout.flush()

    serve(cron, sites or [], settings, say=tell)
