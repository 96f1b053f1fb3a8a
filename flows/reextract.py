"""The archive read again: documents and figures made anew by this version's reader and rules, without the network.

    summary = reextract(settings, [recipe], Choice(jobs=4), report=print)

The files are read by processes apart (``flows.reader_pool``); each snapshot is one transaction, so whatever ends the
run leaves whole documents, and the same command goes on from there. What the versions have not made stale is left
alone, unless all is asked for; reading what is current changes no row.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from flows.harvest import end_run, open_database, recorded_run
from flows.harvest_result import HarvestSummary, SiteResult, unread_message
from flows.link import link_documents
from flows.read_batch import Batch, BatchEnd, in_batches, pending_batches, read_batch
from flows.reader_pool import end_readers
from flows.recipe import Recipe
from models.database import Database
from models.settings import Settings
from models.tables import SnapshotRow

#: Told of each batch that was read: its site and how many snapshots it had.
Report = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read: how many at a time, from when on it was fetched, and whether what is not stale too."""

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
    return in_batches(recipe.name, keys)


def reextract(
    settings: Settings, recipes: Sequence[Recipe], choice: Choice, report: Report | None = None
) -> HarvestSummary:
    """Read the archive of sites again, tie the figures to projects, and return what it came to.

    Raises ReaderUnavailable where no process can be started, DatabaseError where there is no database.
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
    """Yield each batch when it is read; the threads wait for the processes that read, and write what these found."""
    pool = ThreadPoolExecutor(max(min(jobs, len(work)), 1), thread_name_prefix="reextract")
    try:
        running = {pool.submit(read_batch, database, settings, *one): one for one in work}
        for future in as_completed(running):
            yield *running[future], future.result()
    except BaseException:
        # Each document is one transaction: nothing is half-written by a reader that is ended.
        pool.shutdown(wait=False, cancel_futures=True)
        end_readers()
        raise
    finally:
        pool.shutdown()


def _silent(_site: str, _count: int) -> None:
    pass
