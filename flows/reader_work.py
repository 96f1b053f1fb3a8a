"""What a reader's process does with one file: read it, find its figures, tell its phase; it may be any file at all."""

import logging
import traceback
from dataclasses import replace

from extractors import UnreadableDocument, extract, read
from extractors.keeping import Weighed, weigh
from extractors.phase import tell_phase
from extractors.pipeline import run
from extractors.stamps import read_stamp
from flows.reader_job import ReadDocument, ReaderAnswer, ReaderJob
from models.document import Document

_log = logging.getLogger(__name__)


def warm() -> None:
    """Load what every file needs, before the clock of the first one runs."""
    document = read("Проект BG05M9OP001-2.002-9001-C01 започна на 18.12.2015 г.".encode(), name="a.txt")[0]
    tell_phase(document, extract(document))
    weigh(document)


def work(data: bytes, job: ReaderJob) -> ReaderAnswer:
    """Read a file; whatever is wrong with it, or with us, is the answer's reason. MemoryError is left to the caller."""
    try:
        documents = read(
            data,
            name=job.name,
            content_type=job.content_type,
            address=job.address,
            fetched=job.fetched,
            selectors=job.selectors,
        )
        return ReaderAnswer(tuple(_with_figures(_as_listed(document, job), data, job) for document in documents))
    except UnreadableDocument as error:
        return ReaderAnswer(problem=error.reason, needs_ocr=error.needs_ocr)
    except MemoryError:
        raise
    # One document's trouble must cost one document. What it was is kept, and it is told as what it is: our fault.
    except Exception as error:  # noqa: BLE001
        said = " ".join(str(error).split())[:300]
        reason = f"the program failed on it ({type(error).__name__}: {said})"
        return ReaderAnswer(problem=reason, trace="".join(traceback.format_exception(error, limit=-20)))


def _with_figures(document: Document, data: bytes, job: ReaderJob) -> ReadDocument:
    if document.unread is not None:
        return ReadDocument(document)
    done = run(document)
    figures = tuple(done.user_data["figures"])
    boxes = None
    if job.boxes and document.layout is not None:
        from extractors.evidence import boxes_of

        boxes = tuple(boxes_of(document, data, [(one.start, one.end) for one in figures]))
    weighed = _weigh(document) if job.weigh else None
    return ReadDocument(document, figures, tell_phase(document, figures), done.user_data["published"], boxes, weighed)


def _weigh(document: Document) -> Weighed | None:
    try:
        return weigh(document)
    except MemoryError:
        raise
    # A page whose words cannot be weighed is kept: whoever looks at it decides better than nobody.
    except Exception:  # noqa: BLE001
        _log.exception("a page cannot be weighed: %s", document.title)
        return None


def _as_listed(document: Document, job: ReaderJob) -> Document:
    """Give a document that has no title or day of its own those of the list or feed that led to it."""
    if document.part is not None:
        return document
    if document.title is None:
        document = replace(document, title=job.listed_title)
    if document.published is None and job.listed_date:
        stamp = read_stamp(job.listed_date, fetched=job.fetched)
        if stamp is not None:
            document = replace(document, published=stamp.date, derived=stamp.derived)
    return document
