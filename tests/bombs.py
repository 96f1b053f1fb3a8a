"""Files made to hurt their reader: small ones that unpack to very much, endless ones, ones that lie of their size."""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

NEWS = "Проект № BG05M9OP001-2.002-9003-C01 е на стойност 375 000 лв. и приключи на 17.10.2017 г. "
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY a "лъжа">'
    + "".join(f'<!ENTITY {two} "{f"&{one};" * 10}">' for one, two in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
ENTITY = '<?xml version="1.0"?><!DOCTYPE {root} [<!ENTITY j SYSTEM "file:///etc/passwd">]>'


def zipped(members: Sequence[tuple[str, bytes]], compress: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these names and bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", compress) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return data.getvalue()


def nested_zip(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    data = NEWS.encode()
    for number in range(depth):
        data = zipped([(f"{number}.zip" if number else "a.txt", data)])
    return data


def overlapping_zip(times: int) -> bytes:
    """An archive whose index names the same packed bytes again and again (as D. Fifield's)."""
    whole = zipped([("aaaaaa.txt", b"0" * 20_000_000)])
    at = whole.index(b"PK\x01\x02")
    end = whole.index(b"PK\x05\x06")
    entry = whole[at:end]
    entries = b"".join(entry.replace(b"aaaaaa", f"{number:06}".encode()) for number in range(times))
    return whole[:at] + entries + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, times, times, len(entries), at, 0)


def docx(document: str) -> bytes:
    """A Word file with this XML as its text."""
    package = "http://schemas.openxmlformats.org/package/2006"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    types = (
        f'<?xml version="1.0"?><Types xmlns="{package}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="{word}"/></Types>'
    )
    links = (
        f'<?xml version="1.0"?><Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r1" Type="{office}" Target="word/document.xml"/></Relationships>'
    )
    files = [("[Content_Types].xml", types), ("_rels/.rels", links), ("word/document.xml", document)]
    return zipped([(name, content.encode()) for name, content in files])


def word_xml(head: str, body: str) -> str:
    """The XML of a Word file's text."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'{head}<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{body}</w:t></w:r></w:p></w:body></w:document>'


def pdf(objects: Sequence[bytes], trailer: bytes = b"", prev: int | None = None) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue. ``prev`` -1 leads the index to itself."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    places = []
    for number, one in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, one))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    before = b"" if prev is None else b"/Prev %d" % (start if prev < 0 else prev)
    out.write(b"trailer\n<</Size %d/Root 1 0 R%s%s>>\n" % (len(objects) + 1, before, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    """A stream, deflated so many times."""
    for _ in range(times):
        content = zlib.compress(content, 9)
    filters = b"/FlateDecode " * times
    return b"<</Length %d/Filter[%s]%s>>stream\n%s\nendstream" % (len(content), filters, entries, content)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
TEXT = b"BT /F 12 Tf 50 700 Td (Project BG05M9OP001-2.002-9003-C01 costs 375 000 BGN) Tj ET\n"


def pdf_page(content: bytes, box: bytes = b"0 0 595 842", more: bytes = b"", extra: Sequence[bytes] = ()) -> bytes:
    """A PDF of one page: its content (object 4) is a stream as it stands; ``extra`` objects begin with 6."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>" % (box, more)
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, FONT, *extra])


def pdf_of_many_pages(count: int) -> bytes:
    """So many pages that share one content."""
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 3 0 R/Resources<</Font<</F 4 0 R>>>>>>"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
            stream(TEXT),
            FONT,
            *[page] * count,
        ]
    )


def pdf_object_stream(size: int) -> bytes:
    """A PDF whose page stands in an object stream that unpacks to so many bytes."""
    inner = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]
    heads, bodies = b"", b""
    for number, one in enumerate(inner, 1):
        heads += b"%d %d " % (number, len(bodies))
        bodies += one + b" "
    packed = stream(heads + bodies + b" " * size, b"/Type/ObjStm/N 3/First %d" % len(heads))
    out = b"%%PDF-1.7\n4 0 obj\n%s\nendobj\n" % packed
    start = len(out)
    rows = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, 9, 0), (1, start, 0)]
    table = b"".join(struct.pack(">BIH", *row) for row in rows)
    index = stream(table, b"/Type/XRef/Size 6/W[1 4 2]/Root 1 0 R")
    return out + b"5 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (index, start)


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that declares this size, whatever it holds."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def tiff_in_a_circle() -> bytes:
    """A TIFF whose only frame is followed by itself."""
    tags = [(256, 3, 1, 8), (257, 3, 1, 8), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 122)]
    tags += [(277, 3, 1, 1), (278, 3, 1, 8), (279, 4, 1, 64)]
    table = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", len(tags)) + table + struct.pack("<I", 8) + b"\xff" * 64


def html(body: str, head: str = "") -> bytes:
    """A page around a body."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'.encode()
