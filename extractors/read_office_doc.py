"""The reader of DOC files, through a program of the system: antiword, whose DocBook has headings, lists and tables.

Where antiword is not there, or gives up on a file, LibreOffice makes a DOCX file of it. Both run as limited children
in a folder of their own; LibreOffice with a profile of its own in which no macro runs and no network is reached.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from lxml import etree

from extractors.converters import Ended, has, own_folder, ran
from extractors.errors import DamagedDocument, EmptyDocument, EncryptedDocument, OversizedDocument, UnknownFormat
from extractors.read_office_content import Content, Paragraph, Table
from extractors.read_office_docx import read_docx
from extractors.read_office_grid import Row, lay_rows
from extractors.read_office_ole import DOC
from extractors.read_office_package import local
from extractors.read_office_pieces import compose_office
from models.document import Document

#: A file larger than this is not handed on; in bytes.
MAX_DOC = 64 * 1024 * 1024

#: Limits of one run: seconds, bytes written, bytes of memory.
_QUICK, _SLOW = 30, 120
_MOST, _MEMORY, _OFFICE_MEMORY = 64 * 1024 * 1024, 512 * 1024 * 1024, 4 * 1024 * 1024 * 1024

_PASSWORD = re.compile(r"encrypt|password", re.IGNORECASE)
_LISTS = frozenset({"itemizedlist", "orderedlist", "variablelist"})
#: Characters that XML does not allow, and antiword writes all the same.
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPACE = re.compile(r"[ \t\r\n]+")
_OFFICES = ("soffice", "libreoffice")

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse">
<value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks"
oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value>
</prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
</item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyName" oor:op="fuse">
<value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>9</value>
</prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyName" oor:op="fuse">
<value>127.0.0.1</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings"><prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>9</value>
</prop></item>
</oor:items>
"""


class _Refused(Exception):  # noqa: N818 -- another converter may take the file
    """A converter gave nothing; the message says what it complained of."""


def can_read_doc() -> bool:
    """Whether this machine has a program that reads DOC files."""
    return has("antiword") or any(map(has, _OFFICES))


def read_doc(data: bytes, *, title: str | None = None, address: str | None = None) -> Document:
    """Read a DOC file; ``UnreadableDocument`` where no converter is there or none can read it."""
    if not can_read_doc():
        raise UnknownFormat("this is an old Word document (DOC), which needs a converter (antiword or LibreOffice)")
    if len(data) > MAX_DOC:
        raise OversizedDocument(f"the document has {len(data):,} bytes, more than the {MAX_DOC:,} that are read")
    complaint = ""
    if has("antiword"):
        try:
            return compose_office(_from_antiword(data), DOC, title=title, address=address)
        except (_Refused, EmptyDocument) as error:
            complaint = str(error)
    office = next(filter(has, _OFFICES), None)
    if office is None:
        told = f": antiword says „{complaint}“" if complaint else ""
        raise DamagedDocument(f"this is an old Word document (DOC) that antiword cannot read{told}")
    try:
        return read_docx(_as_docx(data, office), address=address, media_type=DOC)
    except _Refused as error:
        raise DamagedDocument("this is an old Word document (DOC) that no converter can read") from error


def _from_antiword(data: bytes) -> list[Content]:
    with own_folder() as folder:
        file = folder / "a.doc"
        file.write_bytes(data)
        command = ["antiword", "-x", "db", "-m", "UTF-8.txt", str(file)]
        with ran(command, folder=folder, seconds=_QUICK, most=_MOST, memory=_MEMORY) as ended:
            written = _written(ended, _QUICK)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(_NOT_XML.sub(b"", written), parser)
    if root is None or local(root) != "book":
        raise _Refused("it gives no text")
    try:
        return list(_blocks(root))
    except RecursionError as error:
        raise _Refused("its parts nest too deep") from error


def _written(ended: Ended, seconds: int) -> bytes:
    if ended.cut:
        raise OversizedDocument(f"the document becomes more than the {_MOST:,} bytes that are read")
    if ended.code is None:
        raise OversizedDocument(f"the document takes its converter more than {seconds} seconds")
    if _PASSWORD.search(ended.told):
        raise EncryptedDocument("the document asks for a password")
    written = ended.written.read()
    if ended.code != 0 or b"</book>" not in written:
        raise _Refused(" ".join(ended.told.split()) or "it cannot be opened")
    return written


def _blocks(holder: etree._Element, level: int = 0, depth: int = 0) -> Iterator[Content]:
    """Yield what a part of a DocBook says; its own title is a heading of the part's level."""
    for each in holder:
        name = local(each)
        if name == "bookinfo" or (name == "title" and not level):
            continue  # the file's properties, which antiword writes in a wrong encoding
        if name == "title":
            yield Paragraph(_text(each), level=level)
        elif name == "chapter" or (name.startswith("sect") and name[4:].isdigit()):
            yield from _blocks(each, 1 if name == "chapter" else min(int(name[4:]) + 1, 9))
        elif name in _LISTS:
            yield from _blocks(each, level, depth + 1)
        elif name in {"informaltable", "table"}:
            yield _table(each)
        elif name == "para":
            yield from _paragraph(each, level, depth)
        elif len(each):
            yield from _blocks(each, level, depth)


def _paragraph(element: etree._Element, level: int, depth: int) -> Iterator[Content]:
    """Yield a paragraph, or the table that antiword puts into one; notes stand behind it."""
    inside = [each for each in element if local(each) in {"informaltable", "table"} or local(each) in _LISTS]
    notes = [each for each in element.iter() if local(each) == "footnote"]
    text = _text(element)
    if text:
        yield Paragraph(text, depth=depth, stands_out=_is_bold(element, text))
    for each in inside:
        if local(each) in _LISTS:
            yield from _blocks(each, level, depth + 1)
        else:
            yield _table(each)
    for note in notes:
        yield from _blocks(note, level)


def _text(element: etree._Element) -> str:
    parts: list[str] = [element.text or ""]
    for each in element:
        name = local(each)
        if name not in {"informaltable", "table", "footnote"} and name not in _LISTS:
            parts.append(_text(each) if name != "sbr" else "\v")
        parts.append(each.tail or "")
    # antiword breaks its lines where it likes; only <sbr/> is a line end of the document's own.
    return _SPACE.sub(" ", "".join(parts)).replace(" \v", "\v")


def _is_bold(element: etree._Element, text: str) -> bool:
    bold = "".join(_text(one) for one in element if local(one) == "emphasis" and one.get("role") == "bold")
    return "".join(bold.split()) == "".join(text.split())


def _table(element: etree._Element) -> Table:
    """Return a table; rows of other widths are groups of their own, each with the widths of its cells."""
    rows = []
    for group in (one for one in element if local(one) == "tgroup"):
        widths = [_twips(one.get("colwidth") or "") for one in group if local(one) == "colspec"]
        for row in (one for one in group.iter() if local(one) == "row"):
            defined = Row()
            for end in accumulate(widths):
                defined.end_at(end)
            rows.append((defined, [_cell(one) for one in row if local(one) == "entry"]))
    table = lay_rows(rows)
    _join_heads(table)
    return table


def _twips(width: str) -> int:
    try:
        return round(float(width.removesuffix("pt")) * 20)
    except (ValueError, OverflowError):
        return 0


def _cell(entry: etree._Element) -> list[Content]:
    text = _text(entry).strip()
    content: list[Content] = [Paragraph(text, stands_out=_is_bold(entry, text))] if text else []
    return content + [one for one in _blocks(entry) if not isinstance(one, Paragraph) or one.text.strip()]


def _join_heads(table: Table) -> None:
    """Join an empty cell under a name to it where the head has two rows: antiword does not tell such cells apart."""
    if len(table.rows) < 3 or not any(cell.columns > 1 for cell in table.rows[0]):
        return
    names = {cell.column: cell for cell in table.rows[0] if cell.columns == 1 and cell.content}
    for cell in [one for one in table.rows[1] if not one.content and one.column in names]:
        names[cell.column].rows = 2
        table.rows[1].remove(cell)


def _as_docx(data: bytes, office: str) -> bytes:
    with own_folder() as folder:
        file, profile, out = folder / "a.doc", folder / "profile", folder / "out"
        file.write_bytes(data)
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
        command = [
            *(office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--invisible", "--norestore"),
            *("--nologo", "--nodefault", "--nolockcheck", "--convert-to", "docx:MS Word 2007 XML"),
            *("--outdir", str(out), str(file)),
        ]
        with ran(command, folder=folder, seconds=_SLOW, most=_MOST, memory=_OFFICE_MEMORY) as ended:
            if ended.code is None:
                raise OversizedDocument(f"the document takes its converter more than {_SLOW} seconds")
        return _taken(out)


def _taken(folder: Path) -> bytes:
    made = next(iter(folder.glob("*.docx")), None) if folder.is_dir() else None
    if made is None:
        raise _Refused("LibreOffice makes nothing of it")
    return made.read_bytes()
