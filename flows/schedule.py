"""A harvest by the clock: ``otchet schedule --cron "0 3 * * *"`` harvests each night at three, Sofia's time.

The flow is served as a Prefect deployment with the flow's module path, so that it runs from any folder; where no
``PREFECT_API_URL`` is set, a server of our own runs beside it.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType

from flows.prefect_server import some_server
from flows.prefect_settings import prepare_prefect
from flows.recipes import SITES, choose_recipes
from flows.run_log import log_setting
from flows.webhook import webhook_setting
from models.settings import SOFIA, Settings, in_sofia

#: Name of the deployment.
NAME = "otchet"


class ScheduleError(ValueError):
    """A schedule that cannot be kept; the message is one line."""


def serve(
    cron: str,
    sites: Sequence[str],
    settings: Settings,
    *,
    say: Callable[[str], None],
    recipes: Path | None = None,
    ports: Mapping[str, int] | None = None,
) -> None:
    """Harvest sites (all, if none is named) at the cron's times until Ctrl-C or SIGTERM.

    ``say`` is told what is waited for and when the next run is due; ``recipes`` and ``ports`` are a demonstration's.
    Raises ScheduleError for a cron that is none, RecipeError for an unknown site, PrefectServerError where no server
    comes up or answers.
    """
    choose_recipes(recipes or SITES, sites, demonstration=bool(ports))
    for setting in (log_setting, webhook_setting):
        setting()  # a wrong one is told before anything is waited for
    address = prepare_prefect(settings)
    due = next_run(cron)
    _hand_down(settings)
    # Prefect ends by leaving in the midst of its loop; what asyncio says of that is of no use to anybody.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with _ended_by_signal():
        try:
            with some_server(address, settings, say):
                _serve(cron, sites, say, recipes, ports, due)
        except (KeyboardInterrupt, SystemExit):
            say("Stopped. No harvest will run until the schedule is started again.")


def next_run(cron: str, after: datetime | None = None) -> datetime:
    """Return when a cron's next run is due, in Sofia's time; ScheduleError where it is no cron.

    >>> next_run("0 3 * * *", datetime(2026, 7, 1, 12, tzinfo=SOFIA)).isoformat()
    '2026-07-02T03:00:00+03:00'
    """
    from cronsim import CronSim, CronSimError

    try:
        return next(CronSim(cron, after or datetime.now(SOFIA)))
    except (CronSimError, StopIteration) as error:
        raise ScheduleError(
            f'{cron!r} is no cron line ({error}); five fields are needed, as in "0 3 * * *" for three each night'
        ) from error


def _serve(
    cron: str,
    sites: Sequence[str],
    say: Callable[[str], None],
    recipes: Path | None,
    ports: Mapping[str, int] | None,
    due: datetime,
) -> None:
    # Prefect reads the environment at its import, which is here: it is complete now.
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.settings import PREFECT_API_URL, temporary_settings
    from prefect.types.entrypoint import EntrypointType

    from flows.harvest_flow import harvest

    parameters = {
        "sites": list(sites) or None,
        "recipes": str(recipes.absolute()) if recipes else None,
        "ports": dict(ports) if ports else None,
    }
    with temporary_settings({PREFECT_API_URL: os.environ["PREFECT_API_URL"]}):
        runner = Runner(name=NAME, limit=1, pause_on_shutdown=True)
        runner.add_flow(
            harvest,
            name=NAME,
            schedule=Cron(cron, timezone=str(SOFIA)),
            parameters=parameters,
            entrypoint_type=EntrypointType.MODULE_PATH,
        )
        say(f"Next harvest: {in_sofia(due)} (Sofia). Ctrl-C stops the schedule.")
        asyncio.run(runner.start())


def _hand_down(settings: Settings) -> None:
    """Tell the settings to the processes that Prefect starts for its runs, which read them from the environment."""
    os.environ["OTCHET_HOME"] = str(settings.home)
    os.environ["OTCHET_DATABASE_URL"] = settings.database_url
    os.environ["OTCHET_ARCHIVE"] = settings.archive


@contextmanager
def _ended_by_signal() -> Iterator[None]:
    """Let SIGTERM end the schedule as Ctrl-C does, so that the server is stopped."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
