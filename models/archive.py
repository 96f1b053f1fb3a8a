"""The archive of bytes as they came: WARC files of a run and a site, found again by file, offset and length.

``kubrat/20261121T030000Z-5f3a.warc.gz`` belongs to one run of the site ``kubrat``. While it is written it bears
``.open`` at the end of its name; a run that was killed leaves it so, and what was synced of it is read all the same.
Bytes that another address of the site had before are a ``revisit`` record, which says where they lie.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import IO

import fsspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from models.keys import digest
from models.records import Snapshot
from models.settings import Settings

#: What a file's name ends in, and what stands behind that while it is written.
WARC, OPEN = ".warc.gz", ".open"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


class ArchiveError(Exception):
    """The archive does not give what was put into it; the message names the file and what now."""


class MissingRecord(ArchiveError):  # noqa: N818 - named by what is there, as all our errors
    """The archive has no such file, or it ends before the record."""


class DamagedRecord(ArchiveError):  # noqa: N818
    """The record cannot be read, or is not what its digest says."""


def archive_file(source: str, run: str, at: datetime) -> str:
    """Return the name of the file that a run of a site writes, relative to the archive, without ``.open``.

    >>> archive_file("kubrat", "5f3a90b2c1d4", datetime(2026, 11, 21, 3, tzinfo=UTC))
    'kubrat/20261121T030000Z-5f3a90b2.warc.gz'
    """
    for name in (source, run):
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for a file: {name!r}")
    return f"{source}/{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{run[:8]}{WARC}"


def archive_path(archive: str, file: str) -> str:
    """Return the whole fsspec address of a file of the archive; ValueError for one that would lie outside."""
    parts = file.split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        raise ValueError(f"not a file of the archive: {file!r}")
    return f"{archive.rstrip('/')}/{file}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record of a WARC file, taken out of it: its WARC-Type, whose it is, its decoded body.

    ``refers`` is file and offset of the record that holds the bytes, for a revisit alone; its own body is empty.
    """

    kind: str
    address: str | None
    date: str | None
    body: bytes
    refers: tuple[str, int] | None = None


#: Names of the headers by which a revisit says where in the archive its bytes are; those that Heritrix uses.
REFERS_TO_FILE, REFERS_TO_OFFSET = "WARC-Refers-To-Filename", "WARC-Refers-To-File-Offset"


def read_bytes(settings: Settings, snapshot: Snapshot) -> bytes:
    """Return the decoded body of a snapshot's record, checked against its SHA-256; a revisit's is the original's.

    Raises MissingRecord where there is no such record, DamagedRecord where it is not what it was.
    """
    return holder(settings, snapshot).body


def holder(settings: Settings, snapshot: Snapshot) -> Record:
    """Return the record that holds a snapshot's bytes, checked against their SHA-256: its own or the one it refers to.

    ``refers`` says where the record lies if it is another one. Raises as ``read_bytes``.
    """
    place = f"{snapshot.archive_file} at {snapshot.archive_offset} ({snapshot.address})"
    with telling(place):
        raw = read_raw(settings.archive, snapshot.archive_file, snapshot.archive_offset, snapshot.archive_length)
        record = parse(raw)
        if record.refers:
            file, offset = record.refers
            original = parse(read_raw(settings.archive, file, offset))
            record = Record(original.kind, original.address, original.date, original.body, (file, offset))
    if digest(record.body) != snapshot.sha256:
        raise DamagedRecord(f"{place} is not what was fetched: its SHA-256 differs. Harvest the address again.")
    return record


def read_raw(archive: str, file: str, offset: int, length: int | None = None) -> bytes:
    """Return a record as it lies in the archive, packed; without a length as far as its gzip member goes.

    Raises MissingRecord where the file is not there or ends before, EOFError where no whole member begins there.
    """
    with opened(archive, file) as stream:
        stream.seek(offset)
        if length is None:
            length = member_length(stream)
            stream.seek(offset)
            if length is None:
                raise EOFError("no whole record there")
        record = stream.read(length)
    if len(record) < length:
        raise MissingRecord(f"{archive_path(archive, file)} ends before the record at {offset}.")
    return record


@contextmanager
def opened(archive: str, file: str) -> Iterator[IO[bytes]]:
    """Open a file of the archive, closed or left open by a run; raise MissingRecord where there is none."""
    path = archive_path(archive, file)
    for candidate in (path, path + OPEN):
        try:
            with fsspec.open(candidate, "rb") as stream:
                yield stream
                return
        except FileNotFoundError:
            continue
        except OSError as error:
            raise MissingRecord(f"Cannot read {candidate}: {error.strerror or error}. See OTCHET_ARCHIVE.") from error
    raise MissingRecord(f"The archive has no file {path}. See OTCHET_ARCHIVE.")


def parse(raw: bytes) -> Record:
    """Return the first record in packed bytes; broken ones raise what warcio and zlib do (see ``telling``)."""
    # Unpacked here: warcio complains of broken bytes on stderr, and gives what it has.
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = unpacker.decompress(raw)
    if not unpacker.eof:
        raise EOFError("the record is not whole")
    for one in ArchiveIterator(BytesIO(plain)):
        headers = one.rec_headers
        file, offset = headers.get_header(REFERS_TO_FILE), headers.get_header(REFERS_TO_OFFSET)
        refers = (file, int(offset)) if one.rec_type == "revisit" and file and offset else None
        address, date = headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date")
        return Record(one.rec_type, address, date, one.content_stream().read(), refers)
    raise EOFError("no record there")


def member_length(stream: IO[bytes]) -> int | None:
    """Return the length of the gzip member that begins at the stream's place, None where none is whole.

    The stream's place afterwards is anywhere behind it.
    """
    member, read = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
    while not member.eof:
        piece = stream.read(1 << 16)
        if not piece:
            return None
        try:
            member.decompress(piece)
        except zlib.error:
            return None
        read += len(piece) - len(member.unused_data)
    return read


@contextmanager
def telling(place: str) -> Iterator[None]:
    """Turn what ``parse`` raises on broken bytes into a DamagedRecord, one line that names their place."""
    try:
        yield
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError) as error:
        raise DamagedRecord(f"Cannot read {place}: {error}. Harvest the address again.") from error
