"""The one call on bytes: ``read(data)`` gives the documents in a file, whatever it is named.

The type is told by the content: magic bytes and what is inside first, then markup. The name and the header are hints
for text alone, for servers send ``text/html`` with PDFs and files lie without an ending.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from extractors.css import Selectors
from extractors.errors import EmptyDocument, OversizedDocument, UnknownFormat, UnreadableDocument
from extractors.read_archive import MAGIC, MAX_DEPTH, PACKED, Budget, Member, members
from extractors.read_html import read_html
from extractors.read_html_charset import decode, wide
from extractors.read_office_doc import read_doc
from extractors.read_office_docx import read_docx
from extractors.read_office_ods import read_ods
from extractors.read_office_odt import read_odt
from extractors.read_office_ole import DOC, XLS, tell_ole
from extractors.read_office_ole import MAGIC as OLE
from extractors.read_office_package import DOCX, ODS, ODT, XLSX, tell_package
from extractors.read_office_rtf import MAGIC as RTF_MAGIC
from extractors.read_office_rtf import RTF, read_rtf
from extractors.read_office_xls import read_xls
from extractors.read_office_xlsx import read_xlsx
from extractors.read_pdf import read_pdf
from extractors.read_picture import PICTURES, picture_as_pdf
from extractors.read_scan import can_recognise
from extractors.read_text import read_text
from models.document import Document

__all__ = ["MAX_TEXT", "READER_VERSION", "Selectors", "UnreadableDocument", "read", "tell_type"]

#: Part of the key of what was read: another version reads the archive again.
READER_VERSION = "7"

#: The media types of files of files.
ZIP, RAR, SEVEN_ZIP = "application/zip", "application/vnd.rar", "application/x-7z-compressed"
_ARCHIVES = {MAGIC: ZIP, **dict(zip(PACKED, (RAR, SEVEN_ZIP), strict=True))}

#: A plain text larger than this is no announcement; in bytes.
MAX_TEXT = 16 * 1024 * 1024

#: What begins with these bytes, and what it is called in the reason.
_MAGIC = (
    (b"PK\x05\x06", "a ZIP archive without files"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"AT&TFORM", "a DjVu document"),
    (b"%!PS", "a PostScript file"),
    (b"RIFF", "a media file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
#: The readers of Office documents, which need bytes and address alone.
_OFFICE: dict[str, Callable[..., Document]] = {
    DOCX: read_docx,
    XLSX: read_xlsx,
    ODT: read_odt,
    ODS: read_ods,
    RTF: read_rtf,
}
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TAG = re.compile(
    rb"</(?:p|div|a|li|td|h[1-6]|span|b|strong|em|i|table|title|article|section)\s*>|<br\s*/?>", re.IGNORECASE
)
_FEED = re.compile(rb"<\?xml|<(?:rss|feed|urlset|sitemapindex|svg)\b", re.IGNORECASE)
_HEAD = 4096
_LEADING = b"\xef\xbb\xbf \t\r\n\x00\xff\xfe"


def read(
    data: bytes,
    *,
    name: str | None = None,
    content_type: str | None = None,
    address: str | None = None,
    fetched: datetime | None = None,
    selectors: Selectors | None = None,
) -> list[Document]:
    """Read the documents in a file: one, or the items of a year page, or the members of an archive.

    ``name`` and ``content_type`` are hints; ``address`` and ``fetched`` help with the publication date; ``selectors``
    are the recipe's, for pages. ``UnreadableDocument`` with one clear reason for what cannot be read; a member of an
    archive that cannot be read is a document without text that is ``incomplete`` for that reason.
    """
    return _read(data, _Hints(name, content_type, address, fetched, selectors), Budget(), depth=0)


@dataclass(frozen=True, slots=True)
class _Hints:
    """What is known of a file beside its bytes."""

    name: str | None
    content_type: str | None
    address: str | None
    fetched: datetime | None
    selectors: Selectors | None


def _read(data: bytes, hints: _Hints, budget: Budget, depth: int) -> list[Document]:
    """Read a file; ``depth`` is how many archives it lies in, ``budget`` what they may still unpack together."""
    kind = tell_type(data, name=hints.name, content_type=hints.content_type)
    if kind in _ARCHIVES.values():
        if depth >= MAX_DEPTH:
            raise UnknownFormat(f"this is an archive in an archive, deeper than the {MAX_DEPTH} that are opened")
        return [
            document for member in members(data, budget) for document in _read_member(member, hints, budget, depth + 1)
        ]
    if kind == "application/pdf":
        return [read_pdf(data, address=hints.address)]
    if kind in PICTURES.values():
        return [replace(read_pdf(picture_as_pdf(data), address=hints.address), media_type=kind)]
    if kind == "text/html":
        return read_html(
            data,
            content_type=hints.content_type,
            address=hints.address,
            fetched=hints.fetched,
            selectors=hints.selectors,
        )
    if kind in _OFFICE:
        return [_OFFICE[kind](data, address=hints.address)]
    if kind in (DOC, XLS):
        old = read_doc if kind == DOC else read_xls
        return [old(data, title=tell_ole(data).title, address=hints.address)]
    if len(data) > MAX_TEXT:
        raise OversizedDocument(f"the text has {len(data):,} bytes, more than the {MAX_TEXT:,} that are read")
    text = decode(data, hints.content_type, meta=False)
    if not text.strip():
        raise EmptyDocument("the file holds nothing but white space")
    return [read_text(text)]


def _read_member(member: Member, hints: _Hints, budget: Budget, depth: int) -> list[Document]:
    problem = member.problem
    if problem is None:
        try:
            found = _read(member.data, replace(hints, name=member.name, content_type=None), budget, depth)
        except UnreadableDocument as error:
            problem = error.reason
        else:
            return [replace(one, part=f"{member.name}#{one.part}" if one.part else member.name) for one in found]
    return [Document("", "application/octet-stream", part=member.name, incomplete=problem)]


def tell_type(data: bytes, *, name: str | None = None, content_type: str | None = None) -> str:
    """Return the media type by which a file is read; ``UnreadableDocument`` for one that no reader takes."""
    head = data[:_HEAD]
    if not head.strip(_LEADING) and not data.strip(_LEADING):
        raise EmptyDocument("the file is empty")
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(MAGIC):
        return tell_package(data) or ZIP
    for magic, media_type in _ARCHIVES.items():
        if head.startswith(magic):
            return media_type
    if head.startswith(OLE):
        return tell_ole(data).media_type
    if head.lstrip(_LEADING).startswith(RTF_MAGIC):
        return RTF
    for magic, words in _MAGIC:
        if head.startswith(magic):
            if magic in PICTURES and can_recognise():
                return PICTURES[magic]
            raise UnknownFormat(f"this is {words}, which is not read")
    two_bytes = wide(head)
    plain = head.decode(two_bytes, "ignore").encode() if two_bytes else head
    start = plain.lstrip(_LEADING)
    if _PAGE.search(plain):
        return "text/html"
    if b"<?mso-application" in plain:
        raise UnknownFormat("this is an Office document of 2003 in one XML file, which is not read")
    if _FEED.match(start):
        raise UnknownFormat("this is an XML file (a feed, a sitemap), which is no announcement")
    hint = (content_type or "").partition(";")[0].strip().lower()
    ending = (name or "").rpartition(".")[2].lower()
    if _is_binary(plain):
        raise UnknownFormat("this is a file of no known format: neither text nor PDF")
    if hint in {"application/json", "text/css", "text/javascript", "application/javascript"}:
        raise UnknownFormat(f"this is {hint}, which is no announcement")
    as_page = hint in {"text/html", "application/xhtml+xml"} or ending in {"html", "htm", "xhtml"}
    if as_page or (ending != "txt" and hint != "text/plain" and len(_TAG.findall(plain)) >= 2):
        return "text/html"
    return "text/plain"


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(one) for one in (*range(9), *range(14, 27), *range(28, 32)))
    return controls * 50 > len(head)
