"""The tables of a PDF page: pdfplumber finds their cells, pdfium's characters fill them.

pdfplumber costs eighty times what pdfium does, so it is asked only about pages that have ruling lines, and each page is
closed at once. As the cells' text is pdfium's own, an offset in a cell leads to its page and box like any other.
"""

import io
import logging
import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

import pypdfium2.raw as pdfium

from extractors.read_pdf_lines import Line, page_lines
from extractors.read_pdf_pages import Page, Rect

if TYPE_CHECKING:
    import pdfplumber.pdf

#: A rule is thinner than this, a table's rules are longer; in points.
_THIN, _LONG = 3.0, 12.0
#: Edges of cells closer than this are one edge.
_NEAR = 3.0
#: pdfplumber keeps what it has read of a page: more pages with tables than this are left to the lines.
MAX_TABLE_PAGES = 400
#: A page of more lines and boxes than this is a drawing or a map; pdfplumber would take minutes and gigabytes over it.
MAX_PATHS = 20_000
_SPACES = re.compile(r"\s+")

#: What pdfminer raises on files that break the format; it has no common root.
_BROKEN = (
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
    zlib.error,
)


class TablesUnread(Exception):  # noqa: N818 -- not an error of the file: its text is read all the same
    """pdfplumber cannot read the page."""


@dataclass(slots=True)
class PdfCell:
    """A cell: its place in the grid of its table, and the lines in it from top to bottom."""

    row: int
    column: int
    rows: int
    columns: int
    lines: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class PdfTable:
    """A table on a page: its box, the left edges of its columns, its cells by row."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float
    edges: tuple[float, ...]
    rows: list[list[PdfCell]]

    @property
    def text(self) -> str:
        """All its words, by which it is compared with that of another page."""
        return _SPACES.sub(" ", " ".join(line.text for row in self.rows for cell in row for line in cell.lines))


def has_rules(page: Page) -> bool:
    """Whether a page has lines or boxes enough for a table of two rows and two columns.

    ``TablesUnread`` where it has so many that no table can be sought.
    """
    across: set[int] = set()
    down: set[int] = set()
    paths = 0
    for kind, (x0, top, x1, bottom) in page.objects():
        if kind != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        paths += 1
        if paths > MAX_PATHS:
            raise TablesUnread
        if x1 - x0 > _LONG:
            across.update((round(top / _NEAR), round(bottom / _NEAR)))
        if bottom - top > _LONG / 2:
            down.update((round(x0 / _NEAR), round(x1 / _NEAR)))
    return len(across) >= 3 and len(down) >= 3


class Plumber:
    """pdfplumber on one file, opened when the first page asks for it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._file: pdfplumber.pdf.PDF | None = None
        self._asked = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Not PDF.close(): it lists the pages anew and fails where they are broken. Each page is closed by itself.
        self._file = None

    def tables(self, number: int) -> list[list[Rect]]:
        """Return the cells of each table of a page, in points from the upper left; ``TablesUnread`` if that fails."""
        import pdfplumber
        from pdfminer.psexceptions import PSException
        from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

        self._asked += 1
        if self._asked > MAX_TABLE_PAGES:
            raise TablesUnread
        broken = (*_BROKEN, PSException, PdfminerException, MalformedPDFException)
        try:
            if self._file is None:
                # It warns of each flaw that it steps over; what could not be read is said in `incomplete`.
                logging.getLogger("pdfminer").setLevel(logging.ERROR)
                self._file = pdfplumber.open(io.BytesIO(self._data))
            page = self._file.pages[number - 1]
            try:
                left, top = page.cropbox[0], page.cropbox[1]
                found = page.find_tables()
                cells = [[tuple(map(float, cell)) for cell in table.cells] for table in found]
                return [[(x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in table] for table in cells]
            finally:
                page.close()
        except broken as error:
            raise TablesUnread from error


def fill_tables(page: Page, found: Sequence[Sequence[Rect]]) -> tuple[list[PdfTable], list[Line]]:
    """Put a page's characters into the cells found on it; return the tables and the lines outside of them."""
    cells: list[tuple[Rect, PdfCell]] = []
    tables = []
    for rects in found:
        table, placed = make_grid(page.number, rects)
        if table is not None:
            tables.append(table)
            cells += placed
    spans: dict[int, list[tuple[int, int]]] = {}
    for index, start, end in _by_cell(page, [rect for rect, _ in cells]):
        spans.setdefault(index, []).append((start, end))
    outside = page_lines(page, spans.pop(-1, ()))
    for index, parts in spans.items():
        cells[index][1].lines = page_lines(page, parts)
    kept = [table for table in tables if is_table(table)]
    for table in tables:
        if table not in kept:  # a frame around a text
            outside += [line for row in table.rows for cell in row for line in cell.lines]
    return kept, outside


def is_table(table: PdfTable) -> bool:
    """Whether two rows of a table have two cells with words: else it is a frame around a text."""
    filled = [sum(1 for cell in row if cell.lines) for row in table.rows]
    return len(table.edges) > 1 and sum(1 for count in filled if count > 1) > 1


def make_grid(page: int, rects: Sequence[Rect]) -> tuple[PdfTable | None, list[tuple[Rect, PdfCell]]]:
    """Make an empty table of the boxes of its cells; return it, and each box with its cell."""
    if not rects:
        return None, []
    columns = _edges([rect[0] for rect in rects] + [rect[2] for rect in rects])
    rows = _edges([rect[1] for rect in rects] + [rect[3] for rect in rects])
    placed = []
    lines: list[list[PdfCell]] = [[] for _ in rows[:-1]]
    for rect in sorted(rects, key=lambda rect: (rect[1], rect[0])):
        row, column = _nearest(rows, rect[1]), _nearest(columns, rect[0])
        high, wide = _nearest(rows, rect[3]) - row, _nearest(columns, rect[2]) - column
        if high < 1 or wide < 1:
            continue
        cell = PdfCell(row, column, high, wide)
        lines[row].append(cell)
        placed.append((rect, cell))
    for line in lines:
        line.sort(key=lambda cell: cell.column)
    table = PdfTable(page, columns[0], rows[0], columns[-1], rows[-1], tuple(columns[:-1]), lines)
    return table, placed


def _edges(values: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))


def _by_cell(page: Page, rects: Sequence[Rect]) -> list[tuple[int, int, int]]:
    """Cut the page's text where it crosses the edge of a cell: (cell or -1, start, end)."""
    found: list[tuple[int, int, int]] = []
    now, start = -1, 0
    for index, char in enumerate(page.text):
        if char.isspace():
            continue
        box = page.box(index)
        cell = now if box is None else _cell_at(rects, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, now)
        if cell != now:
            if index > start:
                found.append((now, start, index))
            now, start = cell, index
    found.append((now, start, len(page.text)))
    return found


def _cell_at(rects: Sequence[Rect], x: float, y: float, first: int) -> int:
    if first >= 0 and _holds(rects[first], x, y):
        return first
    return next((index for index, rect in enumerate(rects) if _holds(rect, x, y)), -1)


def _holds(rect: Rect, x: float, y: float) -> bool:
    return rect[0] <= x <= rect[2] and rect[1] <= y <= rect[3]
