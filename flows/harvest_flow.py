"""The harvest as a Prefect flow: a task a site crawls, a task a batch reads, a task ties figures to projects.

Imported only after ``flows.prefect_settings.prepare_prefect``, for Prefect's import takes seconds and reads the
environment. The work is that of ``flows.harvest``; here it is put in order, retried where trying again can help, and
shown in Prefect's own pages.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.tasks import Task
from sqlalchemy.exc import OperationalError

from flows.crawl import end_all
from flows.crawl_child import CrawlEnd
from flows.crawl_mode import CrawlMode
from flows.dask_readers import dask_runner, dask_setting
from flows.harvest import (
    CRAWLS,
    Event,
    HarvestSummary,
    Report,
    announce,
    crawl_site,
    end_run,
    going_on,
    open_database,
    read_event,
    read_one_batch,
    recorded_run,
)
from flows.harvest_result import SiteResult
from flows.judge_site import judge_site
from flows.link import link_documents
from flows.prefect_server import PrefectServerError
from flows.read_batch import Batch, BatchEnd, pending_batches
from flows.recipe import Recipe
from flows.recipes import SITES, choose_recipes
from models.database import Database
from models.settings import Settings
from models.tables import RunState

#: The flow's module path: it works from any folder.
ENTRYPOINT = "flows.harvest_flow.harvest"

_RUNNER: Any = ThreadPoolTaskRunner(max_workers=CRAWLS)
# What cannot be handed through Prefect's parameters: whom to tell, and where to keep, in the process that asked.
_told: Report | None = None
_settings: Settings | None = None


class HarvestFailed(Exception):  # noqa: N818 - named by what happened
    """No site could be harvested; ``summary`` says why."""

    def __init__(self, summary: HarvestSummary) -> None:
        self.summary = summary
        super().__init__("; ".join(site.message for site in summary.sites if site.message) or "nothing was harvested")


class CrawlDied(Exception):  # noqa: N818
    """The crawl's process was ended from without; the next one goes on from there."""


class CrawlFailed(Exception):  # noqa: N818
    """The crawl brought nothing that can be used; ``end`` says why."""

    def __init__(self, end: CrawlEnd) -> None:
        self.end = end
        super().__init__(end.message)


class SiteFailed(Exception):  # noqa: N818
    """What came of a site is not believed; ``result`` says why."""

    def __init__(self, result: SiteResult) -> None:
        self.result = result
        super().__init__(result.message)


def _can_pass(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Say whether trying again can help: a process that was ended, a database that another one holds."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, (CrawlDied, OperationalError, sqlite3.OperationalError))


#: What goes on inside of this machine is tried thrice.
_AGAIN: Any = {
    "retries": 2,
    "retry_delay_seconds": 2,
    "cache_policy": NO_CACHE,
    "retry_condition_fn": _can_pass,
    "persist_result": False,
}


@task(
    name="crawl",
    task_run_name="crawl {recipe.name}",
    retries=1,
    retry_delay_seconds=2,
    cache_policy=NO_CACHE,
    retry_condition_fn=_can_pass,
    persist_result=False,
)
def crawl_task(settings: Settings, recipe: Recipe, run: str, ports: Mapping[str, int], mode: CrawlMode) -> CrawlEnd:
    """Crawl one site in a process of its own."""
    end = crawl_site(settings, recipe, run, ports, _told, mode)
    if end.state == "died":
        raise CrawlDied(end.message)
    if end.state == "failed":
        raise CrawlFailed(end)
    return end


@task(name="read", task_run_name="read {batch.site}", **_AGAIN)
def read_task(settings: Settings, database: Database, recipe: Recipe, batch: Batch) -> BatchEnd:
    """Read and extract a batch of snapshots."""
    return read_one_batch(settings, database, recipe, batch, _told)


@task(name="read", task_run_name="read {batch.site}", **_AGAIN)
def read_apart_task(settings: Settings, recipe: Recipe, batch: Batch) -> BatchEnd:
    """Read and extract a batch of snapshots in a process of a cluster, which opens the database for itself."""
    with open_database(settings) as database:
        return read_one_batch(settings, database, recipe, batch)


@task(name="judge", task_run_name="judge {recipe.name}", **_AGAIN)
def judge_task(
    settings: Settings, database: Database, recipe: Recipe, run: str, end: CrawlEnd, read: BatchEnd, accept: bool
) -> SiteResult:
    """Decide whether what came of a site is believed; a site that failed is a task that failed."""
    result = judge_site(settings, database, recipe, run, end, read, accept=accept)
    if result.failed:
        raise SiteFailed(result)
    return result


@task(name="link", **_AGAIN)
def link_task(database: Database) -> int:
    """Tie figures to projects."""
    return link_documents(database)


@flow(name="harvest", task_runner=_RUNNER, persist_result=False, validate_parameters=True)
def harvest(
    sites: list[str] | None = None,
    recipes: str | None = None,
    ports: dict[str, int] | None = None,
    how: dict[str, Any] | None = None,
    accept: bool = False,
) -> HarvestSummary | State[HarvestSummary]:
    """Harvest sites (all, if none is named) by the recipes of a folder (the program's own, if none is given).

    ``ports`` are those of the demonstration's hosts; with them, the folder's recipes may lead to this machine. ``how``
    is a ``CrawlMode`` as it dumps itself, ``accept`` declares the sites right as they are. A run in part ends in a
    state of that name. Raises HarvestFailed where no site could be harvested, RecipeError for an unknown site.
    """
    settings = _settings or Settings.read()
    folder = Path(recipes) if recipes else SITES
    chosen = choose_recipes(folder, sites or (), demonstration=bool(ports))
    with open_database(settings) as database:
        mode = going_on(database, CrawlMode.load(how or {}))
        with recorded_run(database, mode.command, chosen) as run:
            try:
                summary = _steps(settings, database, chosen, run, ports or {}, mode, accept=accept)
            finally:
                end_all()
            create_table_artifact(
                [site.row() for site in summary.sites], key="harvest", description=f"Harvest {run}: {summary.state}"
            )
    if summary.state is RunState.FAILED:
        raise HarvestFailed(summary)
    if summary.state is RunState.PARTIAL:
        messages = "; ".join(site.message for site in summary.sites if site.message)
        return Completed(name="In part", message=messages, data=summary)
    return summary


def _steps(
    settings: Settings,
    database: Database,
    recipes: Sequence[Recipe],
    run: str,
    ports: Mapping[str, int],
    mode: CrawlMode,
    accept: bool,
) -> HarvestSummary:
    ends = []
    with _reading(settings, database) as submit:
        crawls = [crawl_task.submit(settings, recipe, run, ports, mode) for recipe in recipes]
        for recipe, future in zip(recipes, crawls, strict=True):
            end = _end_of(recipe, future.result(raise_on_failure=False))
            ends.append((recipe, end, [submit(recipe, batch) for batch in pending_batches(database, recipe)]))
        # Awaited last: while one site is read the next one is crawled, and read where there is room.
        judged = [
            (
                recipe,
                judge_task.submit(
                    settings, database, recipe, run, end, sum((read() for read in reads), BatchEnd()), accept
                ),
            )
            for recipe, end, reads in ends
        ]
        results = [_result_of(recipe, future.result(raise_on_failure=False)) for recipe, future in judged]
    if _told:
        _told(Event("link"))
    return announce(end_run(database, run, results, link_task(database)), recipes)


def _end_of(recipe: Recipe, given: object) -> CrawlEnd:
    """Return what a crawl came to, also where its task failed."""
    if isinstance(given, CrawlFailed):
        return given.end
    if isinstance(given, CrawlDied):
        return CrawlEnd("died", message=str(given))
    return given if isinstance(given, CrawlEnd) else CrawlEnd("failed", message=f"{recipe.name}: {given}")


def _result_of(recipe: Recipe, given: object) -> SiteResult:
    """Return what a site came to, also where its task failed."""
    if isinstance(given, SiteFailed):
        return given.result
    if isinstance(given, SiteResult):
        return given
    return SiteResult(recipe.name, "failed", message=f"{recipe.name}: {given}")


@contextmanager
def _reading(settings: Settings, database: Database) -> Iterator[Callable[[Recipe, Batch], Callable[[], BatchEnd]]]:
    """Give what hands a batch to be read: to a thread of this process, or to a Dask cluster where one is set."""
    setting = dask_setting(settings)
    if setting is None:
        yield lambda recipe, batch: read_task.submit(settings, database, recipe, batch).result
        return

    with dask_runner(setting) as runner:

        def submit(recipe: Recipe, batch: Batch) -> Callable[[], BatchEnd]:
            future = runner.submit(read_apart_task, {"settings": settings, "recipe": recipe, "batch": batch})

            def result() -> BatchEnd:
                end: BatchEnd = future.result()
                if _told:
                    _told(read_event(recipe, batch))
                return end

            return result

        yield submit


def run_harvest(
    settings: Settings,
    sites: Sequence[str] = (),
    recipes: Path | None = None,
    ports: Mapping[str, int] | None = None,
    report: Report | None = None,
    mode: CrawlMode | None = None,
    accept: bool = False,
) -> HarvestSummary:
    """Run the flow in this process, telling what happens, and return what it came to.

    Raises PrefectServerError where Prefect's temporary server does not come up.
    """
    global _told, _settings
    _told, _settings = report, settings
    try:
        # Prefect's heartbeat ends with a flat second of waiting, and nobody watches this run from without.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            told = harvest(
                list(sites) or None,
                str(recipes) if recipes else None,
                dict(ports) if ports else None,
                mode.dump() if mode else None,
                accept,
            )
            return told if isinstance(told, HarvestSummary) else told.result()
    except HarvestFailed as failed:
        return failed.summary
    except RuntimeError as error:
        if "ephemeral" not in str(error):
            raise
        raise PrefectServerError(f"{error} Try again, or start a server and set PREFECT_API_URL.") from error
    finally:
        _told = _settings = None
