"""A harvest: sites crawled, what came read, figures tied to projects; and what it came to.

``harvest_sites(settings, recipes)`` does all of it in this process (each crawl in a child of its own) and needs no
Prefect; ``flows.harvest_flow`` runs the same steps as a flow.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version

from flows.crawl import crawl, end_all
from flows.crawl_child import CrawlEnd
from flows.crawl_mode import CrawlMode
from flows.harvest_result import HarvestSummary as HarvestSummary
from flows.harvest_result import SiteResult as SiteResult
from flows.judge_site import judge_site
from flows.link import LINK_VERSION, link_documents
from flows.read_batch import Batch, BatchEnd, pending_batches, read_batch, reader_version, rules_version
from flows.reader_pool import end_readers
from flows.recipe import Recipe
from flows.run_log import log_setting, write_log
from flows.webhook import call_webhook, webhook_setting
from models.database import Database
from models.settings import Settings, SettingsError, exactly_now, now
from models.store import finish_run, start_run, unfinished_since
from models.tables import RunState

#: Sites crawled at a time: each is a process that mostly waits for its turn.
CRAWLS = 4
#: The time after which a backfill that was stopped is not gone on with.
_STALE = timedelta(days=30)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a harvest.

    ``step`` is ``crawl``, ``read``, ``link`` or ``wait``; ``detail`` the address, or what is waited for; ``outcome``
    what came of a look (new, same, moved, gone, truncated, failed, forbidden, refused) or of a site (its state,
    ``detail`` the message).
    """

    step: str
    site: str | None = None
    detail: str = ""
    outcome: str = ""


Report = Callable[[Event], None]


def harvest_sites(
    settings: Settings,
    recipes: Sequence[Recipe],
    *,
    ports: Mapping[str, int] | None = None,
    report: Report | None = None,
    mode: CrawlMode | None = None,
    accept: bool = False,
) -> HarvestSummary:
    """Harvest sites and return what it came to; one site's trouble is its own.

    ``mode`` is how they are gone about; ``accept`` says that the sites are right as they are, however they differ from
    the last good run.
    ``ports`` maps the demonstration's hosts to ports of this machine. Raises DatabaseError where there is no database
    to write to. What is stored is the same whatever the order in which sites answer.
    """
    tell = report or _silent
    with open_database(settings) as database:
        mode = going_on(database, mode or CrawlMode())
        with recorded_run(database, mode.command, recipes) as run:
            return _harvest(settings, database, recipes, run, ports or {}, tell, mode, accept)


def _harvest(
    settings: Settings,
    database: Database,
    recipes: Sequence[Recipe],
    run: str,
    ports: Mapping[str, int],
    tell: Report,
    mode: CrawlMode,
    accept: bool,
) -> HarvestSummary:
    ends = _crawl_all(settings, recipes, run, ports, tell, mode)
    results = []
    for recipe in recipes:
        read = read_site(settings, database, recipe, tell)
        results.append(judge_site(settings, database, recipe, run, ends[recipe.name], read, accept=accept))
    tell(Event("link"))
    return announce(end_run(database, run, results, link_documents(database)), recipes)


def going_on(database: Database, mode: CrawlMode) -> CrawlMode:
    """Return a backfill's mode with the moment since which the same one was begun and not finished, if it was."""
    if not mode.is_backfill:
        return mode
    with database.reading() as session:
        begun = unfinished_since(session, mode.command)
    # Lists of long ago are no longer what they were: such a backfill begins anew.
    return mode.resumed(begun if begun is not None and now() - begun < _STALE else None)


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the database and close it at the end."""
    database = Database.open(settings)
    try:
        yield database
    finally:
        database.close()


@contextmanager
def recorded_run(database: Database, command: str, recipes: Sequence[Recipe]) -> Iterator[str]:
    """Note a run, give its number, and note why it ended if it raises; one that is killed stays ``running``."""
    versions = {"otchet": version("otchet"), "rules": rules_version(), "link": LINK_VERSION}
    versions |= {f"reader.{recipe.name}": reader_version(recipe) for recipe in recipes}
    with database.writing() as session:
        run = start_run(session, command, [recipe.name for recipe in recipes], versions, exactly_now())
    try:
        yield run
    except BaseException as error:
        end_all()
        end_readers()
        with database.writing() as session:
            message = f"{type(error).__name__}: {error}".strip(": ")
            finish_run(session, run, RunState.FAILED, {}, now(), message)
        raise


def crawl_site(
    settings: Settings,
    recipe: Recipe,
    run: str,
    ports: Mapping[str, int],
    report: Report | None = None,
    mode: CrawlMode | None = None,
) -> CrawlEnd:
    """Crawl one site, telling each look."""
    tell = report or _silent
    end = crawl(
        settings,
        recipe,
        run,
        ports=ports,
        mode=mode,
        report=lambda address, outcome: tell(Event("crawl", recipe.name, address, outcome)),
    )
    tell(Event("crawl", recipe.name, end.message or "", end.state))
    return end


def read_site(settings: Settings, database: Database, recipe: Recipe, report: Report | None = None) -> BatchEnd:
    """Read what a site's crawls left unread, of this run or of one that was killed."""
    tell = report or _silent
    total = BatchEnd()
    for batch in pending_batches(database, recipe):
        total += read_one_batch(settings, database, recipe, batch, tell)
    return total


def read_one_batch(
    settings: Settings, database: Database, recipe: Recipe, batch: Batch, report: Report | None = None
) -> BatchEnd:
    """Read one batch, telling when it is done."""
    end = read_batch(database, settings, recipe, batch)
    (report or _silent)(read_event(recipe, batch))
    return end


def read_event(recipe: Recipe, batch: Batch) -> Event:
    """Say that a batch is read."""
    return Event("read", recipe.name, f"{len(batch.snapshots)} pages and files")


def end_run(database: Database, run: str, results: Sequence[SiteResult], tied: int) -> HarvestSummary:
    """Note how a run ended: done, in part, or failed where no site was harvested."""
    states = {result.state for result in results}
    if states <= {"done"}:
        state = RunState.DONE
    elif states <= {"failed", "busy", "died"}:
        state = RunState.FAILED
    else:
        state = RunState.PARTIAL
    summary = HarvestSummary(run, state, tuple(results), tied)
    messages = [result.message for result in results if result.message]
    with database.writing() as session:
        finish_run(session, run, state, summary.counts, now(), "; ".join(messages) or None)
    return summary


def announce(summary: HarvestSummary, recipes: Sequence[Recipe]) -> HarvestSummary:
    """Tell the log and the webhook, where they are set, what a harvest came to."""
    try:
        log, webhook = log_setting(), webhook_setting()
    except SettingsError as error:  # the run is over and kept: what was set wrongly meanwhile cannot fail it
        _log.warning("%s", error)
        return summary
    if log is not None:
        write_log(log, summary, recipes)
    if webhook is not None:
        call_webhook(webhook, summary)
    return summary


def _crawl_all(
    settings: Settings,
    recipes: Sequence[Recipe],
    run: str,
    ports: Mapping[str, int],
    tell: Report,
    mode: CrawlMode,
) -> dict[str, CrawlEnd]:
    ends = {}
    pool = ThreadPoolExecutor(CRAWLS, thread_name_prefix="crawl")
    try:
        futures = {pool.submit(crawl_site, settings, recipe, run, ports, tell, mode): recipe.name for recipe in recipes}
        for future in as_completed(futures):
            ends[futures[future]] = future.result()
    except BaseException:
        # Ctrl-C reaches this thread alone: the others wait for their children, which have to be ended first.
        pool.shutdown(wait=False, cancel_futures=True)
        end_all()
        raise
    finally:
        pool.shutdown()
    return ends


def _silent(_: Event) -> None:
    pass
