"""The body of a PDF: paragraphs and tables in reading order, a table over the page turn with its headers kept."""

import re
from collections import Counter
from collections.abc import Sequence

from extractors.composition import Piece
from extractors.read_pdf_lines import Line, beside, in_reading_order
from extractors.read_pdf_paragraphs import Measure, paragraphs, row_of_cells
from extractors.read_pdf_tables import PdfTable
from extractors.tables_headers import GridCell, TableRow, column_names, label_rows
from models.document import BlockKind, Zone

_DIGITS = re.compile(r"\d+")


def with_tables(lines: Sequence[Line], tables: Sequence[PdfTable], width: float) -> list[list[Line] | PdfTable]:
    """Put the tables of a page between its lines; columns are sought above, between and below them."""
    found: list[list[Line] | PdfTable] = []
    rest = list(lines)
    for table in sorted(tables, key=lambda table: table.top):
        above = [line for line in rest if line.middle < table.top]
        found += in_reading_order(above, width) if above else []
        found.append(table)
        rest = [line for line in rest if line.middle >= table.top]
    found += in_reading_order(rest, width) if rest else []
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
