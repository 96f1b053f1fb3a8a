"""The archive read again: documents and figures made anew by this version's reader and rules, without the network.

    summary = reextract(settings, [recipe], Choice(jobs=4), report=print)

A batch goes to a process of its own; each snapshot is one transaction, so whatever ends a process leaves whole
documents, and the same command goes on from there. What the versions have not made stale is left alone, unless all is
asked for; reading what is current changes no row.
"""

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context

from sqlmodel import col, select

from flows.crawl_child import die_with_parent
from flows.harvest import end_run, open_database, recorded_run
from flows.harvest_result import HarvestSummary, SiteResult, unread_message
from flows.link import link_documents
from flows.read_batch import BATCH, Batch, BatchEnd, pending_batches, read_batch
from flows.recipe import Recipe
from models.database import Database
from models.settings import Settings
from models.tables import SnapshotRow

#: Batches that wait for a free process, for each process: few, so that Ctrl-C ends soon.
_WAITING = 2
_log = logging.getLogger(__name__)
_database: Database | None = None

#: Told of each batch that was read: its site and how many snapshots it had.
Report = Callable[[str, int], None]


class ReaderDied(Exception):  # noqa: N818 - named by what happened
    """A process that read was ended from without; what was read before it stays."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read: by how many processes, from when on it was fetched, and whether what is not stale too."""

    jobs: int = 1
    since: datetime | None = None
    everything: bool = False


def batches(database: Database, recipe: Recipe, choice: Choice) -> list[Batch]:
    """Return what of a site's archive is to be read again, in the order of a harvest."""
    stale = pending_batches(database, recipe)
    if choice.since is None and not choice.everything:
        return stale
    query = select(SnapshotRow.key).where(SnapshotRow.source == recipe.name, ~col(SnapshotRow.listing))
    if choice.since is not None:
        query = query.where(col(SnapshotRow.fetched_at) >= choice.since)
    with database.reading() as session:
        keys = list(session.exec(query.order_by(col(SnapshotRow.address), col(SnapshotRow.fetched_at))))
    if not choice.everything:
        wanted = {key for batch in stale for key in batch.snapshots}
        keys = [key for key in keys if key in wanted]
    return [Batch(recipe.name, tuple(keys[at : at + BATCH])) for at in range(0, len(keys), BATCH)]


def reextract(
    settings: Settings, recipes: Sequence[Recipe], choice: Choice, report: Report | None = None
) -> HarvestSummary:
    """Read the archive of sites again, tie the figures to projects, and return what it came to.

    Raises ReaderDied where the system ends a process (out of memory), DatabaseError where there is no database.
    """
    tell = report or _silent
    with open_database(settings) as database, recorded_run(database, "reextract", recipes) as run:
        ends = dict.fromkeys((recipe.name for recipe in recipes), BatchEnd())
        work = [(recipe, batch) for recipe in recipes for batch in batches(database, recipe, choice)]
        for recipe, batch, end in _read(settings, database, work, choice.jobs):
            ends[recipe.name] += end
            tell(recipe.name, len(batch.snapshots))
        tied = link_documents(database)
        return end_run(database, run, [_result(recipe.name, ends[recipe.name]) for recipe in recipes], tied)


def _result(site: str, read: BatchEnd) -> SiteResult:
    """Return what reading a site came to; no site was visited, so there is nothing to measure."""
    unread = unread_message(site, read)
    return SiteResult(site, "partial" if unread else "done", read=read, message=unread)


def _read(
    settings: Settings, database: Database, work: Sequence[tuple[Recipe, Batch]], jobs: int
) -> Iterator[tuple[Recipe, Batch, BatchEnd]]:
    """Yield each batch when it is read."""
    if jobs == 1 or len(work) <= 1:
        for recipe, batch in work:
            yield recipe, batch, read_batch(database, settings, recipe, batch)
        return
    left = iter(work)
    running: dict[Future[BatchEnd], tuple[Recipe, Batch]] = {}
    with _processes(settings, min(jobs, len(work))) as pool:
        try:
            while True:
                while len(running) < jobs * _WAITING and (one := next(left, None)) is not None:
                    running[pool.submit(_read_apart, settings, *one)] = one
                if not running:
                    return
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    yield *running.pop(future), future.result()
        except BrokenProcessPool as error:
            raise ReaderDied(
                "a process that read was ended by the system, perhaps for want of memory. Run again with --jobs 1; "
                "what was read stays."
            ) from error


@contextmanager
def _processes(settings: Settings, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that read; they end with this block, in the middle of their work where it raises."""
    # A fork would take along this process' threads' locks and its connections.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _begin, (settings, os.getpid()))
    try:
        yield pool
    except BaseException:
        # Each document is one transaction: nothing is half-written by a process that is ended.
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(cancel_futures=True)
        raise
    pool.shutdown()


def _begin(settings: Settings, parent: int) -> None:
    global _database
    die_with_parent(parent)
    # Ctrl-C reaches the whole group; the process that was asked decides, and ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _database = Database.open(settings)


def _read_apart(settings: Settings, recipe: Recipe, batch: Batch) -> BatchEnd:
    assert _database is not None  # the pool began the process
    return read_batch(_database, settings, recipe, batch)


def default_jobs() -> int:
    """Return how many processes read: the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _silent(_site: str, _count: int) -> None:
    pass
