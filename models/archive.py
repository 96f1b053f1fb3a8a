"""The archive of bytes as they came: WARC files, one a run of a site, found again by file, offset and length.

``kubrat/20261121T030000Z-5f3a.warc.gz`` belongs to one run of the site ``kubrat``. While it is written it bears
``.open`` at the end of its name; a run that was killed leaves it so, and what was synced of it is read all the same.
"""

import hashlib
import re
import zlib
from datetime import UTC, datetime
from io import BytesIO

import fsspec
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from models.records import Snapshot
from models.settings import Settings

#: What a file's name ends in while it is written.
OPEN = ".open"

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
    return f"{source}/{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{run[:8]}.warc.gz"


def archive_path(archive: str, file: str) -> str:
    """Return the whole fsspec address of a file of the archive; ValueError for one that would lie outside."""
    parts = file.split("/")
    if not all(_NAME.fullmatch(part) for part in parts):
        raise ValueError(f"not a file of the archive: {file!r}")
    return f"{archive.rstrip('/')}/{file}"


def read_bytes(settings: Settings, snapshot: Snapshot) -> bytes:
    """Return the decoded body of a snapshot's record, checked against its SHA-256.

    Raises MissingRecord where there is no such record, DamagedRecord where it is not what it was.
    """
    record = _read_record(settings.archive, snapshot)
    place = f"{snapshot.archive_file} at {snapshot.archive_offset} ({snapshot.address})"
    try:
        body = _body(record)
    except (ArchiveLoadFailed, zlib.error, EOFError, ValueError) as error:
        raise DamagedRecord(f"Cannot read {place}: {error}. Harvest the address again.") from error
    if hashlib.sha256(body).hexdigest() != snapshot.sha256:
        raise DamagedRecord(f"{place} is not what was fetched: its SHA-256 differs. Harvest the address again.")
    return body


def _read_record(archive: str, snapshot: Snapshot) -> bytes:
    path = archive_path(archive, snapshot.archive_file)
    for candidate in (path, path + OPEN):
        try:
            with fsspec.open(candidate, "rb") as file:
                file.seek(snapshot.archive_offset)
                record: bytes = file.read(snapshot.archive_length)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise MissingRecord(f"Cannot read {candidate}: {error.strerror or error}. See OTCHET_ARCHIVE.") from error
        if len(record) < snapshot.archive_length:
            raise MissingRecord(f"{candidate} ends before the record at {snapshot.archive_offset}.")
        return record
    raise MissingRecord(f"The archive has no file {path}. See OTCHET_ARCHIVE.")


def _body(record: bytes) -> bytes:
    for one in ArchiveIterator(BytesIO(record)):
        body: bytes = one.content_stream().read()
        return body
    raise EOFError("no record there")
