"""The files of a ZIP archive, unpacked in memory: a bomb is told, not swallowed.

Names without the UTF-8 flag are CP866 or windows-1251, as the archivers of Bulgarian offices write them; ZIP itself
says CP437. „Справка“ in windows-1251 would be „╤яЁртър“ in CP866: no name has signs that draw frames.
"""

import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO

from extractors.errors import DamagedDocument, EncryptedDocument, OversizedDocument, UnknownFormat, UnreadableDocument
from extractors.read_archive_limits import (
    MAX_MEMBER,
    MAX_RATIO,
    MAX_TOTAL,
    SMALL,
    Budget,
    Member,
    is_left_by_systems,
    shown_name,
    told_apart,
)

#: What opening a broken archive raises.
BROKEN_ZIP = (zipfile.BadZipFile, ValueError, OSError, NotImplementedError)

#: What begins an entry of the list of files, which is taken into memory as a whole; archives in it have theirs.
_ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 100_000
#: What letters of windows-1251 are in CP866: signs that draw frames, and letters that Bulgarian has not.
_FRAMES = re.compile("[\u2500-\u259f\u0401\u0451\u0404\u0454\u0407\u0457\u040e\u045e]")
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1


def zip_members(data: bytes, budget: Budget, part: str | None = None) -> Iterator[Member]:
    """Yield the files of a ZIP archive in its own order; folders and what systems leave behind are none.

    ``part`` asks for that file alone, or for the one that it is a part of.

    ``UnknownFormat`` for an archive without files, ``DamagedDocument`` for one that is cut off, ``OversizedDocument``
    for one of more files than are left; all before the first file. What is wrong with one file is told with it.
    """
    try:
        archive = opened(data)
    except BROKEN_ZIP as error:
        raise DamagedDocument("this is a ZIP archive that is damaged or cut off") from error
    with archive:
        entries = archive.infolist()
        if len(entries) > budget.files:
            raise OversizedDocument(
                f"the archive has {len(entries):,} files, more than the {budget.files} that are read"
            )
        infos = [info for info in entries if not info.is_dir() and not is_left_by_systems(info.filename)]
        if not infos:
            raise UnknownFormat("this is a ZIP archive without files")
        budget.files -= len(infos)
        for name, info in zip(told_apart(map(_name, infos)), infos, strict=True):
            if part is not None and part != name and not part.startswith(f"{name}#"):
                continue
            try:
                content = inflate(archive, info, budget.bytes)
            except UnreadableDocument as error:
                yield Member(name, problem=error.reason)
                continue
            budget.bytes -= len(content)
            yield Member(name, content)


def opened(data: bytes) -> zipfile.ZipFile:
    """Open a ZIP archive; ``BROKEN_ZIP`` for one that is damaged, ``OversizedDocument`` for a list without measure."""
    if data.count(_ENTRY) > _MOST_ENTRIES:
        raise OversizedDocument(f"the archive lists more than {_MOST_ENTRIES:,} files")
    return zipfile.ZipFile(BytesIO(data))


def inflate(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int, words: str = "the file") -> bytes:
    """Unpack one file, of which ``words`` speak; never more than it may become is held.

    ``EncryptedDocument``, ``DamagedDocument``, ``OversizedDocument`` (``left`` are the bytes left for all together) or
    ``UnknownFormat`` for what is no file at all.
    """
    if stat.S_ISLNK(info.external_attr >> 16):
        raise UnknownFormat("this is a link to another file")
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedDocument(f"{words} asks for a password")
    ratio_most = max(SMALL, info.compress_size * MAX_RATIO)
    try:
        with archive.open(info) as file:
            data = file.read(min(MAX_MEMBER, left, ratio_most) + 1)
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        raise DamagedDocument(f"{words} is damaged in its archive") from error
    except RuntimeError as error:
        raise UnknownFormat(f"{words} is packed in a way that is not read") from error
    if len(data) > ratio_most:
        raise OversizedDocument(f"{words} unpacks to more than {MAX_RATIO} times its size")
    if len(data) > MAX_MEMBER:
        raise OversizedDocument(f"{words} unpacks to more than the {MAX_MEMBER:,} bytes that are read")
    if len(data) > left:
        raise OversizedDocument(f"the archive unpacks to more than the {MAX_TOTAL:,} bytes that are read")
    return data


def _name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        with suppress(UnicodeError):
            written = name.encode("cp437")
            name = written.decode("cp866")
            if _FRAMES.search(name):
                name = written.decode("cp1251")
    return shown_name(name)
