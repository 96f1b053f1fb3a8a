"""The reader of ODS workbooks: what their visible sheets show; the file keeps the shown text of each cell."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from extractors.errors import DamagedDocument, EmptyDocument
from extractors.read_office_odf import OFFICE, TABLE, Styles, meta_title, number, paragraph_text
from extractors.read_office_package import ODS, Package, local
from extractors.read_office_pieces import compose_pieces
from extractors.read_office_sheets import MAX_CELLS, MAX_COLUMN, Sheet, SheetCell, sheet_gaps, sheet_pieces
from models.document import Document

_HIDDEN = frozenset({"collapse", "filter"})
_MOST_ROWS = 1_048_576
#: The same filled row more often than this is no table.
_REPEATED = 1000


def read_ods(data: bytes, *, address: str | None = None) -> Document:
    """Read an ODS workbook; ``UnreadableDocument`` if it is damaged, too large or shows nothing."""
    package = Package(data)
    root = package.xml("content.xml")
    body = root.find(f"{OFFICE}body/{OFFICE}spreadsheet") if root is not None else None
    if body is None:
        raise DamagedDocument("the Office document is damaged: it has no sheets")
    styles = Styles(package.xml("styles.xml"), root)
    sheets: list[Sheet] = []
    left = MAX_CELLS
    for each in body:
        if local(each) == "table" and styles.is_seen(each.get(f"{TABLE}style-name")):
            sheets.append(_Reader(styles, left).read(each))
            left -= len(sheets[-1].cells)
    pieces = sheet_pieces(sheets)
    if not pieces:
        raise EmptyDocument("the workbook shows nothing: its sheets are empty or hidden")
    return compose_pieces(pieces, ODS, title=meta_title(package), address=address, incomplete=sheet_gaps(sheets))


@dataclass(slots=True)
class _Filled:
    column: int
    times: int
    cell: SheetCell
    rows: int
    columns: int


class _Reader:
    """Reads one sheet; ``left`` is how many filled cells may still be taken in."""

    def __init__(self, styles: Styles, left: int) -> None:
        self.styles = styles
        self.left = left

    def read(self, table: etree._Element) -> Sheet:
        sheet = Sheet(table.get(f"{TABLE}name") or "")
        column = 0
        for each in table.iter(f"{TABLE}table-column"):
            times = number(each, "number-columns-repeated", MAX_COLUMN)
            if each.get(f"{TABLE}visibility") in _HIDDEN and column < MAX_COLUMN:
                sheet.hidden_columns.update(range(column, min(column + times, MAX_COLUMN)))
            column += times
        row = 0
        for each in _rows(table):
            times = number(each, "number-rows-repeated", _MOST_ROWS)
            filled = list(self._cells(each))
            if filled:
                hidden = each.get(f"{TABLE}visibility") in _HIDDEN
                for place in range(row, row + min(times, _REPEATED)):
                    self._take(filled, place, sheet)
                    if hidden:
                        sheet.hidden_rows.add(place)
            row += times
        return sheet

    def _cells(self, row: etree._Element) -> Iterator[_Filled]:
        column = 0
        for each in row:
            name = local(each)
            if name not in {"table-cell", "covered-table-cell"}:
                continue
            times = number(each, "number-columns-repeated", _MOST_ROWS)
            if name == "table-cell":
                lines = [paragraph_text(one, self.styles) for one in each if local(one) in {"p", "h"}]
                text = "\n".join(line.text for line in lines)
                if text.strip():
                    bold = self.styles.is_bold(each.get(f"{TABLE}style-name")) or all(one.stands_out for one in lines)
                    high = number(each, "number-rows-spanned", _MOST_ROWS)
                    wide = number(each, "number-columns-spanned", MAX_COLUMN)
                    yield _Filled(column, times, SheetCell(text, bold), high, wide)
            column += times

    def _take(self, filled: list[_Filled], row: int, sheet: Sheet) -> None:
        for one in filled:
            for column in range(one.column, min(one.column + one.times, MAX_COLUMN)):
                if len(sheet.cells) >= self.left:
                    sheet.cut = True
                    return
                sheet.cells[row, column] = one.cell
                if one.rows > 1 or one.columns > 1:
                    sheet.merged.append((row, column, row + one.rows - 1, column + one.columns - 1))
            sheet.cut = sheet.cut or one.column + one.times > MAX_COLUMN


def _rows(holder: etree._Element) -> Iterator[etree._Element]:
    for each in holder:
        name = local(each)
        if name == "table-row":
            yield each
        elif name in {"table-header-rows", "table-rows", "table-row-group"} and each.get(f"{TABLE}display") != "false":
            yield from _rows(each)
