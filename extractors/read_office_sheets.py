"""The sheets of a workbook as text: tables with headers, and the lines above, between and below them.

What a reader sees: hidden sheets, rows and columns are left out, a merged cell reaches over its rows and columns, an
empty row ends a table unless the next goes on under the same columns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from extractors.composition import Piece, row_piece
from extractors.read_office_pieces import LOOKS_LIKE_HEADING, clean
from extractors.tables_headers import GridCell, TableRow, column_names, label_rows
from extractors.words import words
from models.document import BlockKind, Zone

#: Most filled cells of a workbook, and the last column, that are read.
MAX_CELLS, MAX_COLUMN = 100_000, 256

_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)
_LINE, _NAMED = 300, 4
#: Merged cells that reach further together are an attack on the reader's memory.
_SPANNED = 200_000


@dataclass(frozen=True, slots=True)
class SheetCell:
    """A filled cell: what it shows, and whether it is in bold letters."""

    text: str
    bold: bool = False


@dataclass(slots=True)
class Sheet:
    """A sheet that is not hidden; rows and columns count from 0, ``merged`` are (row, column, last row, last column).

    ``cells`` may hold hidden ones: they are left out here. ``cut`` says that the sheet has more than was taken in,
    ``unknown`` how many formulas have no value with them.
    """

    name: str
    cells: dict[tuple[int, int], SheetCell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    cut: bool = False
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: tuple[GridCell, ...]  # their columns are the sheet's


def sheet_pieces(sheets: Sequence[Sheet]) -> list[Piece]:
    """Return the text of all sheets as pieces, in order; nothing for empty ones."""
    pieces: list[Piece] = []
    group = 0
    for sheet in sheets:
        rows = list(_rows(sheet))
        if not rows:
            continue
        if _is_named(sheet.name):
            pieces.append(Piece(BlockKind.HEADING, clean(sheet.name), level=_NAMED))
        above: dict[int, tuple[str, ...]] = {}
        for number, region in enumerate(_regions(rows)):
            group += 1
            pieces += _region(region, group, above, first=number == 0)
    return pieces


def sheet_gaps(sheets: Sequence[Sheet]) -> list[str]:
    """Return what is to be told of sheets that could not be read as a whole."""
    told = []
    for one in sheets:
        if one.cut:
            told.append(
                f"of the sheet „{one.name}“ only the first {MAX_CELLS:,} cells and {MAX_COLUMN} columns are read"
            )
        if one.unknown:
            told.append(f"{one.unknown:,} formulas of the sheet „{one.name}“ have no value kept with them")
    return told


def _rows(sheet: Sheet) -> Iterator[_Row]:
    """Yield the rows that are seen and hold something, with their cells in order; numbers count what is seen."""
    reach: dict[tuple[int, int], tuple[int, int]] = {}
    cells = dict(sheet.cells)
    covered: set[tuple[int, int]] = set()
    rows_used = sorted({row for row, _ in cells})
    seen_rows = [row for row in rows_used if row not in sheet.hidden_rows]
    for top, left, bottom, right in sheet.merged:
        if (top, left) not in cells or len(covered) > _SPANNED:
            continue
        high = [row for row in range(top, min(bottom, top + MAX_COLUMN) + 1) if row not in sheet.hidden_rows]
        wide = [column for column in range(left, min(right, MAX_COLUMN - 1) + 1) if column not in sheet.hidden_columns]
        if not high or not wide:
            continue
        place = (high[0], wide[0])
        if place != (top, left):
            # The first row or column of the merged cell is hidden: what it shows moves into what is left of it.
            cells[place] = cells.pop((top, left))
            seen_rows = sorted({*seen_rows, high[0]})
        reach[place] = (len(high), len(wide))
        covered.update((row, column) for row in high for column in wide if (row, column) != place)
    hidden_before = 0
    hidden = sorted(sheet.hidden_rows)
    by_row: dict[int, list[tuple[int, SheetCell]]] = {}
    for (row, column), cell in cells.items():
        if row not in sheet.hidden_rows and column not in sheet.hidden_columns and (row, column) not in covered:
            by_row.setdefault(row, []).append((column, cell))
    for row in seen_rows:
        while hidden_before < len(hidden) and hidden[hidden_before] < row:
            hidden_before += 1
        found = []
        for column, cell in sorted(by_row.get(row, ()), key=lambda one: one[0]):
            down, right = reach.get((row, column), (1, 1))
            text = clean(cell.text, cell=True)
            if text:
                found.append(GridCell(text, row - hidden_before, column, down, right, cell.bold))
        if found:
            yield _Row(row - hidden_before, tuple(found))


def _regions(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Return the rows between empty ones; a lone row of names belongs to what follows it."""
    regions: list[list[_Row]] = []
    end = -2
    for row in rows:
        last = regions[-1] if regions else None
        lone = last is not None and len(last) == 1 and len(last[0].cells) > 1 and row.number == end + 1
        if last is not None and (row.number <= end or lone):
            last.append(row)
        else:
            regions.append([row])
        end = max(end, row.number + max(cell.rows for cell in row.cells))
    return regions


def _region(region: Sequence[_Row], group: int, above: dict[int, tuple[str, ...]], first: bool) -> Iterator[Piece]:
    """Yield a region's pieces; ``above`` are the headers of each column of the table before, and become this one's."""
    several = [index for index, row in enumerate(region) if not _is_line(row)]
    if not several:
        yield from _lines(region, first)
        return
    start, stop = several[0], several[-1] + 1
    yield from _lines(region[:start], first)
    table = region[start:stop]
    columns = sorted({column for row in table for cell in row.cells for column in _columns(cell)})
    place = {column: index for index, column in enumerate(columns)}
    grid = [_grid_row(row, number, place, table) for number, row in enumerate(table)]
    labelled = label_rows(grid)
    if all(row.kind is BlockKind.TABLE_ROW for row in labelled) and above and set(columns) <= set(above):
        labelled = label_rows(grid, above=[above[column] for column in columns])
    elif names := column_names(labelled):
        above.clear()
        above.update({column: names[index] if index < len(names) else () for column, index in place.items()})
    yield from _table_pieces(labelled, group)
    yield from _lines(region[stop:], first=False)


def _columns(cell: GridCell) -> range:
    return range(cell.column, cell.column + cell.columns)


def _grid_row(row: _Row, number: int, place: dict[int, int], table: Sequence[_Row]) -> list[GridCell]:
    """Return a row with its columns counted without the empty ones; a lone line of words names what is below it."""
    if _is_line(row) and number < len(table) - 1:
        return [replace(row.cells[0], row=number, column=0, rows=1, columns=len(place))]
    cells = []
    for cell in row.cells:
        # Rows and columns without anything are not there: a merged cell reaches over those that are.
        below = table[number : number + cell.rows]
        rows = sum(other.number < row.number + cell.rows for other in below)
        wide = sum(column in place for column in _columns(cell))
        cells.append(replace(cell, row=number, column=place[cell.column], rows=max(rows, 1), columns=max(wide, 1)))
    return cells


def _is_line(row: _Row) -> bool:
    """Whether a row is one line of words: a title, a note, the name of a part; and no lone number in its column."""
    return len(row.cells) == 1 and _LETTERS.search(row.cells[0].text) is not None


def _lines(rows: Sequence[_Row], first: bool) -> Iterator[Piece]:
    for number, row in enumerate(rows):
        for cell in row.cells:
            heading = (cell.head or (first and number == 0)) and len(cell.text) <= _LINE
            level = (LOOKS_LIKE_HEADING - 1 if first and number == 0 else LOOKS_LIKE_HEADING) if heading else 0
            yield Piece(BlockKind.HEADING if heading else BlockKind.PARAGRAPH, cell.text, level=level)


def _table_pieces(rows: Sequence[TableRow], group: int) -> Iterator[Piece]:
    for row in rows:
        yield row_piece(row.kind, [cell.text for cell in row.cells], row.headers, Zone.BODY, group)


def _is_named(name: str) -> bool:
    """„Бюджет 2024“ and not „Sheet1“, „Лист 2“."""
    return _unnamed().fullmatch(name.strip().lower()) is None and _LETTERS.search(name) is not None


@cache
def _unnamed() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, words('office')['sheet_names']))})\s*\d*(?: \(\d+\))?")
