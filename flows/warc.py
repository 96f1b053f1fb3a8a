"""The archive's files: a WARC file a run of a site, each record synced before anything refers to it (``sync``).

``archive/kubrat/20261121T193600Z-5f3a90b2.warc.gz`` bears ``.open`` behind its name until it is closed. Rows
name it without; who reads tries both. No run writes into another's file; one that grows too large is closed and goes on
in ``…-5f3a90b2-2.warc.gz``.
"""

import logging
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from warcio.warcwriter import WARCWriter

from flows.warc_record import Exchange, Original, TakenIn, answer_record, request_record, resource_record
from models.archive import OPEN, WARC, member_length
from models.settings import warc_size

__all__ = ["ArchiveFullError", "Exchange", "Original", "Place", "TakenIn", "WarcFile", "recover"]

_log = logging.getLogger(__name__)


class ArchiveFullError(Exception):
    """The archive cannot take what was fetched: no space, no permission, a limit on files."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response's record lies: file relative to the archive (without ``.open``), offset and length in bytes."""

    file: str
    offset: int
    length: int


class WarcFile:
    """One run's file of one site, named by ``models.archive.archive_file``; made when the first record is written.

    Past ``most`` bytes (``OTCHET_WARC_MIB``, unless given) the next record begins another file.
    """

    def __init__(self, folder: Path, name: str, software: str, most: int | None = None) -> None:
        self.name = name
        self._folder, self._first, self._count = folder, name, 1
        self._software = software
        self._most = warc_size() if most is None else most
        self._stream: IO[bytes] | None = None
        self._synced = 0

    def write(self, exchange: Exchange, original: Original | None = None) -> Place:
        """Write response and request; with ``original`` a revisit, which holds no bytes.

        They last after ``sync``. Raises ArchiveFullError where the disk does not take them.
        """
        return self._put(answer_record(exchange, original), request_record(exchange))

    def take_in(self, file: TakenIn) -> Place:
        """Write a file that was handed in, as a resource; as ``write``."""
        return self._put(resource_record(file))

    def sync(self) -> None:
        """Have what was written on the disk; raise ArchiveFullError where it does not come there."""
        if self._stream is None or self._stream.tell() == self._synced:
            return
        try:
            os.fsync(self._stream.fileno())
        except OSError as error:
            raise ArchiveFullError(f"{self._path}: {error.strerror}") from error
        self._synced = self._stream.tell()

    @property
    def _path(self) -> Path:
        return self._folder / (self.name + OPEN)

    def _put(self, record: bytes, beside: bytes = b"") -> Place:
        try:
            if self._stream is not None and self._stream.tell() >= self._most:
                self._next()
            if self._stream is None:
                self._begin()
            offset = self._append(record + beside)
        except OSError as error:
            raise ArchiveFullError(f"{self._path}: {error.strerror}") from error
        return Place(self.name, offset, len(record))

    def _next(self) -> None:
        self.close()
        self._count += 1
        self.name = f"{self._first.removesuffix(WARC)}-{self._count}{WARC}"

    def close(self) -> None:
        """Sync the file, close it and give it its lasting name; a file without records leaves no trace."""
        if self._stream is None:
            return
        self.sync()
        self._stream.close()
        self._stream = None
        _keep(self._path)

    def _begin(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._stream, self._synced = self._path.open("xb", buffering=0), 0
        _sync_folder(self._path.parent)
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=True)
        info = {"software": self._software, "format": "WARC File Format 1.0", "isPartOf": self.name}
        writer.write_record(writer.create_warcinfo_record(self.name, info))
        self._append(buffer.getvalue())

    def _append(self, data: bytes) -> int:
        """Write all bytes or none, and return the offset of the first."""
        assert self._stream is not None
        offset = self._stream.tell()
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[self._stream.write(rest) :]
        except OSError:
            # Half a record must not stand between two whole ones.
            self._stream.seek(offset)
            self._stream.truncate(offset)
            raise
        return offset


def recover(folder: Path, site: str) -> int:
    """Close the files that a killed run of this site left open, without the record it was writing; return how many.

    The caller holds the site's lock. What was whole stays where it was: rows that name it remain true.
    """
    left = sorted((folder / site).glob(f"*{WARC}{OPEN}"))
    for path in left:
        whole = _whole_length(path)
        if whole < path.stat().st_size:
            _log.warning("%s: the last record was cut off at byte %d; it is left out", path, whole)
            with path.open("r+b") as stream:
                stream.truncate(whole)
                os.fsync(stream.fileno())
        if whole:
            _keep(path)
        else:
            path.unlink()
    return len(left)


def _keep(path: Path) -> None:
    path.rename(path.with_name(path.name.removesuffix(OPEN)))
    _sync_folder(path.parent)


def _whole_length(path: Path) -> int:
    """Return the length of the whole gzip members at the beginning of a file, in bytes."""
    whole = 0
    with path.open("rb") as stream:
        while length := member_length(stream):
            whole += length
            stream.seek(whole)
    return whole


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
