"""The members of a ZIP archive, as bytes: nothing is unpacked to a disk, and a bomb is told, not swallowed.

Names without the UTF-8 flag are CP866, as the archivers of Bulgarian offices write them; ZIP itself says CP437.
"""

import lzma
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

from extractors.errors import DamagedDocument, OversizedDocument, UnknownFormat

#: What a ZIP archive, and an Office document, begins with.
MAGIC = b"PK\x03\x04"
#: Most members; most bytes of one and of all together; most bytes that one packed byte may become.
MAX_MEMBERS, MAX_MEMBER, MAX_TOTAL, MAX_RATIO = 200, 64 * 1024 * 1024, 256 * 1024 * 1024, 200

_OFFICE = frozenset({"[Content_Types].xml", "mimetype"})
_LEFT_BY_SYSTEMS = ("__MACOSX/", "Thumbs.db", "desktop.ini", ".DS_Store")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_SMALL = 1024 * 1024
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name, told apart from others of that name, and its bytes or why there are none."""

    name: str
    data: bytes = b""
    problem: str | None = None


def members(data: bytes) -> list[Member]:
    """Return the files of a ZIP archive in its own order; folders and what systems leave behind are none.

    ``UnknownFormat`` for an Office document or an archive without files, ``DamagedDocument`` for one that is cut off,
    ``OversizedDocument`` for one of too many files. What is wrong with one member is told with it.
    """
    found = []
    left = MAX_TOTAL
    with _opened(data) as archive:
        for name, info in _named(archive):
            member = _member(archive, name, info, left)
            left -= len(member.data)
            found.append(member)
    return found


def member_bytes(data: bytes, part: str | None) -> bytes:
    """Return the bytes that ``part`` of an archive was read from; ``data`` itself if it is no archive."""
    if part is None or not data.startswith(MAGIC):
        return data
    with _opened(data) as archive:
        for name, info in _named(archive):
            if part == name or part.startswith(f"{name}#"):
                return _member(archive, name, info, MAX_TOTAL).data
    raise KeyError(part)


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DamagedDocument("this is a ZIP archive that is damaged or cut off") from error
    names = archive.namelist()
    if not _OFFICE.isdisjoint(names):
        raise UnknownFormat("this is an Office document (DOCX, XLSX, ODT), which is not read")
    if len(names) > MAX_MEMBERS:
        raise OversizedDocument(f"the archive has {len(names):,} files, more than the {MAX_MEMBERS} that are read")
    if next(_named(archive), None) is None:
        raise UnknownFormat("this is a ZIP archive without files")
    return archive


def _named(archive: zipfile.ZipFile) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    seen: dict[str, int] = {}
    for info in archive.infolist():
        if info.is_dir() or info.filename.startswith(_LEFT_BY_SYSTEMS) or info.filename.endswith(_LEFT_BY_SYSTEMS):
            continue
        name = _name(info)
        seen[name] = times = seen.get(name, 0) + 1
        yield (name if times == 1 else f"{name} ({times})"), info


def _name(info: zipfile.ZipInfo) -> str:
    """Return a member's name to be shown; it is never used as a path."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("cp866")
    shown = "".join(sign if sign.isprintable() else "_" for sign in unicodedata.normalize("NFC", name))
    return shown[-_MAX_NAME:]


def _member(archive: zipfile.ZipFile, name: str, info: zipfile.ZipInfo, left: int) -> Member:
    if stat.S_ISLNK(info.external_attr >> 16):
        return Member(name, problem="this is a link to another file")
    if info.flag_bits & _ENCRYPTED:
        return Member(name, problem="the file asks for a password")
    ratio_most = max(_SMALL, info.compress_size * MAX_RATIO)
    try:
        with archive.open(info) as file:
            data = file.read(min(MAX_MEMBER, left, ratio_most) + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
        return Member(name, problem="the file is damaged in its archive")
    except RuntimeError:
        return Member(name, problem="the file is packed in a way that is not read")
    if len(data) > ratio_most:
        return Member(name, problem=f"the file unpacks to more than {MAX_RATIO} times its size")
    if len(data) > MAX_MEMBER:
        return Member(name, problem=f"the file unpacks to more than the {MAX_MEMBER:,} bytes that are read")
    if len(data) > left:
        return Member(name, problem=f"the archive unpacks to more than the {MAX_TOTAL:,} bytes that are read")
    return Member(name, data)
