"""A harvest: sites crawled, what came read, figures tied to projects; and what it came to.

``harvest_sites(settings, recipes)`` does all of it in this process (each crawl in a child of its own) and needs no
Prefect; ``flows.harvest_flow`` runs the same steps as a flow.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

from flows.crawl import crawl, end_all
from flows.crawl_child import CrawlEnd
from flows.link import LINK_VERSION, link_documents
from flows.read_batch import Batch, BatchEnd, pending_batches, read_batch, reader_version, rules_version
from flows.reader_pool import end_readers
from flows.recipe import Recipe
from models.database import Database
from models.settings import Settings, now
from models.store import finish_run, start_run
from models.tables import RunState

#: Sites crawled at a time: each is a process that mostly waits for its turn.
CRAWLS = 4
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a harvest.

    ``step`` is ``crawl``, ``read``, ``link`` or ``wait``; ``detail`` the address, or what is waited for; ``outcome``
    what came of a look (new, same, moved, failed, forbidden, refused) or of a site (its state, ``detail`` the message).
    """

    step: str
    site: str | None = None
    detail: str = ""
    outcome: str = ""


Report = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class SiteResult:
    """What a harvest of one site came to; ``state`` is that of its crawl."""

    site: str
    state: str
    looks: Mapping[str, int] = field(default_factory=dict)
    announcements: int = 0
    read: BatchEnd = field(default_factory=BatchEnd)
    message: str | None = None

    def row(self) -> dict[str, str | int]:
        """Return the site's line in the summary's table."""
        return {
            "site": self.site,
            "state": self.state,
            "new": self.looks.get("new", 0),
            "same": self.looks.get("same", 0),
            "failed": self.looks.get("failed", 0),
            "documents": self.read.documents,
            "figures": self.read.figures,
            "unreadable": self.read.unreadable,
            "message": self.message or "",
        }


@dataclass(frozen=True, slots=True)
class HarvestSummary:
    """What a harvest came to: the run's number and state, a result a site, and how many documents speak of projects."""

    run: str
    state: RunState
    sites: tuple[SiteResult, ...]
    tied: int

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of the whole run, by name."""
        counts: Counter[str] = Counter(documents=0, figures=0, unreadable=0)
        for site in self.sites:
            counts.update(site.looks)
            counts["documents"] += site.read.documents
            counts["figures"] += site.read.figures
            counts["unreadable"] += site.read.unreadable
        return dict(sorted(counts.items())) | {"tied": self.tied}


def harvest_sites(
    settings: Settings,
    recipes: Sequence[Recipe],
    *,
    ports: Mapping[str, int] | None = None,
    report: Report | None = None,
) -> HarvestSummary:
    """Harvest sites and return what it came to; one site's trouble is its own.

    ``ports`` maps the demonstration's hosts to ports of this machine. Raises DatabaseError where there is no database
    to write to. What is stored is the same whatever the order in which sites answer.
    """
    tell = report or _silent
    with open_database(settings) as database, recorded_run(database, "harvest", recipes) as run:
        ends = _crawl_all(settings, recipes, run, ports or {}, tell)
        results = [read_site(settings, database, recipe, ends[recipe.name], tell) for recipe in recipes]
        tell(Event("link"))
        tied = link_documents(database)
        return end_run(database, run, results, tied)


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
        run = start_run(session, command, [recipe.name for recipe in recipes], versions, now())
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
    settings: Settings, recipe: Recipe, run: str, ports: Mapping[str, int], report: Report | None = None
) -> CrawlEnd:
    """Crawl one site, telling each look."""
    tell = report or _silent
    end = crawl(
        settings,
        recipe,
        run,
        ports=ports,
        report=lambda address, outcome: tell(Event("crawl", recipe.name, address, outcome)),
    )
    tell(Event("crawl", recipe.name, end.message or "", end.state))
    return end


def read_site(
    settings: Settings, database: Database, recipe: Recipe, end: CrawlEnd, report: Report | None = None
) -> SiteResult:
    """Read what a site's crawls left unread, of this run or of one that was killed."""
    tell = report or _silent
    total = BatchEnd()
    for batch in pending_batches(database, recipe):
        total += read_one_batch(settings, database, recipe, batch, tell)
    return site_result(recipe, end, total)


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


def site_result(recipe: Recipe, end: CrawlEnd, read: BatchEnd) -> SiteResult:
    """Put together what crawling and reading a site came to."""
    state, message = end.state, end.message
    if state == "done" and (read.unreadable or read.missing):
        state, message = "partial", f"{recipe.name}: {read.unreadable + read.missing} pages or files cannot be read"
    return SiteResult(recipe.name, state, end.counts, end.announcements, read, message)


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


def _crawl_all(
    settings: Settings, recipes: Sequence[Recipe], run: str, ports: Mapping[str, int], tell: Report
) -> dict[str, CrawlEnd]:
    ends = {}
    pool = ThreadPoolExecutor(CRAWLS, thread_name_prefix="crawl")
    try:
        futures = {pool.submit(crawl_site, settings, recipe, run, ports, tell): recipe.name for recipe in recipes}
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
