"""The body of a PDF: paragraphs and tables in reading order, a table over the page turn with its headers kept."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from extractors.composition import Piece
from extractors.read_pdf_lines import Line, beside, find_gutter, in_reading_order
from extractors.read_pdf_paragraphs import Measure, paragraphs, row_of_cells
from extractors.read_pdf_tables import PdfTable
from extractors.tables_headers import GridCell, TableRow, column_names, label_rows
from models.document import BlockKind, Zone

_DIGITS = re.compile(r"\d+")
#: How far the rules of a table may reach over the gutter, in points.
_OVER = 4.0


def with_tables(lines: Sequence[Line], tables: Sequence[PdfTable], width: float) -> list[list[Line] | PdfTable]:
    """Put the tables of a page between its lines; columns are sought above, between and below them.

    On a page of two columns a table may stand in one of them, and parts its lines alone.
    """
    gutter = find_gutter(lines, width) if tables else None
    if gutter is not None and all(table.x1 < gutter + _OVER or table.x0 > gutter - _OVER for table in tables):
        return _in_columns(lines, tables, gutter)
    found: list[list[Line] | PdfTable] = []
    rest = list(lines)
    for table in sorted(tables, key=lambda table: table.top):
        above = [line for line in rest if line.middle < table.top]
        found += in_reading_order(above, width) if above else []
        found.append(table)
        rest = [line for line in rest if line.middle >= table.top]
    found += in_reading_order(rest, width) if rest else []
    return found


def _in_columns(lines: Sequence[Line], tables: Sequence[PdfTable], gutter: float) -> list[list[Line] | PdfTable]:
    """Return the runs and tables of a page of two columns: left, right, and what stands across them in between."""
    found: list[list[Line] | PdfTable] = []
    sides: tuple[list[Line | PdfTable], list[Line | PdfTable]] = ([], [])
    across: list[Line | PdfTable] = []
    all_: list[Line | PdfTable] = [*lines, *tables]
    for one in sorted(all_, key=lambda one: one.top):
        if one.x1 < gutter + (_OVER if isinstance(one, PdfTable) else 0):
            side = sides[0]
        elif one.x0 >= gutter - _OVER:
            side = sides[1]
        else:
            found += _runs(sides[0]) + _runs(sides[1])
            sides = ([], [])
            across.append(one)
            continue
        found += _runs(across)
        across = []
        side.append(one)
    return found + [run for waiting in (across, *sides) for run in _runs(waiting)]


def _runs(waiting: Sequence[Line | PdfTable]) -> list[list[Line] | PdfTable]:
    found: list[list[Line] | PdfTable] = []
    for is_table, group in groupby(waiting, key=lambda one: isinstance(one, PdfTable)):
        if is_table:
            found += [one for one in group if isinstance(one, PdfTable)]
        else:
            found.append(beside([one for one in group if isinstance(one, Line)]))
    return found


def repeated_tables(pages: Sequence[Sequence[PdfTable]]) -> set[str]:
    """Return the texts of the tables that come again on half of the pages: letterheads set in cells."""
    counts = Counter(text for tables in pages for text in {_DIGITS.sub("#", table.text) for table in tables})
    return {text for text, count in counts.items() if count >= max(2, (len(pages) + 1) // 2)}


def body_pieces(runs: Sequence[list[Line] | PdfTable], measure: Measure, letterheads: set[str]) -> list[Piece]:
    """Return the pieces of a file's body in reading order; a table that is a letterhead is laid aside."""
    pieces: list[Piece] = []
    waiting: list[list[Line]] = []
    before: tuple[PdfTable, list[TableRow]] | None = None
    group = 0
    for run in runs:
        if isinstance(run, list):
            waiting.append(run)
            before = None
            continue
        if _DIGITS.sub("#", run.text) in letterheads:
            group += 1
            pieces += [_row(row, run, group, Zone.FURNITURE) for row in _table_rows(run, None)]
            continue
        pieces += paragraphs(waiting, measure, Zone.BODY)
        waiting = []
        if before is None or not _goes_on(before[0], run):
            before, group = None, group + 1
        rows = _table_rows(run, before[1] if before else None)
        pieces += [_row(row, run, group) for row in rows]
        before = (run, before[1] if before and not _has_head(rows) else rows)
    return pieces + paragraphs(waiting, measure, Zone.BODY)


def _goes_on(before: PdfTable, after: PdfTable) -> bool:
    """Whether a table is the rest of the one at the end of the page before: the same columns at the same places."""
    if len(before.edges) != len(after.edges) or after.page != before.page + 1:
        return False
    return all(abs(a - b) < 6 for a, b in zip(before.edges, after.edges, strict=True))


def _has_head(rows: Sequence[TableRow]) -> bool:
    return any(row.kind is BlockKind.TABLE_HEADER for row in rows)


def _table_rows(table: PdfTable, before: Sequence[TableRow] | None) -> list[TableRow]:
    grid = [
        [
            GridCell(" ".join(line.text for line in beside(cell.lines)), number, cell.column, cell.rows, cell.columns)
            for cell in row
        ]
        for number, row in enumerate(table.rows)
    ]
    if before is None:
        return label_rows(grid)
    heads = [[cell.text for cell in row.cells] for row in before if row.kind is BlockKind.TABLE_HEADER]
    again = len(heads) if heads and [[cell.text for cell in row] for row in grid[: len(heads)]] == heads else 0
    return label_rows(grid, head_rows=again, above=column_names(before))


def _row(row: TableRow, table: PdfTable, group: int, zone: Zone = Zone.BODY) -> Piece:
    if not row.cells:
        return Piece(row.kind, "", zone)
    number = row.cells[0].row
    lines = {cell.column: beside(cell.lines) for cell in table.rows[number]}
    cells = [(lines[cell.column], headers) for cell, headers in zip(row.cells, row.headers, strict=True)]
    return row_of_cells(row.kind, cells, zone, group)
