"""The reader of XLSX workbooks: what their visible sheets show, formulas by the values that were kept with them.

The parts are read as a stream by lxml: no dimension that a sheet declares is believed, and a sheet of a million styled
empty rows costs nothing. (openpyxl knows hidden rows and merged cells only where it holds every cell of a sheet.)
"""

import re
from collections.abc import Callable, Iterator
from io import BytesIO

from lxml import etree

from extractors.errors import DamagedDocument, EmptyDocument
from extractors.read_office_docx import core_title
from extractors.read_office_formats import general, shown_number, shown_text
from extractors.read_office_package import XLSX, Package, local
from extractors.read_office_pieces import compose_pieces
from extractors.read_office_sheets import MAX_CELLS, MAX_COLUMN, Sheet, SheetCell, sheet_gaps, sheet_pieces
from extractors.read_office_xlsx_styles import ON, XlsxStyles, whole
from extractors.words import words
from models.document import Document

_RELATION = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ("http://purl.oclc.org/ooxml/officeDocument/relationships"),
)
_ROW_LIMIT = 1_048_576
_HEAD = 4096
#: „_x000D_“ is a character that XML does not keep.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def read_xlsx(data: bytes, *, address: str | None = None) -> Document:
    """Read an XLSX workbook; ``UnreadableDocument`` if it is damaged, too large or shows nothing."""
    package = Package(data)
    main = package.main("xl/workbook.xml")
    root = package.xml(main)
    if root is None:
        raise DamagedDocument("the Office document is damaged: it has no workbook part")
    relations = package.relations(main)
    kinds = dict(relations.values())
    styles = XlsxStyles.of(package.xml(kinds.get("styles", "xl/styles.xml")))
    strings = _strings(package.part(kinds.get("sharedStrings", "xl/sharedStrings.xml")))
    from_1904 = any(
        local(one) == "workbookPr" and (one.get("date1904") or "").lower() in ON for one in root.iter("{*}workbookPr")
    )
    sheets: list[Sheet] = []
    left = MAX_CELLS
    for name, part in _visible(root, relations):
        if part not in package:
            continue
        sheet = _Reader(styles, strings, from_1904, left).read(package.part(part), name)
        left -= len(sheet.cells)
        sheets.append(sheet)
    pieces = sheet_pieces(sheets)
    if not pieces:
        raise EmptyDocument("the workbook shows nothing: its sheets are empty or hidden")
    return compose_pieces(pieces, XLSX, title=core_title(package), address=address, incomplete=sheet_gaps(sheets))


def _visible(root: etree._Element, relations: dict[str, tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of each sheet with cells that is not hidden."""
    for each in root.iter("{*}sheet"):
        key = next((value for space in _RELATION if (value := each.get(f"{{{space}}}id"))), "")
        kind, part = relations.get(key, ("", ""))
        if kind == "worksheet" and (each.get("state") or "visible") == "visible":
            yield each.get("name") or "", part


def _strings(data: bytes) -> list[str]:
    """Return the texts that cells share; how they are to be pronounced (``<rPh>``) is no part of them."""
    found = []
    for _, each in _events(data, "{*}si"):
        found.append(_rich(each))
        each.clear()
    return found


def _rich(element: etree._Element) -> str:
    texts = []
    for each in element:
        name = local(each)
        if name == "t":
            texts.append(each.text or "")
        elif name == "r":
            texts += [inner.text or "" for inner in each if local(inner) == "t"]
    text = "".join(texts)
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _events(data: bytes, *tags: str) -> Iterator[tuple[str, etree._Element]]:
    if not data:
        return
    if b"<!DOCTYPE" in data[:_HEAD]:
        raise DamagedDocument("the workbook declares a DTD, which no Office program writes")
    try:
        yield from etree.iterparse(
            BytesIO(data), events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
    except etree.XMLSyntaxError as error:
        raise DamagedDocument("the workbook is damaged: one of its parts is no XML") from error


class _Reader:
    """Reads one sheet; ``left`` is how many filled cells may still be taken in."""

    def __init__(self, styles: XlsxStyles, strings: list[str], from_1904: bool, left: int) -> None:
        self.styles = styles
        self.strings = strings
        self.from_1904 = from_1904
        self.left = left

    def read(self, data: bytes, name: str) -> Sheet:
        sheet = Sheet(name)
        number = -1
        hide_empty = False
        for _, each in _events(data, "{*}row", "{*}col", "{*}sheetFormatPr", "{*}mergeCell"):
            kind = local(each)
            if kind == "row":
                number = whole(each.get("r")) - 1 if each.get("r") else number + 1
                if not 0 <= number < _ROW_LIMIT:
                    continue
                self.row(each, number, sheet)
                if _is_hidden(each, "ht") or (hide_empty and each.get("hidden") is None and each.get("ht") is None):
                    sheet.hidden_rows.add(number)
            elif kind == "col" and _is_hidden(each, "width"):
                first, last = whole(each.get("min")), whole(each.get("max"))
                sheet.hidden_columns.update(range(first - 1, min(last, MAX_COLUMN)))
            elif kind == "sheetFormatPr":
                hide_empty = (each.get("zeroHeight") or "").lower() in ON
            elif kind == "mergeCell" and (area := _area(each.get("ref") or "")):
                sheet.merged.append(area)
            # What was read is let go, or a large sheet would be held as a tree.
            each.clear()
            while each.getprevious() is not None and (parent := each.getparent()) is not None:
                del parent[0]
        return sheet

    def row(self, row: etree._Element, number: int, sheet: Sheet) -> None:
        column = -1
        for each in row:
            if local(each) != "c":
                continue
            place = _place(each.get("r") or "")
            column = place[1] if place else column + 1
            text = self.shown(each)
            if not text.strip():
                names = {local(one) for one in each}
                sheet.unknown += "f" in names and "v" not in names
                continue
            if column >= MAX_COLUMN or len(sheet.cells) >= self.left:
                sheet.cut = True
                continue
            sheet.cells[number, column] = SheetCell(text, self.styles.is_bold(whole(each.get("s"))))

    def shown(self, cell: etree._Element) -> str:
        """Return what a cell shows; "" for an empty one."""
        kind = cell.get("t") or "n"
        inner = {local(one): one for one in cell}
        code = self.styles.format(whole(cell.get("s")))
        if kind == "inlineStr":
            return shown_text(_rich(inner["is"]), code) if "is" in inner else ""
        value = (inner["v"].text or "") if "v" in inner else ""
        readers: dict[str, Callable[[str, str], str]] = {
            "s": self._shared,
            "str": shown_text,
            "b": _truth,
            "e": lambda value, _: value,
            "d": _day,
        }
        return readers.get(kind, self._number)(value, code) if value else ""

    def _shared(self, value: str, code: str) -> str:
        index = whole(value)
        return shown_text(self.strings[index], code) if index < len(self.strings) else ""

    def _number(self, value: str, code: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if number != number or number in (float("inf"), float("-inf")):
            return value
        return shown_number(number, code, from_1904=self.from_1904) if code else general(number)


def _truth(value: str, _code: str) -> str:
    return str(words("office")["true" if value.strip() in ON else "false"])


def _day(value: str, _code: str) -> str:
    """„2017-10-17T00:00:00“ as the reader sees it: 17.10.2017."""
    day, _, clock = value.partition("T")
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return value
    shown = ".".join(reversed(parts))
    return shown if clock[:5] in ("", "00:00") else f"{shown} {clock[:5]}"


def _is_hidden(element: etree._Element, size: str) -> bool:
    """Whether a row or column is hidden, by a filter or by hand, or made so small that nothing of it is seen."""
    if (element.get("hidden") or "").lower() in ON:
        return True
    told = element.get(size)
    return told is not None and told.strip("0.") == ""


def _place(reference: str) -> tuple[int, int] | None:
    """``B12`` as (11, 1); None for what is no cell."""
    letters = reference.rstrip("0123456789")
    digits = reference[len(letters) :]
    if not digits or not letters or len(letters) > 3 or not letters.isascii() or not letters.isalpha():
        return None
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return whole(digits) - 1, column - 1


def _area(reference: str) -> tuple[int, int, int, int] | None:
    """``A1:C2`` as (0, 0, 1, 2)."""
    first, _, last = reference.replace("$", "").partition(":")
    start, end = _place(first), _place(last or first)
    return (*start, *end) if start and end else None
