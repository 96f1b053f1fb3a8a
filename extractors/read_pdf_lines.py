"""The lines of a PDF page: where they stand, in which order they are read, and which belong side by side.

pdfium gives lines in drawing order, which is no reading order: a footer may be drawn first. Lines are sorted from top
to bottom; two columns are read one after the other only where the page plainly has them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from extractors.read_pdf_pages import HYPHEN, Page

#: A text and the page and index of its first character; page 0 is what joining made.
Atom = tuple[str, int, int]

_LINE = re.compile(rf"[^\r\n{HYPHEN}]+{HYPHEN}?")
_SPACES = re.compile(" +")
_GAP = re.compile(r"(?<=[\d.,]) (?=\d)")
#: A gap wider than this many line heights parts two cells, and digits beside it are two numbers.
_CELL_GAP = 1.6
_DIGIT_GAP = 0.9
#: A line with more room for each of its characters than this, in heights, has gaps in it.
_WIDE = 0.75
#: Fewer lines than this on a side are no column; the lines of prose have this many characters.
_COLUMN, _LONG_LINE = 6, 20


@dataclass(slots=True)
class Line:
    """A line: its atoms, and its box in points from the upper left; ``size`` is the height of its letters."""

    page: int
    atoms: list[Atom]
    x0: float
    top: float
    x1: float
    bottom: float
    text: str = field(init=False)
    level: int = -1

    def __post_init__(self) -> None:
        self.text = "".join(atom[0] for atom in self.atoms)

    @property
    def size(self) -> float:
        """The height of the line in points."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """The height at which the line stands."""
        return (self.top + self.bottom) / 2


def page_lines(page: Page, spans: Iterable[tuple[int, int]] | None = None) -> list[Line]:
    """Return the lines of a page as they were drawn; ``spans`` are the parts of its text that are asked for."""
    text = page.text
    found = []
    for start, end in [(0, len(text))] if spans is None else spans:
        for match in _LINE.finditer(text, start, end):
            line = _line(page, *match.span())
            if line is None:
                continue
            # „Обща стойност:          515 000 лв.“: pdfium puts one space between what stands far apart.
            if line.x1 - line.x0 > _WIDE * line.size * len(line.text):
                parts = [_line(page, *span) for span in _far_apart(page, match.start(), match.end(), line.size)]
                found += [part for part in parts if part is not None]
            else:
                found.append(line)
    return found


def _far_apart(page: Page, start: int, end: int, size: float) -> list[tuple[int, int]]:
    spans = []
    for match in _SPACES.finditer(page.text, start + 1, end - 1):
        left, right = page.box(match.start() - 1), page.box(match.end())
        if left and right and right[0] - left[2] > _CELL_GAP * size:
            spans.append((start, match.start()))
            start = match.end()
    return [*spans, (start, end)]


def _line(page: Page, start: int, end: int) -> Line | None:
    text = page.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start == end:
        return None
    first, last = page.box(start), page.box(end - 1)
    if first is None or last is None:
        return None
    words = text[start:end].replace(HYPHEN, "-")
    atoms: list[Atom] = []
    place = start
    for match in _GAP.finditer(text, start, end):
        # „1 200 000  15 000“: two columns of numbers that pdfium parts with one space.
        left, right = page.box(match.start() - 1), page.box(match.end())
        if left and right and right[0] - left[2] > _DIGIT_GAP * max(first[3] - first[1], 1.0):
            atoms += [(words[place - start : match.start() - start], page.number, place), ("\t", 0, 0)]
            place = match.end()
    atoms.append((words[place - start :], page.number, place))
    top, bottom = min(first[1], last[1]), max(first[3], last[3])
    return Line(page.number, atoms, min(first[0], last[0]), top, max(first[2], last[2]), bottom)


def in_reading_order(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """Return runs of lines from top to bottom: one for the page, or one for each part of a column."""
    gutter = find_gutter(lines, width)
    if gutter is None:
        return [beside(lines)]
    runs: list[list[Line]] = []
    left: list[Line] = []
    right: list[Line] = []
    across: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        if line.x1 < gutter:
            side = left
        elif line.x0 >= gutter - 2:
            side = right
        else:
            runs += [beside(left), beside(right)]
            left, right = [], []
            across.append(line)
            continue
        if across:
            runs.append(beside(across))
            across = []
        side.append(line)
    runs += [beside(across), beside(left), beside(right)]
    return [run for run in runs if run]


def beside(lines: Sequence[Line]) -> list[Line]:
    """Sort lines from top to bottom and join what stands on one base line: a label and its value drawn apart."""
    found: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        before = found[-1] if found else None
        if before is not None and abs(line.middle - before.middle) < 0.4 * min(line.size, before.size):
            first, second = (before, line) if before.x0 <= line.x0 else (line, before)
            gap = "\t" if second.x0 - first.x1 > _CELL_GAP * line.size else " "
            found[-1] = Line(
                line.page,
                [*first.atoms, (gap, 0, 0), *second.atoms],
                first.x0,
                min(first.top, second.top),
                max(first.x1, second.x1),
                max(first.bottom, second.bottom),
            )
        else:
            found.append(line)
    return found


def find_gutter(lines: Sequence[Line], width: float) -> float | None:
    """Return where the right one of two columns begins; None where the page is not clearly of two columns."""
    starts = Counter(round(line.x0 / 3) * 3 for line in lines if 0.35 * width < line.x0 < 0.65 * width)
    if not starts:
        return None
    begin = min(start for start, count in starts.items() if count == max(starts.values())) - 3.0
    # „1. Основание“ may stand to the right of the column's edge: it begins where what is left of it ends.
    edge = max((line.x1 for line in lines if line.x1 < begin), default=begin)
    begin = min((line.x0 - 3.0 for line in lines if line.x0 > edge), default=begin)
    right = [line for line in lines if line.x0 >= begin]
    left = [line for line in lines if line.x1 < begin]
    if min(len(left), len(right)) < _COLUMN:
        return None
    top, bottom = max(min(map(_top, left)), min(map(_top, right))), min(max(map(_top, left)), max(map(_top, right)))
    shorter = min(max(map(_top, left)) - min(map(_top, left)), max(map(_top, right)) - min(map(_top, right)))
    if bottom - top < 0.6 * shorter:
        return None
    # Prose fills its column, or its lines begin in lower case; the cells of a table without rules do neither.
    full = [median(line.x1 - line.x0 for line in side) for side in (left, right)]
    room = [begin - min(line.x0 for line in left), max(line.x1 for line in right) - begin]
    long = [median(len(line.text) for line in side) >= _LONG_LINE for side in (left, right)]
    if all(long) and all(one >= 0.6 * space for one, space in zip(full, room, strict=True)):
        return begin
    # „Брусарци: 48 човека⏎Крива бара: 39 бр.“ in the one column, prose in the other.
    flows = any(
        one and wide >= 0.6 * space and _flows(side)
        for one, wide, space, side in zip(long, full, room, (left, right), strict=True)
    )
    return begin if flows and _step(left) < 1.6 * _step(right) and _step(right) < 1.6 * _step(left) else None


def _flows(side: Sequence[Line]) -> bool:
    """Whether lines are sentences that run on: many begin in lower case."""
    return sum(line.text[:1].islower() for line in side) >= 0.4 * len(side)


def _step(side: Sequence[Line]) -> float:
    """Return the usual way from one line of a column to the next; the cells of a table stand further apart."""
    tops = sorted(map(_top, side))
    return median(after - before for before, after in pairwise(tops))


def _top(line: Line) -> float:
    return line.top
