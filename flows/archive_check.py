"""The archive looked over: every row's record read and hashed, and what lies between them that no row names.

    for site in gathered_sites(database, settings):
        found = check_site(database, settings, site, print)

A run that was killed between writing a record and noting it leaves an orphan. That is no harm: the next run fetched it
again. A record that is missing or damaged is one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from io import SEEK_END
from itertools import groupby
from typing import IO

import fsspec
from sqlmodel import col, select

from flows.locks import Busy, lock
from models.archive import (
    OPEN,
    WARC,
    ArchiveError,
    DamagedRecord,
    MissingRecord,
    holder,
    member_length,
    opened,
    parse,
    read_raw,
    telling,
)
from models.database import Database
from models.records import Snapshot
from models.settings import Settings
from models.store_sources import as_snapshot
from models.tables import SnapshotRow

#: What a row can name; requests and the file's own description stand beside them.
_NAMED = frozenset({"response", "revisit", "resource"})

#: Told of each record that was looked at.
Tell = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is not whole: ``state`` is missing, damaged, orphaned or open; where, and one line of why."""

    state: str
    file: str
    offset: int | None
    address: str | None
    reason: str


@dataclass(slots=True)
class SiteCheck:
    """What the archive of a site is: records that rows name by their state, and what no row names."""

    site: str
    records: int = 0
    files: int = 0
    bytes: int = 0
    troubles: list[Trouble] = field(default_factory=list)

    def count(self, state: str) -> int:
        """Return how many troubles are of this state."""
        return sum(one.state == state for one in self.troubles)

    @property
    def whole(self) -> int:
        """How many records that rows name are there as they were."""
        return self.records - self.count("missing") - self.count("damaged")

    @property
    def is_sound(self) -> bool:
        """Whether everything that the database names is there as it was."""
        return self.whole == self.records


def gathered_sites(database: Database, settings: Settings) -> dict[str, int]:
    """Return the sites that the database or the archive knows of, each with how many records the database names."""
    with database.reading() as session:
        sources = list(session.exec(select(SnapshotRow.source).order_by(col(SnapshotRow.source))))
    counts = {name: len(list(rows)) for name, rows in groupby(sources)}
    return dict(sorted((dict.fromkeys(_folders(settings.archive), 0) | counts).items()))


def check_site(database: Database, settings: Settings, site: str, tell: Tell) -> SiteCheck:
    """Read and hash every record of a site; what cannot be read is a trouble, never an exception."""
    try:
        with lock(settings.home, f"site-{site}"):
            return _check(database, settings, site, tell, written=False)
    except Busy:
        return _check(database, settings, site, tell, written=True)


def _check(database: Database, settings: Settings, site: str, tell: Tell, *, written: bool) -> SiteCheck:
    found = SiteCheck(site)
    # The files before the rows: what a crawl writes meanwhile must not look like something that no row names.
    there = _files(settings.archive, site)
    with database.reading() as session:
        query = select(SnapshotRow).where(SnapshotRow.source == site)
        query = query.order_by(col(SnapshotRow.archive_file), col(SnapshotRow.archive_offset))
        rows = [as_snapshot(row) for row in session.exec(query)]
    by_file = {file: list(group) for file, group in groupby(rows, key=lambda one: one.archive_file)}
    found.records, found.files = len(rows), len(there)
    for file in sorted(there | by_file.keys()):
        is_open = there.get(file, False)
        if is_open:
            why = "a harvest is writing it" if written else "left by a run that was killed; the next harvest closes it"
            found.troubles.append(Trouble("open", file, None, None, why))
        _check_file(settings, file, by_file.get(file, []), found, tell, gaps=not (is_open and written))
    return found


def _check_file(
    settings: Settings, file: str, rows: list[Snapshot], found: SiteCheck, tell: Tell, *, gaps: bool
) -> None:
    at = 0
    try:
        with opened(settings.archive, file) as stream:
            size = stream.seek(0, SEEK_END)
            found.bytes += size
            for row in rows:
                if gaps and row.archive_offset > at:
                    _look_between(stream, at, min(row.archive_offset, size), file, found)
                at = max(at, row.archive_offset + row.archive_length)
                _check_record(settings, row, found)
                tell()
            if gaps and at < size:
                _look_between(stream, at, size, file, found)
    except MissingRecord as error:
        # The file is not there, or goes away under our hands.
        for row in rows:
            found.troubles.append(Trouble("missing", file, row.archive_offset, row.address, str(error)))
            tell()


def _check_record(settings: Settings, row: Snapshot, found: SiteCheck) -> None:
    place = f"{row.archive_file} at {row.archive_offset} ({row.address})"
    try:
        holder(settings, row)
        with telling(place):
            raw = read_raw(settings.archive, row.archive_file, row.archive_offset)
            record = parse(raw)
        if len(raw) != row.archive_length:
            raise DamagedRecord(f"{place} is {len(raw)} bytes long, not {row.archive_length}")
        if record.address != row.address or record.kind not in _NAMED:
            raise DamagedRecord(f"{place} is a {record.kind} of {record.address}")
    except ArchiveError as error:
        state = "missing" if isinstance(error, MissingRecord) else "damaged"
        found.troubles.append(Trouble(state, row.archive_file, row.archive_offset, row.address, str(error)))


def _look_between(stream: IO[bytes], start: int, end: int, file: str, found: SiteCheck) -> None:
    """Tell of the records in a gap between those that rows name, but for requests and the like."""
    while start < end:
        stream.seek(start)
        length = member_length(stream)
        if length is None or start + length > end:
            reason = f"{end - start} bytes that are no whole record"
            found.troubles.append(Trouble("orphaned", file, start, None, reason))
            return
        stream.seek(start)
        try:
            with telling(f"{file} at {start}"):
                record = parse(stream.read(length))
        except DamagedRecord as error:
            found.troubles.append(Trouble("orphaned", file, start, None, str(error)))
            return
        if record.kind in _NAMED:
            reason = f"a {record.kind} of {record.address} that no row names"
            found.troubles.append(Trouble("orphaned", file, start, record.address, reason))
        start += length


def _files(archive: str, site: str) -> dict[str, bool]:
    """Return the files of a site, named without ``.open``, and whether they bear it."""
    system, root = fsspec.core.url_to_fs(archive)
    try:
        listed = system.ls(f"{root.rstrip('/')}/{site}", detail=False)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    names = [path.rstrip("/").rpartition("/")[2] for path in listed]
    return {
        f"{site}/{name.removesuffix(OPEN)}": name.endswith(OPEN)
        for name in names
        if name.removesuffix(OPEN).endswith(WARC)
    }


def _folders(archive: str) -> list[str]:
    system, root = fsspec.core.url_to_fs(archive)
    try:
        listed = system.ls(root, detail=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return [one["name"].rstrip("/").rpartition("/")[2] for one in listed if one["type"] == "directory"]
