"""What a crawl remembers of its site: addresses with their validators, snapshots with their place in the archive.

The order is the archive's promise: the record is written and synced (``flows.warc``), then its row is committed. Looks
are kept in groups, for one sync and one transaction cost as much as some pages: half a second of them at the most
(``flush`` is called on the beat), and what a kill takes away the next run asks for again.
"""

import logging
from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from flows.links import Link
from flows.recipe import AddressKind
from flows.revisits import Schedule
from flows.warc import Exchange, Original, Place, WarcFile
from models.archive import ArchiveError, holder, read_bytes
from models.database import Database
from models.keys import content_key, digest
from models.records import Address, Finding, Snapshot, Source
from models.settings import SOFIA, Settings, now
from models.store import (
    Look,
    get_addresses,
    get_digests,
    get_snapshot,
    get_snapshots,
    get_twins,
    move_snapshot,
    put_finding,
    put_looks,
    put_source,
    replace_findings,
    show_addresses,
)
from models.tables import Severity, Subject

#: Kinds of findings that a crawl makes.
FETCH, SITE = "fetch", "site"
#: How many snapshots of the same bytes are tried for one that the archive can still give.
_TWINS = 3
#: How many looks are kept in one go, and how many seconds they wait for one another.
MOST_LOOKS, BEAT = 50, 0.5
_log = logging.getLogger(__name__)
_KEPT_HEADERS = ("content-type", "last-modified", "etag", "date", "server", "content-disposition", "content-language")


class Ledger:
    """One site's memory during one crawl. It knows at once what it is told; ``flush`` makes it last."""

    def __init__(
        self, database: Database, settings: Settings, source: Source, warc: WarcFile, run: str, schedule: Schedule
    ) -> None:
        self._database, self._settings, self._source, self._warc, self._run = database, settings, source, warc, run
        self._schedule = schedule
        self._led: dict[str, str] = {}
        self._looks: dict[str, Look] = {}
        with database.writing() as session:
            put_source(session, source)
            # What an earlier crawl said of the site as a whole holds if this one says it again.
            replace_findings(session, SITE, source.code, [], now())
        with database.reading() as session:
            self._known = {one.address: one for one in get_addresses(session, source.code)}
            self._digests = get_digests(session, source.code)

    def flush(self) -> None:
        """Make what was seen so far last: sync the archive, then commit. ArchiveFullError where it cannot be synced."""
        if not self._looks:
            return
        looks, self._looks = list(self._looks.values()), {}
        self._warc.sync()
        with self._database.writing() as session:
            put_looks(session, looks, FETCH, now())

    def known(self, address: str) -> Address:
        """Return what is known of an address, at least its name."""
        return self._known.get(address) or Address(address, self._source.code)

    def all_known(self) -> list[Address]:
        """Return what is known of every address that was ever asked, those first that wait the longest."""
        return sorted(self._known.values(), key=lambda one: (one.next_due is not None, one.next_due, one.address))

    def led(self, address: str, page: str) -> None:
        """Note that a page's link led to an address, which is kept with the first look at it."""
        self._led.setdefault(address, page)

    def led_to(self) -> dict[str, list[Address]]:
        """Return the addresses that each page's links first led to."""
        found = defaultdict(list)
        for one in self._known.values():
            if one.found_on:
                found[one.found_on].append(one)
        return found

    def body(self, address: str) -> bytes | None:
        """Return the content that the address had when last seen, or None where the archive cannot give it."""
        wanted = self.known(address).sha256
        if address in self._looks:
            self.flush()
        with self._database.reading() as session:
            found = [one for one in get_snapshots(session, address) if one.sha256 == wanted]
        if not found:
            return None
        try:
            return read_bytes(self._settings, found[0])
        except ArchiveError:
            return None

    def keep(self, link: Link, exchange: Exchange, *, unverified: bool = False) -> bool:
        """Archive what came, unless the address had it before, and remember the look; say whether it is new.

        Bytes that another address of the site had are archived as a revisit. Bytes that the address had before are
        archived again only where the archive has lost them.
        """
        sha256 = digest(exchange.body)
        headers = {name.casefold(): value for name, value in exchange.headers}
        seen = self._looked(
            link.address,
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            sha256=sha256,
            status=exchange.status,
        )
        before = None
        if self.known(link.address).seen:  # what was never looked at had nothing
            if link.address in self._looks:
                self.flush()
            with self._database.reading() as session:
                before = get_snapshot(session, content_key(link.address, sha256))
        if before is not None:
            self._mend(before, exchange)
            self._remember(seen)
            return False
        place = self._warc.write(exchange, self._original(sha256))
        snapshot = _snapshot(self._source.code, link, exchange, sha256, place, headers)
        self._remember(seen, replace(snapshot, unverified=unverified))
        return True

    def _original(self, sha256: str) -> Original | None:
        """Return the record of the site that holds these bytes, whole; None where there is none."""
        if sha256 not in self._digests:
            return None
        self.flush()
        with self._database.reading() as session:
            twins = get_twins(session, self._source.code, sha256, _TWINS)
        for twin in twins:
            try:
                record = holder(self._settings, twin)
            except ArchiveError as error:
                _log.warning("%s", error)
                continue
            if record.address and record.date:
                return Original(
                    record.address, record.date, *(record.refers or (twin.archive_file, twin.archive_offset))
                )
        return None

    def _mend(self, snapshot: Snapshot, exchange: Exchange) -> None:
        """Archive a snapshot's bytes again where the archive cannot give them any more."""
        try:
            read_bytes(self._settings, snapshot)
        except ArchiveError as error:
            _log.warning("%s It is archived anew.", error)
            place = self._warc.write(exchange, self._original(snapshot.sha256))
            self._warc.sync()
            with self._database.writing() as session:
                move_snapshot(session, snapshot.key, place.file, place.offset, place.length)

    def unchanged(self, address: str, etag: str | None, last_modified: str | None) -> None:
        """Remember that the server says it has nothing newer (304); validators move where it gave new ones."""
        before = self.known(address)
        kept = {"etag": etag or before.etag, "last_modified": last_modified or before.last_modified}
        self._remember(self._looked(address, status=304, sha256=before.sha256, **kept))

    def moved(self, address: str, status: int) -> None:
        """Remember that the address sends on to another one."""
        self._remember(self._looked(address, status=status))

    def failed(self, address: str, status: int | None, reason: str, severity: Severity = Severity.WARNING) -> None:
        """Remember that a look gave nothing, and tell why; what the address had before stays."""
        before, at = self.known(address), now()
        failures = before.failures + 1
        seen = replace(
            before,
            status=status,
            error=reason,
            failures=failures,
            seen=before.seen + 1,
            fetched_at=at,
            next_due=self._schedule.after_failures(failures, at),
            found_on=before.found_on or self._led.get(address),
            run=self._run,
        )
        self._remember(seen, None, Finding(FETCH, severity, Subject.ADDRESS, address, f"{address}: {reason}"))

    def gone(self, address: str, status: int) -> None:
        """Remember that the site no longer has an address that was seen, since the first look that said so."""
        before, at = self.known(address), now()
        kept = {"etag": before.etag, "last_modified": before.last_modified, "sha256": before.sha256}
        unchanged = before.unchanged + 1 if before.gone_at else 0
        seen = replace(
            self._looked(address, status=status, **kept),
            unchanged=unchanged,
            next_due=self._schedule.after(unchanged, at),
            gone_at=before.gone_at or at.astimezone(SOFIA).date(),
        )
        told = f"{address}: the site has it no more (it answers {status}); what was read of it stays"
        self._remember(seen, None, Finding(FETCH, Severity.NOTE, Subject.ADDRESS, address, told))

    def shown(self, addresses: Collection[str]) -> None:
        """Note which announcements the site's lists and feeds showed to this run, asked for or not."""
        with self._database.writing() as session:
            show_addresses(session, self._source.code, addresses, self._run)

    def tell(self, message: str, severity: Severity = Severity.ERROR) -> None:
        """Keep a finding about the site as a whole."""
        with self._database.writing() as session:
            put_finding(session, Finding(SITE, severity, Subject.SOURCE, self._source.code, message), now())

    def _looked(self, address: str, *, status: int, **values: str | None) -> Address:
        before, at = self.known(address), now()
        kept = {"etag": None, "last_modified": None, "sha256": None} | values
        unchanged = before.unchanged + 1 if kept["sha256"] == before.sha256 and before.seen else 0
        return replace(
            before,
            status=status,
            error=None,
            failures=0,
            seen=before.seen + 1,
            fetched_at=at,
            next_due=self._schedule.after(unchanged, at),
            unchanged=unchanged,
            gone_at=None,
            found_on=before.found_on or self._led.get(address),
            run=self._run,
            etag=kept["etag"],
            last_modified=kept["last_modified"],
            sha256=kept["sha256"],
        )

    def _remember(self, seen: Address, snapshot: Snapshot | None = None, *findings: Finding) -> None:
        if seen.address in self._looks or len(self._looks) >= MOST_LOOKS:
            self.flush()
        self._looks[seen.address] = Look(seen, snapshot, findings)
        self._known[seen.address] = seen
        if snapshot is not None:
            self._digests.add(snapshot.sha256)


def _snapshot(
    source: str, link: Link, exchange: Exchange, sha256: str, place: Place, headers: dict[str, str]
) -> Snapshot:
    media_type, charset = content_type(headers.get("content-type"))
    return Snapshot(
        source=source,
        address=link.address,
        sha256=sha256,
        fetched_at=exchange.fetched_at,
        archive_file=place.file,
        archive_offset=place.offset,
        archive_length=place.length,
        media_type=media_type,
        charset=charset,
        status=exchange.status,
        headers=tuple((name, headers[name]) for name in _KEPT_HEADERS if name in headers),
        listed_title=link.title,
        listed_date=link.stamp,
        listing=link.kind in (AddressKind.LIST, AddressKind.FEED),
        held=True,
    )


def content_type(header: str | None) -> tuple[str | None, str | None]:
    """Take a Content-Type apart: media type and character set, in small letters, None for what it does not say.

    >>> content_type('text/html; charset="Windows-1251"')
    ('text/html', 'windows-1251')
    """
    if not header:
        return None, None
    media_type, _, parameters = header.partition(";")
    charset = None
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().casefold() == "charset" and value.strip():
            charset = value.strip().strip("\"'").casefold()
    return media_type.strip().casefold() or None, charset
