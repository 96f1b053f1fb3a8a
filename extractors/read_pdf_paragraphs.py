"""From lines to paragraphs: a sentence runs on over lines, columns and pages, with its way back to the page.

A hyphen at a line's end is mended only where the word goes on in lower case: ``изпъл-`` / ``нява``.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractors.canonical import canonical
from extractors.composition import CELL_GAP, Piece
from extractors.line_ends import LIST_MARK
from extractors.read_pdf_lines import Atom, Line
from models.document import BlockKind, Cell, Run, Zone

_DASHED = re.compile(r"[-–—]\s+[^\W\d_A-ZА-Я]")
_LIST_END = re.compile(r"[.!?:;,…]\W{0,2}$")
_STOP = re.compile(r"[.!?:;…]\W{0,2}$")
_BROKEN = re.compile(r"\w[-\u00ad\u2010]$")
_LETTERS = re.compile(r"[^\W\d_]")
#: A heading's letters are this much higher than the text's.
_LARGE, _HUGE = 1.15, 1.5
_LONGEST_HEADING = 250
#: From so many lines on a run in which none begins in lower case is a list of lines.
_LIST = 5


@dataclass(slots=True)
class Measure:
    """What is usual in a file, in points: the height of a line, and the way from one line to the next."""

    size: float
    pitch: float

    @classmethod
    def of(cls, runs: Sequence[Sequence[Line]]) -> "Measure":
        """Measure the lines of a file; longer ones count more."""
        sizes = [line.size for run in runs for line in run for _ in range(1 + len(line.text) // 20)]
        size = median(sizes) if sizes else 12.0
        steps = [
            after.bottom - before.bottom
            for run in runs
            for before, after in pairwise(run)
            if before.page == after.page and 0 < after.bottom - before.bottom < 2.2 * size
        ]
        return cls(size, min(median(steps) if steps else 1.3 * size, 1.8 * size))


def paragraphs(runs: Sequence[Sequence[Line]], measure: Measure, zone: Zone) -> list[Piece]:
    """Return the pieces of the lines; each run is a column's or page's part, from top to bottom."""
    found: list[list[Line]] = []
    right = 0.0
    left = 0.0
    for run in runs:
        for number, line in enumerate(run):
            if number == 0:
                goes_on = bool(found) and _runs_over(found[-1][-1], line, right, measure)
                left, right = min(one.x0 for one in run), max(one.x1 for one in run)
                # „Брусарци: 48 човека⏎Крива бара: 39 бр.“: where no line goes on in lower case, none goes on.
                if len(run) >= _LIST and not any(one.text[:1].islower() for one in run):
                    right = math.inf
            else:
                goes_on = _runs_on(found[-1], line, left, right, measure)
            if goes_on:
                found[-1].append(line)
            else:
                found.append([line])
    return _grouped([_piece(lines, measure, zone) for lines in found])


def _grouped(pieces: list[Piece]) -> list[Piece]:
    """Make list items that follow each other one list; tables count their groups from 1 up, lists from -1 down."""
    group = 0
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if piece.kind is BlockKind.LIST_ITEM:
            if before is None or before.kind is not BlockKind.LIST_ITEM:
                group -= 1
            piece.group = group
    return pieces


def heading_level(line: Line, measure: Measure) -> int:
    """Return the level of a heading: 1 and 2 by size, 3 for capitals; 0 for what is none."""
    if line.level < 0:
        line.level = _level(line.text, line.size / measure.size)
    return line.level


def _level(text: str, ratio: float) -> int:
    if (ratio < _LARGE and not text.isupper()) or len(text) > _LONGEST_HEADING:
        return 0
    letters = len(_LETTERS.findall(text))
    if ratio >= _LARGE and letters >= 3:
        return 1 if ratio >= _HUGE else 2
    return 3 if letters >= 8 and text.isupper() and text[-1] not in ",;" else 0


def _runs_on(paragraph: Sequence[Line], line: Line, left: float, right: float, measure: Measure) -> bool:
    before = paragraph[-1]
    if heading_level(before, measure) != heading_level(line, measure):
        return False
    if LIST_MARK.match(line.text) and not (_DASHED.match(line.text) and _is_wrapped(before, line, right)):
        return False
    if _BROKEN.search(before.text) and line.bottom - before.bottom < 2 * measure.pitch:
        return True
    step = line.bottom - before.bottom
    if step > 1.35 * max(measure.pitch, measure.pitch * line.size / measure.size) or "\t" in line.text:
        return False
    if heading_level(line, measure):
        return True
    width = max(right - left, 1.0)
    starts = _starts_anew(line.text)
    if _has_room(before, line, right) and (_STOP.search(before.text) or starts):
        return False
    indented = line.x0 > before.x0 + 0.8 * measure.size and line.x0 < left + 0.3 * width
    in_item = bool(LIST_MARK.match(paragraph[0].text))
    return not (indented and starts and not in_item and bool(_STOP.search(before.text)))


def _has_room(before: Line, line: Line, right: float) -> bool:
    """Whether a line's first word would have stood on the line before: then the break is meant, and no wrap.

    „… с административен договор⏎BG06RDNP001-7.001-9077-C01 от …“ is one sentence though its first line is short.
    """
    word = line.text.lstrip().partition(" ")[0]
    each = (line.x1 - line.x0) / max(len(line.text), 1)
    return right - before.x1 > (len(word) + 2) * each


def _is_wrapped(before: Line, line: Line, right: float) -> bool:
    """„Деветнадесет месеца⏎– толкова отне …“: a dash that a full line left for the next is no mark of a list."""
    return not _LIST_END.search(before.text) and not _has_room(before, line, right + line.size)


def _runs_over(before: Line, line: Line, right: float, measure: Measure) -> bool:
    """Whether a sentence goes on in the next column or on the next page."""
    if heading_level(before, measure) or heading_level(line, measure) or _STOP.search(before.text):
        return False
    if LIST_MARK.match(line.text) or "\t" in line.text:
        return False
    return not _starts_anew(line.text) or (before.x1 > right - 30 and not line.text[:1].isupper())


def _starts_anew(text: str) -> bool:
    first = text.lstrip('„“"«(*')[:1]
    return first.isupper() or first.isdigit()


def _piece(lines: Sequence[Line], measure: Measure, zone: Zone) -> Piece:
    level = heading_level(lines[0], measure)
    kind = BlockKind.HEADING if level else BlockKind.PARAGRAPH
    if not level and LIST_MARK.match(lines[0].text):
        kind, level = BlockKind.LIST_ITEM, 1
    text, runs = spell(join(lines))
    return Piece(kind, text, zone, level, runs=runs)


def join(lines: Sequence[Line]) -> list[Atom]:
    """Return the atoms of a paragraph's lines with a space between, and broken words mended."""
    atoms: list[Atom] = []
    for line in lines:
        if atoms:
            text, page, index = atoms[-1]
            if text.endswith(("-", "\u00ad", "\u2010")) and text[-2:-1].isalpha():
                if line.text[:1].islower():
                    atoms[-1] = (text[:-1], page, index)
            elif not (text.endswith("-") and text[-2:-1].isdigit()):
                atoms.append((" ", 0, 0))
        atoms += line.atoms
    return atoms


def spell(atoms: Sequence[Atom]) -> tuple[str, tuple[Run, ...]]:
    """Return the text of the atoms in NFC, and its runs counted from its start."""
    parts: list[str] = []
    runs: list[Run] = []
    place = 0
    for text, page, index in atoms:
        for piece, shift in _composed(text):
            if page and piece:
                runs.append(Run(place, len(piece), page, index + shift))
            parts.append(piece)
            place += len(piece)
    return "".join(parts), tuple(runs)


def _composed(text: str) -> list[tuple[str, int]]:
    """Cut a text so that each piece in NFC has its characters in a row on the page: „и“ + breve is one of them."""
    if unicodedata.is_normalized("NFC", text):
        return [(canonical(text), 0)]
    pieces: list[tuple[str, int]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not unicodedata.combining(text[place]):
            pieces.append((canonical(text[start:place]), start))
            start = place
    return pieces


def row_of_cells(
    kind: BlockKind, cells: Sequence[tuple[Sequence[Line], tuple[str, ...]]], zone: Zone, group: int
) -> Piece:
    """Return a table's row as a piece; each cell is its lines and its headers, an empty one is left out."""
    atoms: list[Atom] = []
    ends: list[tuple[int, int, tuple[str, ...]]] = []
    for lines, headers in cells:
        inner = join(lines)
        if not inner:
            continue
        if atoms:
            atoms.append((CELL_GAP, 0, 0))
        first = len(atoms)
        atoms += inner
        ends.append((first, len(atoms), headers))
    text, runs = spell(atoms)
    placed = [0]
    for atom in atoms:
        placed.append(placed[-1] + len(spell([atom])[0]))
    found = tuple(Cell(placed[first], placed[last], headers) for first, last, headers in ends)
    return Piece(kind, text, zone, 0, found, runs, group)
