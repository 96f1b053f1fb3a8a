"""What an OLE storage is, told by the streams in it: DOC, XLS, a package with a password, or what is not read."""

import struct
from dataclasses import dataclass
from io import BytesIO

import olefile

from extractors.errors import DamagedDocument, EncryptedDocument, UnknownFormat

#: What an OLE storage begins with.
MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
DOC, XLS = "application/msword", "application/vnd.ms-excel"

_KINDS = (("WordDocument", DOC), ("Workbook", XLS), ("Book", XLS))
_REFUSED = (
    ("PowerPoint Document", "an old presentation (PPT)"),
    ("__properties_version1.0", "a message of Outlook (MSG)"),
    ("VisioDocument", "a drawing (VSD)"),
)
#: Word's file information block: its first words, its flags, and the flag of a password.
_FIB = struct.Struct("<10xH")
_HAS_PASSWORD = 0x0100
#: Word 6 and 95 have the same flag there, older ones have none.
_BROKEN = (OSError, IndexError, ValueError, KeyError, TypeError, AttributeError, struct.error, OverflowError)


@dataclass(frozen=True, slots=True)
class OldOffice:
    """The media type of an old Office document, and the title that its properties give."""

    media_type: str
    title: str | None = None


def tell_ole(data: bytes) -> OldOffice:
    """Return what an OLE storage is.

    ``EncryptedDocument`` for one with a password, ``UnknownFormat`` for a kind that is not read, ``DamagedDocument``
    for one that cannot be opened.
    """
    try:
        with olefile.OleFileIO(BytesIO(data)) as storage:
            if storage.exists("EncryptedPackage"):
                raise EncryptedDocument("the document asks for a password")
            for stream, media_type in _KINDS:
                if storage.exists(stream):
                    if media_type == DOC and _has_password(storage):
                        raise EncryptedDocument("the document asks for a password")
                    return OldOffice(media_type, _title(storage))
            for stream, words in _REFUSED:
                if storage.exists(stream):
                    raise UnknownFormat(f"this is {words}, which is not read")
    except _BROKEN as error:
        raise DamagedDocument("this is an old Office document (DOC, XLS) that is damaged or cut off") from error
    raise UnknownFormat("this is an OLE storage of a kind that is not read")


def _has_password(storage: olefile.OleFileIO) -> bool:
    with storage.openstream("WordDocument") as stream:
        return bool(_FIB.unpack(stream.read(_FIB.size))[0] & _HAS_PASSWORD)


def _title(storage: olefile.OleFileIO) -> str | None:
    try:
        properties = storage.getproperties("\x05SummaryInformation")
    except _BROKEN:
        return None
    title, page = properties.get(2), properties.get(1)
    if not isinstance(title, bytes):
        return title if isinstance(title, str) else None
    # The code page is a number of two bytes with a sign: 65001 is -535.
    names = {65001: "utf-8", 1200: "utf-16-le"}
    number = page % 65536 if isinstance(page, int) else 1251
    try:
        return title.decode(names.get(number, f"cp{number}")).strip("\x00 ") or None
    except (UnicodeDecodeError, LookupError):
        return None
