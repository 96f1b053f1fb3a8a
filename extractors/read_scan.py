"""Pages that are pictures: rendered by pdfium, recognised by Tesseract, given back as words with boxes.

„Заповед № 123 от 05.03.2016 г.“ on a scanned page becomes text, lines and boxes like those of a page with a text
layer. It needs the extra ``ocr`` and the program ``tesseract`` with Bulgarian and English; the same bytes give the same
words, so a box is found again by recognising the page again.
"""

import re
import shutil
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from statistics import mean, median

import pypdfium2

from extractors.canonical import canonical
from extractors.read_pdf_lines import Atom, Line
from extractors.read_pdf_pages import LOCK, Rect, is_garbled, opened
from extractors.read_pdf_tables import PdfCell, PdfTable, is_table, make_grid
from extractors.read_scan_rules import Grid, find_grid
from extractors.read_scan_spelling import mended, parted
from extractors.read_scan_words import LANGUAGES, PageUnrecognised, ScanWord, scan_words

#: Pages recognised in one file, dots an inch, dots a page at most.
MAX_RECOGNISED = 50
_DPI, _MAX_DOTS = 200, 25_000_000
#: Words of a line that Tesseract trusts less than this, of 100, are a stamp, a signature or a picture.
_TRUSTED = 30.0
#: The height of a line is this many times that of its words; one this much higher than usual is a heading.
_LEADING, _HIGHER = 1.5, 1.35
#: Gaps in line heights, as for a text layer: between cells, and between digits that are two numbers.
_CELL_GAP, _DIGIT_GAP = 1.6, 0.9


class ScannedPage:
    r"""A recognised page: ``text`` with a blank between words and ``\n`` between lines, boxes by index.

    ``lines`` are those outside of ``tables``.
    """

    def __init__(self, number: int, words: Sequence[ScanWord], scale: float, grid: Grid = Grid()) -> None:  # noqa: B008 -- frozen
        self.number = number
        self.lines: list[Line] = []
        self.tables: list[PdfTable] = []
        self._grid = grid
        self._cells: list[tuple[Rect, PdfCell]] = []
        self._starts: list[int] = []
        self._words: list[tuple[str, Rect]] = []
        self.text = ""
        for rects in grid.tables:
            table, placed = make_grid(number, rects)
            if table is not None:
                self.tables.append(table)
                self._cells += placed
        rows = _rows(words)
        usual = median(word.bottom - word.top for row in rows for word in row) * scale if rows else 0.0
        for row in rows:
            self._add(row, scale, usual)
        self._settle()

    def box(self, index: int) -> Rect | None:
        """Return the box of a character: the share of its word's box that falls to it; None for white space."""
        at = bisect_right(self._starts, index) - 1
        if at < 0 or index >= self._starts[at] + len(self._words[at][0]):
            return None
        text, (x0, top, x1, bottom) = self._words[at]
        width = (x1 - x0) / len(text)
        place = index - self._starts[at]
        return x0 + place * width, top, x0 + (place + 1) * width, bottom

    def _add(self, row: Sequence[ScanWord], scale: float, usual: float) -> None:
        rects = [(word.left * scale, word.top * scale, word.right * scale, word.bottom * scale) for word in row]
        texts = mended([canonical(word.text) for word in row])
        self.text += "\n" if self.text else ""
        parts: list[tuple[PdfCell | None, list[int]]] = []
        starts = []
        for number, (text, rect) in enumerate(zip(texts, rects, strict=True)):
            self.text += " " if number and not parted(texts[number - 1], text) else ""
            starts.append(len(self.text))
            self._starts.append(len(self.text))
            self._words.append((text, rect))
            self.text += text
            cell = self._cell(rect)
            if not parts or parts[-1][0] is not cell:
                parts.append((cell, []))
            parts[-1][1].append(number)
        for cell, numbers in parts:
            line = self._line([(texts[one], rects[one], starts[one]) for one in numbers], usual)
            (self.lines if cell is None else cell.lines).append(line)

    def _line(self, words: Sequence[tuple[str, Rect, int]], usual: float) -> Line:
        """Make a line of words that stand beside each other, in the numbers of the page set straight."""
        rects = [rect for _, rect, _ in words]
        higher = median(rect[3] - rect[1] for rect in rects) / usual
        size = _LEADING * usual * (higher if higher > _HIGHER else 1.0)
        middles = [self._grid.straight((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2) for rect in rects]
        middle = mean(y for _, y in middles)
        lean = mean(x for x, _ in middles) - mean((rect[0] + rect[2]) / 2 for rect in rects)
        atoms: list[Atom] = []
        for number, (text, rect, start) in enumerate(words):
            if number and not _is_apart(words[number - 1][0], text, (rect[0] - rects[number - 1][2]) / size):
                before, page, first = atoms.pop()
                blank = "" if parted(words[number - 1][0], text) else " "
                atoms.append((before + blank + text, page, first))
            else:
                atoms += [("\t", 0, 0)] if number else []
                atoms.append((text, self.number, start))
        x0, x1 = min(rect[0] for rect in rects) + lean, max(rect[2] for rect in rects) + lean
        return Line(self.number, atoms, x0, middle - size / 2, x1, middle + size / 2)

    def _cell(self, rect: Rect) -> PdfCell | None:
        """Return the cell of a table that a word stands in."""
        x, y = self._grid.straight((rect[0] + rect[2]) / 2, (rect[1] + rect[3]) / 2)
        return next((cell for (x0, top, x1, bottom), cell in self._cells if x0 <= x <= x1 and top <= y <= bottom), None)

    def _settle(self) -> None:
        """Put the lines of cells in order; what is a frame around a text is no table."""
        for _, cell in self._cells:
            cell.lines.sort(key=lambda line: line.middle)
        kept = [table for table in self.tables if is_table(table)]
        for table in self.tables:
            if table not in kept:
                self.lines += [line for row in table.rows for cell in row for line in cell.lines]
        self.tables = kept


def _is_apart(before: str, after: str, gap: float) -> bool:
    """Whether two words stand in two cells; the gap is in heights of their line."""
    return gap > (_DIGIT_GAP if before[-1:].isdigit() and after[:1].isdigit() else _CELL_GAP)


@cache
def can_recognise() -> bool:
    """Whether the extra ``ocr`` and Tesseract with Bulgarian and English are there."""
    if shutil.which("tesseract") is None:
        return False
    try:
        import PIL.Image  # noqa: F401
        import pytesseract
    except ImportError:
        return False
    return set(LANGUAGES) <= set(pytesseract.get_languages())


def recognise(data: bytes, number: int) -> ScannedPage:
    """Recognise a page of a PDF, counted from 1; ``PageUnrecognised`` if it cannot be.

    Call it without holding ``LOCK``: Tesseract takes seconds, and other files can be read meanwhile.
    """
    with LOCK, opened(data) as file:
        try:
            page = file[number - 1]
            scale = min(_DPI / 72, (_MAX_DOTS / max(page.get_width() * page.get_height(), 1.0)) ** 0.5)
            picture = page.render(scale=scale, grayscale=True).to_pil().copy()
        except pypdfium2.PdfiumError as error:
            raise PageUnrecognised(str(error)) from error
    grid, picture = find_grid(picture, 1 / scale)
    return ScannedPage(number, scan_words(picture, round(72 * scale)), 1 / scale, grid)


def _rows(words: Sequence[ScanWord]) -> list[list[ScanWord]]:
    """Return the words by line; what is no language is left out."""
    rows: dict[tuple[int, int, int], list[ScanWord]] = {}
    for word in words:
        rows.setdefault(word.line, []).append(word)
    kept = [row for row in rows.values() if _is_trusted(row)]
    return [] if is_garbled("".join(word.text for row in kept for word in row)) else kept


def _is_trusted(row: Sequence[ScanWord]) -> bool:
    lettered = [word for word in row if re.search(r"[^\W_]", word.text)]
    return bool(lettered) and mean(word.confidence for word in lettered) >= _TRUSTED
