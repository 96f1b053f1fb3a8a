"""The reader of DOCX files: paragraphs, lists, tables and notes as Word shows them with all changes accepted.

Deleted and hidden text is left out, inserted text kept; of a field its result. Page headers and footers, and a table
of contents, are laid aside as furniture. lxml reads the parts: no kept library tells hidden and deleted text apart.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lxml import etree

from extractors.errors import DamagedDocument
from extractors.read_office_content import Content, Paragraph, Table, TableCell, aside, stand_out
from extractors.read_office_docx_runs import Notes, Runs
from extractors.read_office_docx_styles import Styles, attribute, is_on
from extractors.read_office_package import DOCX, Package, local
from extractors.read_office_pieces import compose_office
from models.document import Document, Zone

#: What only holds other blocks, and what is no longer there or never seen.
_HOLDERS = frozenset({"ins", "moveTo", "customXml", "sdtContent", "smartTag"})
_CONTENTS = "Table of Contents"
_TITLE = "{http://purl.org/dc/elements/1.1/}title"


def read_docx(data: bytes, *, address: str | None = None, media_type: str = DOCX) -> Document:
    """Read a DOCX file; ``UnreadableDocument`` if it is damaged, too large or has no text."""
    package = Package(data)
    main = package.main("word/document.xml")
    root = package.xml(main)
    body = next((each for each in root if local(each) == "body"), None) if root is not None else None
    if root is None or body is None:
        raise DamagedDocument("the Office document is damaged: it has no text part")
    reader = _Reader(package, main, etree.QName(root).namespace or "")
    try:
        content = list(reader.blocks(body))
        content += reader.furniture()
    except RecursionError as error:
        raise DamagedDocument("the Office document nests its parts deeper than is read") from error
    return compose_office(content, media_type, title=core_title(package), address=address, incomplete=reader.left_out())


def core_title(package: Package) -> str | None:
    """Return the title that an Open XML file's properties give."""
    try:
        root = package.xml("docProps/core.xml")
    except DamagedDocument:
        return None  # the properties are no part of what the document says
    return root.findtext(_TITLE) if root is not None else None


class _Reader:
    """What is known while the body is walked."""

    def __init__(self, package: Package, main: str, namespace: str) -> None:
        self.package = package
        self.w = f"{{{namespace}}}"
        self.relations = package.relations(main)
        by_kind = dict(self.relations.values())
        self.styles = Styles(package.xml(by_kind.get("styles", "word/styles.xml")), self.w)
        notes = Notes(self.w)
        for kind in ("footnotes", "endnotes"):
            notes.add(kind, package.xml(by_kind[kind]) if kind in by_kind else None)
        self.runs = Runs(self.styles, notes, self.w)
        self.embedded = False
        #: A paragraph whose end was deleted runs on into the next one.
        self.open: tuple[str, Paragraph] | None = None

    def blocks(self, holder: etree._Element, zone: Zone = Zone.BODY) -> Iterator[Content]:
        for each in holder:
            name = local(each)
            if name == "p":
                yield from self.paragraph(each, zone)
            elif name == "tbl":
                yield self.table(each)
            elif name == "sdt":
                inner = next((one for one in each if local(one) == "sdtContent"), None)
                if inner is not None:
                    yield from self.blocks(inner, Zone.FURNITURE if self.is_contents(each) else zone)
            elif name in _HOLDERS:
                yield from self.blocks(each, zone)
            elif name == "AlternateContent":
                chosen = next((one for one in each if local(one) in {"Choice", "Fallback"}), None)
                if chosen is not None:
                    yield from self.blocks(chosen, zone)
            elif name == "altChunk":
                self.embedded = True
        if self.open is not None:
            text, last = self.open
            self.open = None
            yield replace(last, text=text)

    def paragraph(self, element: etree._Element, zone: Zone) -> Iterator[Content]:
        look = self.styles.paragraph(element)
        told = self.runs.read(element, look)
        text = told.text
        if self.open is not None:
            text, self.open = self.open[0] + text, None
        one = Paragraph(text, look.level, look.depth, told.stands_out or look.centred, zone)
        if look.contents:
            one.zone, one.level = Zone.FURNITURE, 0
        if look.end_deleted:
            self.open = (text, one)
        else:
            yield one
        for holder in told.beside:
            yield from self.blocks(holder, zone)

    def table(self, element: etree._Element) -> Table:
        table = Table()
        #: Cells that go on downwards, by their column.
        going: dict[int, TableCell] = {}
        in_head = True
        for row in self.rows(element):
            properties = next((one for one in row if local(one) == "trPr"), None)
            if properties is not None and properties.find(f"{self.w}del") is not None:
                continue
            column = self.number(properties, "gridBefore", 0)
            cells: list[TableCell] = []
            for cell in self.cells(row):
                look = next((one for one in cell if local(one) == "tcPr"), None)
                if look is not None and look.find(f"{self.w}cellDel") is not None:
                    continue
                wide = max(1, self.number(look, "gridSpan", 1))
                merged = look.find(f"{self.w}vMerge") if look is not None else None
                above = going.get(column)
                if merged is not None and attribute(merged, self.w, "val") != "restart" and above is not None:
                    above.rows += 1
                else:
                    one = TableCell(list(self.blocks(cell)), column, 1, wide)
                    one.head = stand_out(one.content)
                    going.pop(column, None)
                    if merged is not None:
                        going[column] = one
                    cells.append(one)
                column += wide
            table.rows.append(cells)
            in_head = in_head and properties is not None and is_on(properties.find(f"{self.w}tblHeader"), self.w)
            table.heads += in_head
        return table

    def rows(self, holder: etree._Element) -> Iterator[etree._Element]:
        yield from self._inside(holder, "tr")

    def cells(self, holder: etree._Element) -> Iterator[etree._Element]:
        yield from self._inside(holder, "tc")

    def _inside(self, holder: etree._Element, wanted: str) -> Iterator[etree._Element]:
        for each in holder:
            name = local(each)
            if name == wanted:
                yield each
            elif name in _HOLDERS or name == "sdt":
                yield from self._inside(each, wanted)

    def number(self, properties: etree._Element | None, name: str, usual: int) -> int:
        found = properties.find(self.w + name) if properties is not None else None
        value = attribute(found, self.w, "val") if found is not None else None
        return int(value) if value and value.isascii() and value.isdigit() and len(value) < 6 else usual

    def is_contents(self, element: etree._Element) -> bool:
        return any(attribute(one, self.w, "val") == _CONTENTS for one in element.iter(f"{self.w}docPartGallery"))

    def furniture(self) -> list[Content]:
        """Return what the page's headers and footers say, each thing once."""
        found: list[Content] = []
        for kind, target in self.relations.values():
            root = self.package.xml(target) if kind in {"header", "footer"} else None
            if root is not None:
                found += self.blocks(root, Zone.FURNITURE)
        return aside(found)

    def left_out(self) -> Sequence[str]:
        return ["a document that is embedded in this one is not read"] if self.embedded else []
