"""A batch of snapshots read: bytes from the archive → documents → figures → one set a snapshot, in one transaction.

Reading and extracting happen in processes apart (``flows.reader_pool``), for the files are other people's. What cannot
be read becomes a document with its reason and a finding, and is not tried again until the reader's version changes;
whatever happens to one document, the others of its batch are read.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors import RULES_VERSION
from extractors.keeping import Weighed, keeping_version
from extractors.phase import PHASE_VERSION
from extractors.read_scan import can_recognise
from extractors.reader import READER_VERSION
from flows.keep import divide
from flows.reader_job import UNKNOWN_TYPE, ReadDocument, ReaderJob
from flows.reader_pool import ReaderPool, readers
from flows.recipe import Keep, Recipe
from models.archive import ArchiveError, read_bytes
from models.database import Database
from models.document import Document
from models.keys import content_key
from models.records import Finding, Reading, Snapshot
from models.settings import Settings, now
from models.store import get_snapshot, pending_snapshots, put_readings, replace_findings
from models.tables import Severity, State, Subject

#: Snapshots a batch: some seconds of work, so that orchestrating it costs little.
BATCH = 40
#: Kinds of findings that reading makes.
UNREADABLE, DAMAGED = "unreadable", "archive"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """Snapshots of one site, by key, that wait to be read."""

    site: str
    snapshots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchEnd:
    """What reading a batch gave.

    ``documents`` and ``figures`` are kept, ``seen`` are pages that are no announcements, ``unreadable`` snapshots that
    cannot be read, ``missing`` those that the archive has lost.
    """

    documents: int = 0
    figures: int = 0
    unreadable: int = 0
    missing: int = 0
    seen: int = 0

    def __add__(self, other: "BatchEnd") -> "BatchEnd":
        return BatchEnd(
            self.documents + other.documents,
            self.figures + other.figures,
            self.unreadable + other.unreadable,
            self.missing + other.missing,
            self.seen + other.seen,
        )


def rules_version() -> str:
    """Return the version of what makes figures and phase of a document, and of the words by which it is kept."""
    return f"{RULES_VERSION}.{PHASE_VERSION}.{keeping_version()}"


def reader_version(recipe: Recipe) -> str:
    """Return the version of what makes documents of a site's bytes: the reader's, and the recipe's words to it.

    A machine that recognises scans reads what one without Tesseract could not.
    """
    reader = f"{READER_VERSION}+ocr" if can_recognise() else READER_VERSION
    if recipe.keep is not Keep.PROJECTS:
        reader += f"+{recipe.keep}"
    if not recipe.selectors and recipe.encoding is None:
        return reader
    chosen = recipe.selectors
    key = content_key(chosen.article, chosen.title, chosen.date, chosen.items, chosen.remove, recipe.encoding)
    return f"{reader}-{key[:8]}"


def pending_batches(database: Database, recipe: Recipe) -> list[Batch]:
    """Return the site's snapshots that these versions of reader and rules have not read."""
    with database.reading() as session:
        pending = pending_snapshots(
            session, reader=reader_version(recipe), rules=rules_version(), sources=[recipe.name]
        )
    return in_batches(recipe.name, [snapshot.key for snapshot in pending])


def in_batches(site: str, keys: Sequence[str]) -> list[Batch]:
    """Divide a site's snapshots, named by their keys, into batches."""
    return [Batch(site, tuple(keys[at : at + BATCH])) for at in range(0, len(keys), BATCH)]


def read_batch(database: Database, settings: Settings, recipe: Recipe, batch: Batch) -> BatchEnd:
    """Read a batch and keep what it gives; KeyError for a snapshot that is not there.

    Raises ReaderUnavailable where no reader can be started, ReadersClosed where they were ended: nothing is known of
    what was not read, and the next run reads it.
    """
    end = BatchEnd()
    pool = readers(settings.readers)  # once: where it is closed, the rest of the batch is not read either
    for key in batch.snapshots:
        with database.reading() as session:
            snapshot = get_snapshot(session, key)
        if snapshot is None:
            raise KeyError(key)
        end += _read_one(database, settings, recipe, snapshot, pool)
    return end


def _read_one(database: Database, settings: Settings, recipe: Recipe, snapshot: Snapshot, pool: ReaderPool) -> BatchEnd:
    try:
        data = read_bytes(settings, snapshot)
    except ArchiveError as error:
        # Not a document's fault: it is read when the archive is there again.
        _tell(database, DAMAGED, snapshot, str(error), Severity.ERROR)
        return BatchEnd(missing=1)
    readings, seen = divide(recipe, _readings(data, pool, recipe, snapshot))
    problems = sorted({one.reason for one in readings if one.reason})
    with database.writing() as session:
        reader, rules = reader_version(recipe), rules_version()
        put_readings(session, snapshot.key, readings, reader=reader, rules=rules, seen=seen)
        replace_findings(session, DAMAGED, snapshot.key, [], now())
        told = [_finding(UNREADABLE, snapshot, problem, Severity.WARNING) for problem in problems]
        replace_findings(session, UNREADABLE, snapshot.key, told, now())
    whole = [one for one in readings if not one.reason]
    figures = sum(len(one.figures) for one in whole)
    return BatchEnd(len(whole), figures, unreadable=int(bool(problems)), seen=len(seen))


def _readings(
    data: bytes, pool: ReaderPool, recipe: Recipe, snapshot: Snapshot
) -> list[tuple[Reading, Weighed | None]]:
    job = replace(
        ReaderJob.of_answer(snapshot.address, snapshot.media_type, recipe.encoding or snapshot.charset),
        fetched=snapshot.fetched_at,
        selectors=recipe.selectors,
        listed_title=snapshot.listed_title,
        listed_date=snapshot.listed_date,
        weigh=recipe.keep is not Keep.ALL,
    )
    answer = pool.read(data, job)
    if answer.trace is not None:
        _log.error("%s: cannot be read\n%s", snapshot.address, answer.trace)
    if answer.problem is None:
        return [(_reading(one), one.weighed) for one in answer.documents]
    state = State.NEEDS_OCR if answer.needs_ocr else State.UNREADABLE
    document = Document("", snapshot.media_type or UNKNOWN_TYPE, title=snapshot.listed_title)
    return [(Reading(document, state=state, reason=answer.problem), None)]


def _reading(read: ReadDocument) -> Reading:
    document = read.document
    if document.unread is not None:
        return Reading(document, state=State.UNREADABLE, reason=f"{document.part}: {document.unread}")
    return Reading(document, read.figures, read.phase)


def _tell(database: Database, kind: str, snapshot: Snapshot, problem: str, severity: Severity) -> None:
    with database.writing() as session:
        replace_findings(session, kind, snapshot.key, [_finding(kind, snapshot, problem, severity)], now())


def _finding(kind: str, snapshot: Snapshot, problem: str, severity: Severity) -> Finding:
    return Finding(kind, severity, Subject.SNAPSHOT, snapshot.key, f"{snapshot.address}: {problem}")
