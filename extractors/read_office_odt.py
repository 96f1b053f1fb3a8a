"""The reader of ODT files: headings, lists, tables and notes; page headers and footers laid aside as furniture."""

from collections.abc import Iterator

from lxml import etree

from extractors.errors import DamagedDocument
from extractors.read_office_content import Content, Paragraph, Table, TableCell, aside, stand_out
from extractors.read_office_odf import OFFICE, STYLE, TABLE, TEXT, Styles, boxes, meta_title, number, paragraph_text
from extractors.read_office_package import ODT, Package, local
from extractors.read_office_pieces import compose_office
from models.document import Document, Zone

_FURNITURE = frozenset({"header", "footer", "header-left", "footer-left", "header-first", "footer-first"})
#: Tables of contents and other indexes: their title and their body say again what stands elsewhere.
_INDEXES = frozenset(
    {
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index"),
        *("alphabetical-index", "bibliography"),
    }
)
_HOLDERS = frozenset({"section", "index-body", "index-title", "list-header", "numbered-paragraph"})
_DEEPEST, _WIDEST = 9, 256
#: So many cells and rows may come of repeating one; a file that asks for more is an attack on the reader's memory.
_REPEATED = 20_000


def read_odt(data: bytes, *, address: str | None = None) -> Document:
    """Read an ODT file; ``UnreadableDocument`` if it is damaged, too large or has no text."""
    package = Package(data)
    root, looks = package.xml("content.xml"), package.xml("styles.xml")
    body = root.find(f"{OFFICE}body/{OFFICE}text") if root is not None else None
    if body is None:
        raise DamagedDocument("the Office document is damaged: it has no text part")
    reader = _Reader(Styles(looks, root))
    try:
        content = list(reader.blocks(body))
        content += reader.furniture(looks)
    except RecursionError as error:
        raise DamagedDocument("the Office document nests its parts deeper than is read") from error
    return compose_office(content, ODT, title=meta_title(package), address=address)


class _Reader:
    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.repeated = _REPEATED

    def blocks(self, holder: etree._Element, zone: Zone = Zone.BODY, depth: int = 0) -> Iterator[Content]:
        for each in holder:
            name = local(each)
            if name in {"p", "h"}:
                yield from self.paragraph(each, zone, depth)
            elif name == "list":
                for item in each:
                    if local(item) in {"list-item", "list-header"}:
                        yield from self.blocks(item, zone, min(depth + 1, _DEEPEST))
            elif name == "table":
                yield self.table(each)
            elif name in _INDEXES:
                yield from self.blocks(each, Zone.FURNITURE)
            elif name in _HOLDERS:
                # A section may be hidden for good, or where its condition holds.
                if each.get(f"{TEXT}display") != "none" and each.get(f"{TEXT}is-hidden") != "true":
                    yield from self.blocks(each, zone, depth)
            elif name in {"frame", "custom-shape", "g", "rect"}:
                for box in boxes(each):
                    yield from self.blocks(box, zone)

    def paragraph(self, element: etree._Element, zone: Zone, depth: int) -> Iterator[Content]:
        told = paragraph_text(element, self.styles)
        level = 0
        if local(element) == "h":
            # A numbered heading stands in a list, too: it is a heading.
            outline = element.get(f"{TEXT}outline-level") or "1"
            level = min(int(outline[:2]), _DEEPEST) if outline.isascii() and outline.isdigit() else 1
            level, depth = max(level, 1), 0
        out = told.stands_out or self.styles.is_centred(element.get(f"{TEXT}style-name"))
        yield Paragraph(told.text, 0 if zone is Zone.FURNITURE else level, depth, out, zone)
        for holder in told.beside:
            yield from self.blocks(holder, zone)

    def table(self, element: etree._Element) -> Table:
        table = Table()
        for row, in_head in _rows(element, head=False):
            if row.get(f"{TABLE}visibility") in {"collapse", "filter"}:
                continue
            cells: list[TableCell] = []
            column = 0
            for each in row:
                name = local(each)
                if name not in {"table-cell", "covered-table-cell"}:
                    continue
                times = self.times(each, "number-columns-repeated")
                if name == "table-cell":
                    content = list(self.blocks(each))
                    for place in range(column, min(column + times, _WIDEST) if content else column):
                        high = number(each, "number-rows-spanned", 1_000_000)
                        wide = number(each, "number-columns-spanned", _WIDEST)
                        cells.append(TableCell(content, place, high, wide, stand_out(content)))
                column += times
            filled = any(_is_filled(cell) for cell in cells)
            table.rows += [cells] * (self.times(row, "number-rows-repeated", len(cells)) if filled else 1)
            table.heads += in_head
        return table

    def times(self, element: etree._Element, name: str, cells: int = 1) -> int:
        times = number(element, name, max(self.repeated // cells, 1))
        self.repeated -= (times - 1) * cells
        return times

    def furniture(self, looks: etree._Element | None) -> list[Content]:
        """Return what the page's headers and footers say, each thing once."""
        found: list[Content] = []
        for page in looks.iter(f"{STYLE}master-page") if looks is not None else ():
            for each in page:
                if local(each) in _FURNITURE and each.get(f"{STYLE}display") != "false":
                    found += self.blocks(each, Zone.FURNITURE)
        return aside(found)


def _rows(holder: etree._Element, head: bool) -> Iterator[tuple[etree._Element, bool]]:
    for each in holder:
        name = local(each)
        if name == "table-row":
            yield each, head
        elif name in {"table-header-rows", "table-rows", "table-row-group"}:
            yield from _rows(each, head or name == "table-header-rows")


def _is_filled(cell: TableCell) -> bool:
    return any(isinstance(one, Table) or one.text.strip() for one in cell.content)
