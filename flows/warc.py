"""The archive's files: one WARC file a run of a site, each record on the disk before anything refers to it.

``archive/kubrat/20261121T193600Z-5f3a90b2.warc.gz`` bears ``.open`` behind its name until it is closed. Rows
name it without; who reads tries both. No run writes into another's file.
"""

import logging
import os
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from models.archive import OPEN
from models.keys import digest

_log = logging.getLogger(__name__)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")

Headers = list[tuple[str, str]]


class ArchiveFullError(Exception):
    """The archive cannot take what was fetched: no space, no permission, a limit on files."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response's record lies: file relative to the archive (without ``.open``), offset and length in bytes."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Exchange:
    """One answer of a server, body decoded from its transfer's compression."""

    address: str
    fetched_at: datetime
    method: str
    request_headers: Headers
    status: int
    reason: str
    headers: Headers
    body: bytes
    server: str | None = None


class WarcFile:
    """One run's file of one site, named by ``models.archive.archive_file``; made when the first record is written."""

    def __init__(self, folder: Path, name: str, software: str) -> None:
        self.name = name
        self._path = folder / (self.name + OPEN)
        self._software = software
        self._stream: IO[bytes] | None = None

    def write(self, exchange: Exchange) -> Place:
        """Write response and request, flushed and synced; raise ArchiveFullError where the disk does not take them."""
        try:
            if self._stream is None:
                self._begin()
            response = _record(exchange, request=False)
            offset = self._append(response + _record(exchange, request=True))
        except OSError as error:
            raise ArchiveFullError(f"{self._path}: {error.strerror}") from error
        return Place(self.name, offset, len(response))

    def close(self) -> None:
        """Close the file and give it its lasting name; a file without records leaves no trace."""
        if self._stream is None:
            return
        self._stream.close()
        self._stream = None
        _keep(self._path)

    def _begin(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._path.open("xb", buffering=0)
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
            os.fsync(self._stream.fileno())
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
    left = sorted((folder / site).glob(f"*.warc.gz{OPEN}"))
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
        rest = b""
        while True:
            member, read = zlib.decompressobj(zlib.MAX_WBITS | 16), 0
            while not member.eof:
                if not rest and not (rest := stream.read(1 << 16)):
                    return whole
                try:
                    member.decompress(rest)
                except zlib.error:
                    return whole
                read += len(rest) - len(member.unused_data)
                rest = member.unused_data
            whole += read


def _record(exchange: Exchange, *, request: bool) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    if request:
        _, _, rest = exchange.address.partition("://")
        line = f"{exchange.method} /{rest.partition('/')[2]} HTTP/1.1"
        http = StatusAndHeaders(line, _sound(exchange.request_headers), is_http_request=True)
        payload, kind = b"", "request"
    else:
        headers = _as_decoded(exchange.headers, len(exchange.body))
        http = StatusAndHeaders(f"{exchange.status} {exchange.reason}", headers, protocol="HTTP/1.1")
        payload, kind = exchange.body, "response"
    extra: dict[str, Any] = {"WARC-Date": f"{exchange.fetched_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    if not request:
        extra["WARC-Payload-Digest"] = f"sha256:{digest(exchange.body)}"
        if exchange.server:
            extra["WARC-IP-Address"] = exchange.server
    writer.write_record(
        writer.create_warc_record(
            exchange.address,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            http_headers=http,
            warc_headers_dict=extra,
        )
    )
    return buffer.getvalue()


def _sound(headers: Iterable[tuple[str, str]]) -> Headers:
    """Leave out headers whose names are none (RFC 9110, 5.1), which no WARC can hold, and line ends in values."""
    return [(name, " ".join(value.split())) for name, value in headers if _TOKEN.fullmatch(name)]


def _as_decoded(headers: Iterable[tuple[str, str]], length: int) -> Headers:
    """Leave out headers of the transfer, which are untrue of a body that is kept decoded."""
    transfer = {"content-encoding", "transfer-encoding", "content-length"}
    kept = [(name, value) for name, value in _sound(headers) if name.casefold() not in transfer]
    return [*kept, ("Content-Length", str(length))]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
