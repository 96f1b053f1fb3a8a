"""An Office document as the package that it is: a ZIP archive of XML parts, told by what is inside.

Each part is unpacked in memory with a limit of its own and one for all together, held while it unpacks; entities, DTDs
and the network are off. Pictures, macros and embedded programs are never unpacked.
"""

from pathlib import PurePosixPath

from lxml import etree

from extractors.errors import DamagedDocument, EncryptedDocument, OversizedDocument, UnknownFormat
from extractors.read_archive_zip import BROKEN_ZIP, inflate, opened

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"

#: Most files in a package: a report full of pictures has hundreds; most bytes of all parts that are read together.
MAX_PARTS, MAX_UNPACKED = 5_000, 256 * 1024 * 1024

_CONTENTS, _MIMETYPE, _MANIFEST = "[Content_Types].xml", "mimetype", "META-INF/manifest.xml"
#: Where the name of a ZIP archive's first file stands: in OpenDocument it says what the file is.
_FIRST_NAME = slice(30, 38)
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: What the content type of the main part has in it, and what the file then is; the rest is refused by name.
_MAIN = (
    (("wordprocessingml.document.main", "wordprocessingml.template.main"), DOCX),
    (("ms-word.document.macroenabled", "ms-word.template.macroenabled"), DOCX),
    (("spreadsheetml.sheet.main", "spreadsheetml.template.main"), XLSX),
    (("ms-excel.sheet.macroenabled", "ms-excel.template.macroenabled"), XLSX),
)
_REFUSED = (
    ("ms-excel.sheet.binary", "a binary workbook (XLSB)"),
    ("presentationml", "a presentation (PPTX)"),
    ("ms-powerpoint", "a presentation (PPTX)"),
    ("opendocument.presentation", "a presentation (ODP)"),
    ("opendocument.graphics", "a drawing (ODG)"),
    ("epub", "an electronic book (EPUB)"),
)


class Package:
    """The parts of an Office document; ``DamagedDocument`` or ``OversizedDocument`` for what cannot be opened."""

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = opened(data)
        except BROKEN_ZIP as error:
            raise DamagedDocument("the Office document is damaged or cut off") from error
        infos = self._archive.infolist()
        if len(infos) > MAX_PARTS:
            raise OversizedDocument(
                f"the Office document has {len(infos):,} parts, more than the {MAX_PARTS:,} that are read"
            )
        # Some programs write a part's name with a stroke before it or in other letters: names are compared folded.
        self._parts = {_fold(info.filename): info for info in infos}
        self._left = MAX_UNPACKED

    def __contains__(self, name: str) -> bool:
        return _fold(name) in self._parts

    def part(self, name: str) -> bytes:
        """Return a part's bytes; b"" if there is none of the name. Raises what ``inflate`` raises."""
        info = self._parts.get(_fold(name))
        if info is None:
            return b""
        data = inflate(self._archive, info, self._left, f"the part „{name[-80:]}“")
        self._left -= len(data)
        return data

    def xml(self, name: str) -> etree._Element | None:
        """Return a part's root element; None if there is no such part, ``DamagedDocument`` if it is no XML."""
        data = self.part(name)
        if not data:
            return None
        return parse_part(data, name)

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return what a part leads to inside of the package, by id: the last word of its type, and the part's name."""
        path = PurePosixPath(part)
        root = self.xml(str(path.parent / "_rels" / f"{path.name}.rels"))
        found = {}
        for each in root.iter(_RELATIONS) if root is not None else ():
            if each.get("TargetMode") != "External" and each.get("Target"):
                kind = (each.get("Type") or "").rpartition("/")[2]
                found[each.get("Id") or ""] = (kind, _joined(path.parent, each.get("Target") or ""))
        return found

    def main(self, usual: str) -> str:
        """Return the name of the main part: where the package's own relations lead, else the usual name."""
        for kind, target in self.relations("").values():
            if kind == "officeDocument" and target in self:
                return target
        return usual


def parse_part(data: bytes, name: str) -> etree._Element:
    """Parse one part; what is no XML, declares a DTD or nests deeper than 256 is ``DamagedDocument``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedDocument(f"the Office document is damaged: its part „{name[-80:]}“ is no XML") from error
    if root.getroottree().docinfo.doctype:
        raise DamagedDocument(f"the Office document declares a DTD in „{name[-80:]}“, which no Office program writes")
    return root


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def tell_package(data: bytes) -> str | None:
    """Return the media type of an Office document; None for any other ZIP archive.

    ``UnknownFormat`` for a kind of Office document that is not read, ``EncryptedDocument`` for one with a password.
    """
    try:
        names = {_fold(info.filename) for info in opened(data).infolist()}
    except BROKEN_ZIP as error:
        if b"[Content_Types].xml" in data[:4096] or data[_FIRST_NAME] == b"mimetype":
            raise DamagedDocument("this is an Office document that is damaged or cut off") from error
        raise DamagedDocument("this is a ZIP archive that is damaged or cut off") from error
    if _fold(_CONTENTS) in names:
        return _tell_open_xml(Package(data))
    if _fold(_MIMETYPE) in names:
        return _tell_open_document(Package(data))
    return None


def _tell_open_xml(package: Package) -> str:
    main = package.main("word/document.xml")
    root = package.xml(_CONTENTS)
    types = [
        (each.get("PartName") or each.get("Extension") or "", (each.get("ContentType") or "").lower())
        for each in (root if root is not None else ())
        if isinstance(each.tag, str)
    ]
    own = [kind for name, kind in types if _fold(name) == _fold(main)] or [kind for _, kind in types]
    for needles, media_type in _MAIN:
        if any(needle in kind for kind in own for needle in needles):
            return media_type
    for needle, words in _REFUSED:
        if any(needle in kind for kind in own):
            raise UnknownFormat(f"this is {words}, which is not read")
    # Programs that write their own packages may leave the content type of the main part out.
    if "word/document.xml" in package:
        return DOCX
    if "xl/workbook.xml" in package:
        return XLSX
    raise UnknownFormat("this is an Office document of a kind that is not read")


def _tell_open_document(package: Package) -> str | None:
    kind = package.part(_MIMETYPE)[:200].decode("ascii", "replace").strip().lower()
    manifest = package.part(_MANIFEST)
    if b"encryption-data" in manifest:
        raise EncryptedDocument("the document asks for a password")
    for media_type in (ODT, ODS):
        if kind.startswith(media_type):
            return media_type
    for needle, words in _REFUSED:
        if needle in kind:
            raise UnknownFormat(f"this is {words}, which is not read")
    if "opendocument" in kind:
        raise UnknownFormat("this is an OpenDocument file of a kind that is not read")
    return None


def _fold(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _joined(folder: PurePosixPath, target: str) -> str:
    """Return the part that a relation names: ``../media/a.png`` beside ``word``, or ``/word/a.xml`` from the root."""
    parts: list[str] = [] if target.startswith("/") else [one for one in folder.parts if one != "/"]
    for one in target.split("/"):
        if one == "..":
            del parts[-1:]
        elif one not in ("", "."):
            parts.append(one)
    return "/".join(parts)
