"""A script as a DOCX file the way Word saves it, and its tables as an XLSX file.

Words stand in runs that are cut anywhere, even inside of a number; lists are numbered by Word or typed; the letterhead
is the file's header, the phones its footer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from costumes.chrome import Chrome, chrome
from costumes.script import Form, Piece, Script
from openpyxl import Workbook
from openpyxl.styles import Font

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"styles": "styles", "numbering": "numbering", "header1": "header", "footer1": "footer"}
_STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="List Paragraph"/><w:basedOn w:val="a"/></w:style>'
)
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/>'
    '<w:lvlText w:val="\u2022"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


@dataclass(frozen=True)
class Filed:
    """A file and what stands around its announcement."""

    data: bytes
    chrome: Chrome


def docx_file(script: Script, seed: int) -> Filed:
    """Return the script as a DOCX file."""
    chance = Random(f"{script.id} docx {seed}")
    around = chrome(chance)
    body = "".join(_blocks(script.body, chance))
    section = f'<w:sectPr><w:headerReference w:type="default" r:id="rIdheader1" xmlns:r="{_R}"/>'
    section += f'<w:footerReference w:type="default" r:id="rIdfooter1" xmlns:r="{_R}"/></w:sectPr>'
    head = [f"ОБЩИНА {around.town.upper()}", f"тел. {around.phones[0]}, факс {around.phones[1]}"]
    parts = {
        "document": f"<w:body>{body}{section}</w:body>",
        "styles": _STYLES,
        "numbering": _NUMBERING,
        "header1": "".join(_paragraph(_run(line)) for line in head),
        "footer1": _paragraph(_run(f"Деловодство: {around.phones[2]}")),
    }
    roots = {"header1": "hdr", "footer1": "ftr"}
    written = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations({"document": "officeDocument"}, "word/"),
        "word/_rels/document.xml.rels": _relations(_PARTS, ""),
        **{
            f"word/{name}.xml": f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f"<w:{roots.get(name, name)} {_W}>{inside}</w:{roots.get(name, name)}>"
            for name, inside in parts.items()
        },
    }
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, text in written.items():
            package.writestr(ZipInfo(name), text, ZIP_DEFLATED)
    return Filed(file.getvalue(), around)


def xlsx_file(script: Script) -> bytes | None:
    """Return the script as a workbook of one sheet: tables cell by cell, all else in cells of the first column.

    None where that is no workbook that anybody makes: without a table, or with more prose than rows.
    """
    rows = sum(len(piece.rows) for piece in script.body)
    lines = [piece for piece in script.body if piece.form is not Form.TABLE]
    if len(lines) > rows:
        return None
    book = Workbook()
    sheet = book.active
    for number, piece in enumerate(script.body):
        if number and not piece.joined:
            sheet.append([])
        if piece.form is Form.TABLE:
            for row in piece.rows:
                sheet.append(list(row))
        else:
            sheet.append([f"{piece.mark} {piece.text}".strip()])
            if piece.form is Form.HEADING:
                sheet.cell(sheet.max_row, 1).font = Font(bold=True)
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _blocks(pieces: Sequence[Piece], chance: Random) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        if piece.form is Form.TABLE:
            yield _table(piece, chance)
        elif piece.form is Form.HEADING:
            yield _paragraph(_runs(piece.text, chance), f'<w:pStyle w:val="{1 if number == 0 else 2}"/>')
        elif piece.form is Form.BULLET and chance.random() < 0.5:
            listed = '<w:pStyle w:val="a3"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
            yield _paragraph(_runs(piece.text, chance), listed)
        else:
            yield _paragraph(_runs(f"{piece.mark} {piece.text}".strip(), chance))


def _table(piece: Piece, chance: Random) -> str:
    rows = []
    for number, row in enumerate(piece.rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if number < piece.heads else ""
        cells = "".join(f"<w:tc><w:tcPr/>{_paragraph(_runs(cell, chance))}</w:tc>" for cell in row)
        rows.append(f"<w:tr>{head}{cells}</w:tr>")
    columns = "<w:gridCol/>" * len(piece.rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


def _paragraph(runs: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{runs}</w:p>"


def _runs(text: str, chance: Random) -> str:
    """Cut a text into runs as Word does behind every correction."""
    runs = []
    while text:
        length = min(len(text), chance.randrange(3, 60))
        runs.append(_run(text[:length]) + ('<w:proofErr w:type="spellStart"/>' if chance.random() < 0.2 else ""))
        text = text[length:]
    return "".join(runs)


def _run(text: str) -> str:
    return f'<w:r><w:rPr><w:lang w:val="bg-BG"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _types() -> str:
    parts = {"document": "document.main", **_PARTS}
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_PART}.{kind}+xml"/>' for name, kind in parts.items()
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def _relations(parts: dict[str, str], folder: str) -> str:
    told = "".join(
        f'<Relationship Id="rId{name}" Type="{_R}/{kind}" Target="{folder}{name}.xml"/>' for name, kind in parts.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'
    )
