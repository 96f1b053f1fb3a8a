"""Pieces of the archive as one WACZ file (1.1.1), which ReplayWeb.page and other tools open without the rest.

    write_wacz(settings, pieces, Path("kubrat.wacz"), title="Кубрат")

Records are copied as they lie, packed, after their bytes were compared with their SHA-256: response or resource, the
request beside it, and behind a revisit the record that holds its bytes. The format is that of
https://specs.webrecorder.net/wacz/1.1.1/; py-wacz, which makes such files of whole WARC files, would bring some thirty
packages and prints where it stands.
"""

import json
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from warcio.warcwriter import WARCWriter

from models.archive import ArchiveError, DamagedRecord, holder, opened, parse, read_raw, telling
from models.keys import content_key, digest
from models.masking import mask
from models.records import Snapshot
from models.settings import Settings, now

with warnings.catch_warnings():
    # The library that every replay tool keys its indexes by is of 2019, and newer Pythons tell of its string literals.
    warnings.simplefilter("ignore")
    import surt

#: Lines of the index that are packed together, as other tools do.
_LINES = 300
_WARC, _INDEX = "otchet.warc.gz", "index.cdx.gz"


@dataclass(frozen=True, slots=True)
class Piece:
    """A snapshot that goes into the file, and by which title, if it is a page that people look at."""

    snapshot: Snapshot
    title: str | None = None
    is_page: bool = True


@dataclass(slots=True)
class Packed:
    """What a WACZ file came to: records with their requests, pages, and why some are left out."""

    records: int = 0
    pages: int = 0
    left_out: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Line:
    """A line of the index."""

    address: str
    moment: str
    told: dict[str, str]

    @property
    def text(self) -> str:
        return f"{surt.surt(self.address)} {self.moment} {json.dumps(self.told, ensure_ascii=False)}\n"


def write_wacz(
    settings: Settings, pieces: Sequence[Piece], target: Path, title: str, tell: Callable[[], None] = lambda: None
) -> Packed:
    """Write the file, there whole or not at all; what the archive cannot give is left out and told.

    Raises OSError where it cannot be written.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with zipfile.ZipFile(unfinished, "w") as package:
            done = _write(settings, pieces, package, title, tell)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return done


def _write(
    settings: Settings, pieces: Sequence[Piece], package: zipfile.ZipFile, title: str, tell: Callable[[], None]
) -> Packed:
    done = Packed()
    told: list[dict[str, Any]] = []
    ordered = sorted(pieces, key=lambda one: (one.snapshot.archive_file, one.snapshot.archive_offset))
    lines: list[_Line] = []
    pages: list[Piece] = []
    with _Entry(package, f"archive/{_WARC}", told) as entry:
        entry.write(_description(title))
        there: set[tuple[str, int]] = set()
        for piece in ordered:
            try:
                lines += list(_copied(settings, piece.snapshot, entry, there))
            except ArchiveError as error:
                done.left_out.append(str(error))
            else:
                done.records += 1
                if piece.is_page:
                    pages.append(piece)
            tell()
    _write_index(package, sorted({one.text for one in lines}), told)
    done.pages = len(pages)
    with _Entry(package, "pages/pages.jsonl", told, packed=True) as entry:
        for record in ({"format": "json-pages-1.0", "id": "pages", "title": "Pages"}, *map(_page, pages)):
            entry.write((json.dumps(record, ensure_ascii=False) + "\n").encode())
    _describe(package, title, pages, told)
    return done


class _Entry:
    """A file in the package while it is written: its length and hash are noted in ``told`` at its end."""

    def __init__(
        self, package: zipfile.ZipFile, path: str, told: list[dict[str, Any]], *, packed: bool = False
    ) -> None:
        info = zipfile.ZipInfo(path, now().timetuple()[:6])
        # What is packed already is only stored, so that tools can read from its middle.
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        self._stream: IO[bytes] = package.open(info, "w", force_zip64=True)
        self._path, self._told, self._hash = path, told, sha256()
        self.length = 0

    def write(self, data: bytes) -> int:
        """Write bytes and return where they begin."""
        start = self.length
        self._stream.write(data)
        self._hash.update(data)
        self.length += len(data)
        return start

    def __enter__(self) -> "_Entry":
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        name = self._path.rpartition("/")[2]
        hashed = f"sha256:{self._hash.hexdigest()}"
        self._told.append({"name": name, "path": self._path, "hash": hashed, "bytes": self.length})


def _description(title: str) -> bytes:
    buffer = BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    told = {"software": f"otchet/{version('otchet')}", "format": "WARC File Format 1.0", "description": title}
    writer.write_record(writer.create_warcinfo_record(_WARC, told))
    return buffer.getvalue()


def _copied(settings: Settings, snapshot: Snapshot, entry: _Entry, there: set[tuple[str, int]]) -> Iterator[_Line]:
    """Copy a snapshot's record, what was asked, and the record that it refers to, each once; yield the index' lines."""
    kept = holder(settings, snapshot)
    archive = settings.archive
    if kept.refers and kept.refers not in there:
        there.add(kept.refers)
        raw = read_raw(archive, *kept.refers)
        line = _line(kept.address or snapshot.address, kept.date or "", snapshot, entry.write(raw), len(raw))
        yield line
    place = (snapshot.archive_file, snapshot.archive_offset)
    if place in there:
        return
    there.add(place)
    raw = read_raw(archive, *place, snapshot.archive_length)
    record = parse(raw)
    line = _line(snapshot.address, record.date or "", snapshot, entry.write(raw), len(raw))
    if record.kind == "revisit":
        line.told["mime"] = "warc/revisit"
    yield line
    entry.write(_request(archive, snapshot))


def _request(archive: str, snapshot: Snapshot) -> bytes:
    """Return what stands behind a response, if it is the request for it."""
    start = snapshot.archive_offset + snapshot.archive_length
    with opened(archive, snapshot.archive_file) as stream:
        stream.seek(start)
        if not stream.read(1):
            return b""
    try:
        with telling(f"{snapshot.archive_file} at {start}"):
            raw = read_raw(archive, snapshot.archive_file, start)
            beside = parse(raw)
    except DamagedRecord:  # what is asked for is the response, and that is whole
        return b""
    return raw if beside.kind == "request" and beside.address == snapshot.address else b""


def _line(address: str, date: str, snapshot: Snapshot, offset: int, length: int) -> _Line:
    told = {"url": address, "mime": snapshot.media_type or "application/octet-stream"}
    if snapshot.status is not None:
        told["status"] = str(snapshot.status)
    told |= {"digest": f"sha256:{snapshot.sha256}", "length": str(length), "offset": str(offset), "filename": _WARC}
    return _Line(address, "".join(filter(str.isdigit, date)), told)


def _write_index(package: zipfile.ZipFile, lines: Sequence[str], told: list[dict[str, Any]]) -> None:
    """Write the index in packed blocks, and the index of the blocks."""
    blocks = ["!meta 0 " + json.dumps({"format": "cdxj-gzip-1.0", "filename": _INDEX}) + "\n"]
    with _Entry(package, f"indexes/{_INDEX}", told) as entry:
        for at in range(0, len(lines), _LINES):
            data = "".join(lines[at : at + _LINES]).encode()
            packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
            block = packer.compress(data) + packer.flush()
            where = {"offset": entry.write(block), "length": len(block), "digest": f"sha256:{digest(block)}"}
            blocks.append(f"{lines[at].partition(' {')[0]} {json.dumps(where)}\n")
    with _Entry(package, "indexes/index.idx", told, packed=True) as entry:
        entry.write("".join(blocks).encode())


def _page(piece: Piece) -> dict[str, str]:
    snapshot = piece.snapshot
    page = {"id": content_key("page", snapshot.key), "url": snapshot.address, "ts": _date(piece)}
    return page | {"title": mask(piece.title)} if piece.title else page


def _date(piece: Piece) -> str:
    return piece.snapshot.fetched_at.isoformat().replace("+00:00", "Z")


def _describe(package: zipfile.ZipFile, title: str, pages: Sequence[Piece], told: list[dict[str, Any]]) -> None:
    main = {"mainPageUrl": pages[0].snapshot.address, "mainPageDate": _date(pages[0])} if pages else {}
    described = {
        "profile": "data-package",
        "title": title,
        "description": "Archived as fetched; personal numbers in the pages are not covered.",
        "created": now().isoformat().replace("+00:00", "Z"),
        "wacz_version": "1.1.1",
        "software": f"otchet/{version('otchet')}",
        **main,
        "resources": list(told),
    }
    data = json.dumps(described, ensure_ascii=False, indent=2).encode()
    hashed = {"path": "datapackage.json", "hash": f"sha256:{digest(data)}"}
    for path, text in (("datapackage.json", data), ("datapackage-digest.json", json.dumps(hashed).encode())):
        with _Entry(package, path, told, packed=True) as entry:
            entry.write(text)
