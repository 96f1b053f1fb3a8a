"""A quote in its page: the boxes of its characters, and the sentence that it stands in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from extractors.read_archive import member_bytes
from extractors.read_pdf_pages import LOCK, Page, Rect, has_words, is_garbled, loaded, opened
from extractors.read_picture import PICTURES, picture_as_pdf
from extractors.read_scan import ScannedPage, can_recognise, recognise
from extractors.read_scan_words import PageUnrecognised
from extractors.reading import read_over
from models.document import Box, Document, Run


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document: ``document.text[start:end] == text``."""

    text: str
    start: int
    end: int


def boxes(document: Document, data: bytes, start: int, end: int) -> tuple[Box, ...]:
    """Return where ``document.text[start:end]`` stands on its pages, one box a line; none for an unpaged document.

    ``data`` are the bytes that the document was read from. Points from the page's upper left corner.
    """
    return boxes_of(document, data, [(start, end)])[0]


def boxes_of(document: Document, data: bytes, spans: Sequence[tuple[int, int]]) -> list[tuple[Box, ...]]:
    """Return the boxes of several quotes; the file is opened and each page loaded once.

    A page that was recognised is recognised again; where that cannot be done, or gives other words, there is no box.
    """
    layout = document.layout
    if layout is None or not spans:
        return [() for _ in spans]
    pieces = [layout.pieces(start, end) for start, end in spans]
    wanted: dict[int, list[tuple[int, Run]]] = {}
    for number, runs in enumerate(pieces):
        for run in runs:
            wanted.setdefault(run.page, []).append((number, run))
    found: list[list[Box]] = [[] for _ in spans]
    scanned = []
    if document.media_type in PICTURES.values() and not can_recognise():
        return [() for _ in spans]
    data = as_pdf(document, data)
    with LOCK, opened(data) as file:
        for page_number in sorted(wanted):
            with loaded(file, page_number) as page:
                if _is_picture(page):
                    scanned.append(page_number)
                    continue
                for number, run in wanted[page_number]:
                    found[number] += _run_boxes(page, run)
    for page_number in scanned if scanned and can_recognise() else ():
        try:
            recognised = recognise(data, page_number)
        except PageUnrecognised:
            continue
        for number, run in wanted[page_number]:
            if _says(recognised, run) == document.text[run.start : run.start + run.length]:
                found[number] += _run_boxes(recognised, run)
    return [tuple(_merged(sorted(each, key=lambda box: box.page))) for each in found]


def as_pdf(document: Document, data: bytes) -> bytes:
    """Return the PDF that a paged document's pages are drawn from: the member of an archive, a picture as a PDF."""
    data = member_bytes(data, document.part)
    return picture_as_pdf(data) if document.media_type in PICTURES.values() else data


def page_boxes(pdf: bytes, number: int, find: Callable[[str], Iterable[tuple[int, int]]]) -> list[tuple[Box, ...]]:
    """Return the boxes of what ``find`` finds in the page's own text, as pdfium or Tesseract reads it, line by line.

    Raises ``PageUnrecognised`` for a scanned page that cannot be recognised.
    """
    with LOCK, opened(pdf) as file, loaded(file, number) as page:
        if not _is_picture(page):
            return [tuple(_run_boxes(page, Run(0, end - start, number, start))) for start, end in find(page.text)]
    if not can_recognise():
        raise PageUnrecognised("there is no Tesseract with Bulgarian and English")
    recognised = recognise(pdf, number)
    return [tuple(_run_boxes(recognised, Run(0, end - start, number, start))) for start, end in find(recognised.text)]


def sentence(document: Document, start: int, end: int) -> Sentence:
    """Return the sentence around a quote, as the rules divide the text; in furniture, its whole block."""
    reading = read_over(document)
    first, last = reading.sentence_at(start), reading.sentence_at(max(end - 1, start))
    if first is not None and last is not None and first.start <= start and end <= last.end:
        low, high = first.start, last.end
    else:
        block = next((one for one in document.blocks if one.start <= start < one.end), None)
        low, high = (block.start, max(block.end, end)) if block else (start, end)
    text = document.text[low:high]
    low += len(text) - len(text.lstrip())
    high -= len(text) - len(text.rstrip())
    return Sentence(document.text[low:high], low, high)


def _is_picture(page: Page) -> bool:
    """Whether a page has no text layer that can be believed, so that it is read as a scan."""
    return is_garbled(page.text) or not has_words(page.text)


def _says(page: ScannedPage, run: Run) -> str:
    return page.text[run.index : run.index + run.length]


def _run_boxes(page: Page | ScannedPage, run: Run) -> list[Box]:
    found: list[Box] = []
    for index in range(run.index, run.index + run.length):
        if page.text[index : index + 1].isspace():
            continue
        rect = page.box(index)
        if rect is not None:
            found.append(_box(page.number, rect))
    return _merged(found)


def _box(page: int, rect: Rect) -> Box:
    return Box(page, *(round(one, 2) for one in rect))


def _merged(found: Sequence[Box]) -> list[Box]:
    """Join the boxes of one line: they share most of their height."""
    merged: list[Box] = []
    for box in found:
        last = merged[-1] if merged else None
        if last and last.page == box.page and _overlap(last, box) > 0.5 * min(last.y1 - last.y0, box.y1 - box.y0):
            merged[-1] = Box(
                box.page, min(last.x0, box.x0), min(last.y0, box.y0), max(last.x1, box.x1), max(last.y1, box.y1)
            )
        else:
            merged.append(box)
    return merged


def _overlap(one: Box, other: Box) -> float:
    return min(one.y1, other.y1) - max(one.y0, other.y0)
