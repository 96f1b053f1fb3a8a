"""The reader of PDF files: lines to paragraphs, tables with headers, letterheads laid aside.

Each offset leads back to its page and character (``Document.layout``). A page without a text layer, or with one that is
no language, is recognised where that is possible (``extractors.read_scan``); otherwise it is not believed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

from extractors.composition import Piece, compose
from extractors.errors import DamagedDocument, OversizedDocument, UnrecognisedScan, UntrustedTextLayer
from extractors.read_html_charset import mend_letters
from extractors.read_html_dates import labelled_day, read_address
from extractors.read_pdf_body import body_pieces, repeated_tables, with_tables
from extractors.read_pdf_furniture import find_furniture
from extractors.read_pdf_lines import Line, beside, page_lines
from extractors.read_pdf_pages import Page, check_whole, has_words, is_garbled, loaded, opened
from extractors.read_pdf_paragraphs import Measure, paragraphs
from extractors.read_pdf_tables import PdfTable, Plumber, TablesUnread, fill_tables, has_rules
from extractors.read_scan import MAX_RECOGNISED, can_recognise, recognise
from extractors.read_scan_words import PageUnrecognised
from extractors.stamps import Stamp
from models.document import BlockKind, Document, Layout, Zone

#: In bytes and pages; what is more is said to be left out.
MAX_PDF = 200 * 1024 * 1024
MAX_PAGES = 3000


@dataclass(slots=True)
class _Read:
    """What the pages gave: lines and tables page by page, and what could not be taken in."""

    sizes: list[tuple[float, float]] = field(default_factory=list)
    lines: list[list[Line]] = field(default_factory=list)
    tables: list[list[PdfTable]] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    wordless: list[int] = field(default_factory=list)
    garbled: list[int] = field(default_factory=list)
    untabled: list[int] = field(default_factory=list)
    unrecognised: list[int] = field(default_factory=list)


def read_pdf(data: bytes, *, address: str | None = None) -> Document:
    """Read a PDF file; ``UnreadableDocument`` if it is encrypted, damaged, cut off, too large or needs recognition."""
    if len(data) > MAX_PDF:
        raise OversizedDocument(f"the PDF has {len(data):,} bytes, more than the {MAX_PDF:,} that are read")
    check_whole(data)
    with opened(data) as file, Plumber(data) as plumber:
        declared = len(file)
        read = _Read()
        for number in range(1, min(declared, MAX_PAGES) + 1):
            _read_page(file, plumber, number, read)
    if len(read.unseen) == len(read.sizes):
        raise DamagedDocument("the PDF is damaged: none of its pages can be read")
    if (read.wordless or read.garbled) and can_recognise():
        _recognise_pages(data, read)
    if not any(read.lines) and not any(read.tables):
        if can_recognise():
            raise UnrecognisedScan("there is no text layer that can be read, and no words are recognised on the pages")
        if read.garbled:
            raise UntrustedTextLayer("the PDF's text layer is no language: its pages need character recognition")
        raise UntrustedTextLayer("the PDF has no text layer: its pages need character recognition")
    return _compose(read, declared, address)


def _read_page(file: "pypdfium2.PdfDocument", plumber: Plumber, number: int, read: _Read) -> None:
    lines: list[Line] = []
    tables: list[PdfTable] = []
    size = (0.0, 0.0)
    try:
        with loaded(file, number) as page:
            size = (round(page.frame.size[0], 2), round(page.frame.size[1], 2))
            if is_garbled(page.text):
                read.garbled.append(number)
            elif not has_words(page.text):
                if any(kind == pdfium.FPDF_PAGEOBJ_IMAGE for kind, _ in page.objects()):
                    read.wordless.append(number)
            else:
                tables, lines = _page_content(page, plumber, number, read)
    except pypdfium2.PdfiumError:
        read.unseen.append(number)
    read.sizes.append(size)
    read.lines.append(lines)
    read.tables.append(tables)


def _recognise_pages(data: bytes, read: _Read) -> None:
    """Take in the lines of pages without a text layer; a page on which no words are recognised stays told as such."""
    for number in sorted(read.wordless + read.garbled)[:MAX_RECOGNISED]:
        told = read.garbled if number in read.garbled else read.wordless
        try:
            page = recognise(data, number)
        except PageUnrecognised:
            told.remove(number)
            read.unrecognised.append(number)
            continue
        if page.lines or page.tables:
            told.remove(number)
            read.lines[number - 1] = page.lines
            read.tables[number - 1] = page.tables


def _page_content(page: Page, plumber: Plumber, number: int, read: _Read) -> tuple[list[PdfTable], list[Line]]:
    try:
        found = plumber.tables(number) if has_rules(page) else []
    except TablesUnread:
        read.untabled.append(number)
    else:
        if found:
            return fill_tables(page, found)
    return [], page_lines(page)


def _compose(read: _Read, declared: int, address: str | None) -> Document:
    heights = [height for _, height in read.sizes]
    sorted_lines = [beside(lines) for lines in read.lines]
    furniture = find_furniture(sorted_lines, heights)
    laid_aside = [line for page in sorted_lines for line in page if id(line) in furniture]
    apart = {(page, index) for line in laid_aside for _, page, index in line.atoms}
    runs: list[list[Line] | PdfTable] = []
    aside: list[list[Line]] = []
    for number, lines in enumerate(read.lines):
        body = [line for line in lines if _key(line) not in apart]
        aside.append([line for line in sorted_lines[number] if id(line) in furniture])
        runs += with_tables(body, read.tables[number], read.sizes[number][0])
    measure = Measure.of([run for run in runs if isinstance(run, list)])
    pieces = body_pieces(runs, measure, repeated_tables(read.tables))
    pieces += paragraphs([run for run in aside if run], measure, Zone.FURNITURE)
    composed = compose(pieces)
    text = mend_letters(composed.text)
    stamp = _published(pieces) or (read_address(address) if address else None)
    return Document(
        text,
        "application/pdf",
        composed.blocks,
        _title(pieces),
        stamp.date if stamp else None,
        Layout(tuple(read.sizes), composed.runs),
        incomplete=_incomplete(read, declared),
    )


def _key(line: Line) -> tuple[int, int]:
    """Return the page and index of a line's first character, which stay when lines are put side by side."""
    return line.atoms[0][1], line.atoms[0][2]


def _title(pieces: Sequence[Piece]) -> str | None:
    """Return the heading of the highest level among the first pieces; a file's own metadata names its template."""
    first = [piece for piece in pieces[:12] if piece.zone is Zone.BODY and piece.kind is BlockKind.HEADING]
    best = min(first, key=lambda piece: piece.level, default=None)
    return mend_letters(" ".join(best.text.split())) if best is not None else None


def _published(pieces: Sequence[Piece]) -> Stamp | None:
    """Return the day behind „Дата:“, „Публикувано на“ on a line of its own; a creation date is no publication."""
    texts = [piece.text for piece in pieces if piece.zone is Zone.BODY and len(piece.text) <= 120]
    return next((stamp for stamp in map(labelled_day, texts) if stamp), None)


def _incomplete(read: _Read, declared: int) -> str | None:
    said = []
    if declared > len(read.sizes):
        said.append(f"only the first {len(read.sizes):,} of {declared:,} pages are read")
    for pages, words in (
        (read.unseen, "cannot be read"),
        (read.wordless, "have no text layer"),
        (read.garbled, "have a text layer that is no language"),
        (read.unrecognised, "cannot be recognised"),
        (read.untabled, "have tables that cannot be read as such"),
    ):
        if pages:
            said.append(f"pages {_ranges(pages)} of {declared} {words}")
    return "; ".join(said) or None


def _ranges(pages: Sequence[int]) -> str:
    starts = [pages[0], *(after for before, after in pairwise(pages) if after != before + 1)]
    ends = [*(before for before, after in pairwise(pages) if after != before + 1), pages[-1]]
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True))
