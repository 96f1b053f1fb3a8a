"""The reader of XLS workbooks, through xlrd: what their visible sheets show, as ``read_office_xlsx`` tells it."""

import struct
from io import StringIO

import xlrd
from xlrd.biffh import error_text_from_code
from xlrd.book import Book
from xlrd.compdoc import CompDocError
from xlrd.sheet import Sheet as BiffSheet

from extractors.errors import DamagedDocument, EmptyDocument, EncryptedDocument, OversizedDocument, UnknownFormat
from extractors.read_office_formats import shown_number, shown_text
from extractors.read_office_pieces import compose_pieces
from extractors.read_office_sheets import MAX_CELLS, MAX_COLUMN, Sheet, SheetCell, sheet_gaps, sheet_pieces
from extractors.words import words
from models.document import Document

XLS = "application/vnd.ms-excel"
#: A workbook that is larger is not taken in; in bytes.
MAX_XLS = 64 * 1024 * 1024

_BOLD = 700
#: What xlrd raises on broken files, beside its own error.
_BROKEN = (
    *(CompDocError, AssertionError, AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError),
    *(struct.error, NotImplementedError, MemoryError, EOFError, ZeroDivisionError),
)


def read_xls(data: bytes, *, title: str | None = None, address: str | None = None) -> Document:
    """Read an XLS workbook; ``UnreadableDocument`` if it has a password, is damaged, too large or shows nothing."""
    if len(data) > MAX_XLS:
        raise OversizedDocument(f"the workbook has {len(data):,} bytes, more than the {MAX_XLS:,} that are read")
    sheets = _sheets(data)
    pieces = sheet_pieces(sheets)
    if not pieces:
        raise EmptyDocument("the workbook shows nothing: its sheets are empty or hidden")
    return compose_pieces(pieces, XLS, title=title, address=address, incomplete=sheet_gaps(sheets))


def _sheets(data: bytes) -> list[Sheet]:
    try:
        with xlrd.open_workbook(file_contents=data, formatting_info=True, on_demand=True, logfile=StringIO()) as book:
            sheets: list[Sheet] = []
            left = MAX_CELLS
            for index in range(book.nsheets):
                source = book.sheet_by_index(index)
                if not source.visibility:
                    sheets.append(_sheet(book, source, left))
                    left -= len(sheets[-1].cells)
                book.unload_sheet(index)
            return sheets
    except xlrd.XLRDError as error:
        if "encrypt" in str(error).lower():
            raise EncryptedDocument("the workbook asks for a password") from error
        if "not supported" in str(error).lower():
            raise UnknownFormat("this is an Excel workbook of a version that is not read") from error
        raise DamagedDocument("the workbook is damaged or cut off") from error
    except _BROKEN as error:
        raise DamagedDocument("the workbook is damaged or cut off") from error


def _sheet(book: Book, source: BiffSheet, left: int) -> Sheet:
    sheet = Sheet(source.name)
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            kind = source.cell_type(row, column)
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            form = book.xf_list[source.cell_xf_index(row, column)]
            text = _shown(book, kind, source.cell_value(row, column), form.format_key)
            if not text.strip():
                continue
            if column >= MAX_COLUMN or len(sheet.cells) >= left:
                sheet.cut = True
                continue
            sheet.cells[row, column] = SheetCell(text, book.font_list[form.font_index].weight >= _BOLD)
    sheet.merged = [(top, left, below - 1, after - 1) for top, below, left, after in source.merged_cells]
    sheet.hidden_rows = {row for row, look in source.rowinfo_map.items() if look.hidden or look.height == 0}
    sheet.hidden_columns = {column for column, look in source.colinfo_map.items() if look.hidden or look.width == 0}
    return sheet


def _shown(book: Book, kind: int, value: str | float, format_key: int) -> str:
    form = book.format_map.get(format_key)
    code = form.format_str if form is not None else "General"
    if kind == xlrd.XL_CELL_TEXT:
        return shown_text(str(value), code)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return str(words("office")["true" if value else "false"])
    if kind == xlrd.XL_CELL_ERROR:
        return str(error_text_from_code.get(int(value), ""))
    return shown_number(float(value), code, from_1904=bool(book.datemode))
