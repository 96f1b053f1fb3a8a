"""Office documents made for tests: packages of hand-written parts, and what a reader made of them."""

import io
import struct
import zipfile

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{_OFFICE_RELATIONS}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_ODF = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        *(("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing")),
        *(("fo", "xsl-fo-compatible"), ("meta", "meta")),
    )
)


def packed(parts, compress=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compress) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def content_types(main, kind):
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{kind}"/></Types>'
    )


def relations(**targets):
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE_RELATIONS}/{name.rstrip("0123456789")}" Target="{target}"/>'
        for name, target in targets.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_RELATIONS}">{rows}</Relationships>'


def word_part(tag, inner):
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{tag} {_NAMESPACES}>{inner}</w:{tag}>'


def docx(body, *, head='<?xml version="1.0" encoding="UTF-8"?>', rels=None, **parts):
    """A DOCX file with this body; ``parts`` are further parts of the folder ``word`` without their ending."""
    document = f"{head}<w:document {_NAMESPACES}><w:body>{body}</w:body></w:document>"
    files = {
        "[Content_Types].xml": content_types("word/document.xml", WORD),
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/document.xml": document,
        "word/_rels/document.xml.rels": relations(**(rels or {})),
    }
    return packed({**files, **{f"word/{name}.xml": content for name, content in parts.items()}})


def paragraph(*runs, look=""):
    """A ``<w:p>``; a run is its text, or XML."""
    inner = "".join(one if one.startswith("<") else f'<w:r><w:t xml:space="preserve">{one}</w:t></w:r>' for one in runs)
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{inner}</w:p>"


def xlsx(sheet, *, shared=(), state="visible", **parts):
    """An XLSX workbook of one sheet with this inner XML."""
    texts = "".join(f"<si>{one}</si>" for one in shared)
    files = {
        "[Content_Types].xml": content_types("xl/workbook.xml", EXCEL),
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE_RELATIONS}"><sheets>'
        f'<sheet name="Sheet1" sheetId="1" state="{state}" r:id="worksheet1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            worksheet1="worksheets/sheet1.xml", styles="styles.xml", sharedStrings="s.xml"
        ),
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?><worksheet xmlns="{_SHEETS}">{sheet}</worksheet>',
        "xl/styles.xml": f'<styleSheet xmlns="{_SHEETS}"/>',
        "xl/s.xml": f'<sst xmlns="{_SHEETS}">{texts}</sst>',
    }
    return packed({**files, **parts})


def odf(
    kind, content, *, styles="", automatic="", title="", manifest="", head='<?xml version="1.0" encoding="UTF-8"?>'
):
    """An ODT (``text``) or ODS (``spreadsheet``) file with this inner XML of its body."""
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"{head}<office:document-content {_ODF}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:{kind}>{content}</office:{kind}></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {_ODF}>{styles}</office:document-styles>",
            "meta.xml": f'<office:document-meta {_ODF} xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>'
            f"<dc:title>{title}</dc:title></office:meta></office:document-meta>",
            "META-INF/manifest.xml": f'<m:manifest xmlns:m="urn:manifest">{manifest}</m:manifest>',
        }
    )


def ole(stream, content=b"\x00" * 5000):
    """An OLE storage with one stream of this name."""
    from xlwt.CompoundDoc import XlsDoc

    data = io.BytesIO()
    XlsDoc().save(data, content)
    raw = bytearray(data.getvalue())
    place = raw.index("Workbook".encode("utf-16-le"))
    name = stream.encode("utf-16-le")
    raw[place : place + 64] = name.ljust(64, b"\0")
    raw[place + 64 : place + 66] = struct.pack("<H", len(name) + 2)
    return bytes(raw)


def blocks(document):
    """Kind, and text, of each block."""
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def body(document):
    """The texts of the body's blocks."""
    return [document.text[one.start : one.end] for one in document.blocks if one.zone.value == "body"]


def furniture(document):
    """The texts of what is laid aside."""
    return [document.text[one.start : one.end] for one in document.blocks if one.zone.value == "furniture"]


def headers(document):
    """The headers of each cell that has any, by its text; texts must differ."""
    found = {}
    for block in document.blocks:
        for cell in block.cells:
            if cell.headers:
                text = document.text[cell.start : cell.end]
                assert text not in found, text
                found[text] = cell.headers
    return found


def told(figures, text):
    """Role and value of each figure; each stands where its offsets lead."""
    assert all(text[one.start : one.end] == one.quote for one in figures)
    return {(one.role, one.value_text) for one in figures}
