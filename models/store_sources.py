"""Keeping sites, addresses, snapshots, findings, reviews and runs.

Every function takes an open session and leaves the committing to it. Putting what is already there changes nothing.
"""

import json
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import exists, update
from sqlmodel import Session, col, select

from models.keys import compact
from models.records import Address, Finding, Review, Snapshot, Source
from models.states import RunState
from models.tables import (
    AddressRow,
    DocumentRow,
    FindingRow,
    ReviewRow,
    RunRow,
    SeenRow,
    SnapshotRow,
    SourceRow,
    Table,
)

Row = TypeVar("Row", bound=Table)
#: Values in one statement; SQLite takes some thousands.
MOST_AT_ONCE = 500


#: What PostgreSQL or UTF-8 cannot hold: NUL and halves of surrogate pairs, as broken files give them.
_UNSTORABLE = re.compile("[\\x00\ud800-\udfff]")


def storable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Replace signs that no database can hold by U+FFFD, one for one, so that every offset holds."""
    return {name: _UNSTORABLE.sub("\ufffd", value) if type(value) is str else value for name, value in values.items()}


def upsert(session: Session, table: type[Row], key: str, values: Mapping[str, Any]) -> bool:
    """Write a row where it is missing or differs; say whether anything changed."""
    values = storable(values)
    row = session.get(table, key)
    if row is None:
        session.add(table(**values))
        session.flush()  # parents before children: the tables know no relationships
        return True
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        session.flush()
    return bool(changed)


def put_source(session: Session, source: Source) -> bool:
    """Keep a site; say whether anything changed."""
    return upsert(session, SourceRow, source.code, asdict(source))


def get_sources(session: Session) -> list[Source]:
    """Return all sites, by code."""
    rows = session.exec(select(SourceRow).order_by(col(SourceRow.code)))
    return [Source(**_values(row, Source)) for row in rows]


def get_address(session: Session, address: str) -> Address | None:
    """Return what is known of a canonical address, None if it was never asked."""
    row = session.get(AddressRow, address)
    return None if row is None else as_address(row)


def get_addresses(session: Session, source: str) -> list[Address]:
    """Return all addresses of a site that were ever asked, in order."""
    rows = session.exec(select(AddressRow).where(AddressRow.source == source).order_by(col(AddressRow.address)))
    return [as_address(row) for row in rows]


def as_address(row: AddressRow) -> Address:
    """Return a row as the frozen record."""
    return Address(**_values(row, Address))


def put_address(session: Session, address: Address) -> None:
    """Remember an address as it was just seen; documents follow where its content has changed."""
    before = session.get(AddressRow, address.address)
    if before is None:
        session.add(AddressRow(**address_values(address)))
        session.flush()
        return
    moved = before.sha256 != address.sha256
    upsert(session, AddressRow, address.address, address_values(address))
    if moved:
        mark_current(session, address.address)


def show_addresses(session: Session, source: str, addresses: Collection[str], run: str) -> None:
    """Note that a run's lists and feeds led to these addresses of a site."""
    names = sorted(addresses)
    for at in range(0, len(names), MOST_AT_ONCE):
        some = names[at : at + MOST_AT_ONCE]
        session.execute(
            update(AddressRow)
            .where(col(AddressRow.source) == source, col(AddressRow.address).in_(some))
            .values(shown=run)
        )
    session.expire_all()


def mark_current(session: Session, address: str) -> None:
    """Mark the documents that the address still has: by the digest that a good run saw, else by its last one.

    Without either they are the newest snapshot's. What is held for a good run is never current.
    """
    row = session.get(AddressRow, address)
    snapshots = session.exec(
        select(SnapshotRow)
        .where(SnapshotRow.address == address)
        .order_by(col(SnapshotRow.fetched_at).desc(), col(SnapshotRow.key))
    ).all()
    if not snapshots:
        return
    digests = [one.sha256 for one in snapshots if not one.held]
    seen = [row.good, row.sha256] if row is not None else []
    current = next((one for one in [*seen, *digests] if one in digests), None)
    for snapshot in snapshots:
        is_current = snapshot.sha256 == current
        session.execute(
            update(DocumentRow)
            .where(col(DocumentRow.snapshot) == snapshot.key, col(DocumentRow.is_current) != is_current)
            .values(is_current=is_current)
        )


def add_snapshot(session: Session, snapshot: Snapshot) -> bool:
    """Keep a content that an address had; say whether it is new. One that is known keeps its first place and time.

    The address must be known (``put_address``), and the archive record written and synced.
    """
    if session.get(SnapshotRow, snapshot.key) is not None:
        return False
    session.add(SnapshotRow(**snapshot_values(snapshot)))
    session.flush()
    return True


def address_values(address: Address) -> dict[str, Any]:
    """Return an address as the columns of its row."""
    return storable(_values(address, Address))


def snapshot_values(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as the columns of its row."""
    own = {"key": snapshot.key, "headers": compact(dict(snapshot.headers))}
    return storable(_values(snapshot, Snapshot) | own)


def get_snapshot(session: Session, key: str) -> Snapshot | None:
    """Return a snapshot by its key."""
    row = session.get(SnapshotRow, key)
    return None if row is None else as_snapshot(row)


def get_snapshots(session: Session, address: str) -> list[Snapshot]:
    """Return every content that an address had, newest first."""
    rows = session.exec(
        select(SnapshotRow)
        .where(SnapshotRow.address == address)
        .order_by(col(SnapshotRow.fetched_at).desc(), col(SnapshotRow.key))
    )
    return [as_snapshot(row) for row in rows]


def get_twins(session: Session, source: str, sha256: str, limit: int) -> list[Snapshot]:
    """Return a site's snapshots of these very bytes, at whatever address, the first ones first."""
    rows = session.exec(
        select(SnapshotRow)
        .where(SnapshotRow.sha256 == sha256, SnapshotRow.source == source)
        .order_by(col(SnapshotRow.fetched_at), col(SnapshotRow.key))
        .limit(limit)
    )
    return [as_snapshot(row) for row in rows]


def move_snapshot(session: Session, key: str, file: str, offset: int, length: int) -> None:
    """Note that a snapshot's record lies elsewhere now; KeyError if there is no such snapshot."""
    row = session.get(SnapshotRow, key)
    if row is None:
        raise KeyError(key)
    row.archive_file, row.archive_offset, row.archive_length = file, offset, length
    session.flush()


def pending_snapshots(
    session: Session, *, reader: str, rules: str, sources: Collection[str] | None = None, limit: int | None = None
) -> list[Snapshot]:
    """Return the snapshots that these versions of reader and rules have not read, by site and address."""
    read = exists().where(
        col(DocumentRow.snapshot) == col(SnapshotRow.key),
        col(DocumentRow.reader) == reader,
        col(DocumentRow.rules) == rules,
    )
    seen = exists().where(
        col(SeenRow.snapshot) == col(SnapshotRow.key), col(SeenRow.reader) == reader, col(SeenRow.rules) == rules
    )
    query = select(SnapshotRow).where(~read, ~seen, ~col(SnapshotRow.listing))
    if sources is not None:
        query = query.where(col(SnapshotRow.source).in_(sources))
    query = query.order_by(col(SnapshotRow.source), col(SnapshotRow.address), col(SnapshotRow.fetched_at))
    return [as_snapshot(row) for row in session.exec(query.limit(limit))]


def as_snapshot(row: SnapshotRow) -> Snapshot:
    """Return a row as the frozen record."""
    headers = tuple(json.loads(row.headers).items())
    return Snapshot(**_values(row, Snapshot) | {"headers": headers})


def put_finding(session: Session, finding: Finding, at: datetime) -> bool:
    """Keep a finding, first seen at this moment unless it is known; one that was resolved is open again."""
    row = session.get(FindingRow, finding.key)
    first = at if row is None else row.first_seen
    changed = at if row is None or row.resolved else row.changed_at
    values = asdict(finding) | {"key": finding.key, "resolved": False, "first_seen": first, "changed_at": changed}
    return upsert(session, FindingRow, finding.key, values)


def replace_findings(session: Session, kind: str, subject: str, findings: Sequence[Finding], at: datetime) -> None:
    """Make these the open findings of this kind about this subject; the others are resolved."""
    kept = {finding.key for finding in findings}
    open_ones = select(FindingRow).where(
        FindingRow.kind == kind, FindingRow.subject == subject, ~col(FindingRow.resolved)
    )
    for row in session.exec(open_ones).all():
        if row.key not in kept:
            row.resolved, row.changed_at = True, at
    for finding in findings:
        put_finding(session, finding, at)


def get_findings(session: Session, *, subject: str | None = None, resolved: bool = False) -> list[Finding]:
    """Return open findings (resolved ones, if asked), of one subject or all, in a fixed order."""
    query = select(FindingRow).where(col(FindingRow.resolved) == resolved)
    if subject is not None:
        query = query.where(FindingRow.subject == subject)
    rows = session.exec(query.order_by(col(FindingRow.subject), col(FindingRow.kind), col(FindingRow.key)))
    return [Finding(**_values(row, Finding)) for row in rows]


def put_review(session: Session, review: Review) -> bool:
    """Keep a person's verdict; a later one on the same figure replaces it."""
    return upsert(session, ReviewRow, review.key, asdict(review) | {"key": review.key})


def get_reviews(session: Session, address: str) -> list[Review]:
    """Return the verdicts on figures of an address."""
    rows = session.exec(select(ReviewRow).where(ReviewRow.address == address).order_by(col(ReviewRow.key)))
    return [Review(**_values(row, Review)) for row in rows]


def start_run(session: Session, command: str, sites: Sequence[str], versions: Mapping[str, str], at: datetime) -> str:
    """Note that a run begins and return its number."""
    number = uuid.uuid4().hex
    session.add(
        RunRow(
            id=number,
            command=command,
            sites=compact(list(sites)),
            state=RunState.RUNNING,
            started_at=at,
            versions=compact(dict(versions)),
        )
    )
    session.flush()
    return number


def get_versions(session: Session, number: str) -> dict[str, str]:
    """Return the versions of the rules and readers that a run worked with; none for a run that is not known."""
    row = session.get(RunRow, number)
    return {} if row is None else dict(json.loads(row.versions))


def unfinished_since(session: Session, command: str) -> datetime | None:
    """Return when the first run of a command began that none has brought to its end since; None where none is open."""
    rows = session.exec(
        select(RunRow).where(RunRow.command == command).order_by(col(RunRow.started_at).desc(), col(RunRow.id))
    )
    begun = None
    for row in rows:
        if row.state is RunState.DONE:
            break
        begun = row.started_at
    # Runs of one second are put in order by what is finer; the looks that it is compared with are to the second.
    return begun.replace(microsecond=0) if begun else None


def finish_run(
    session: Session, number: str, state: RunState, counts: Mapping[str, int], at: datetime, message: str | None = None
) -> None:
    """Note how a run ended; KeyError if there is none of this number."""
    row = session.get(RunRow, number)
    if row is None:
        raise KeyError(number)
    row.state, row.ended_at, row.counts, row.message = state, at, compact(dict(counts)), message
    session.flush()


def _values(one: Table | Address | Snapshot, record: type[Any]) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(record)}
