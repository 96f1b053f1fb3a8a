"""Keeping what runs came to at each site, and what a site's health is told by."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.keys import compact
from models.records import Visit
from models.states import VisitState
from models.store_sources import upsert
from models.tables import AddressRow, DocumentRow, FindingRow, SeenRow, SnapshotRow, VisitRow


def put_visits(session: Session, visits: Iterable[Visit]) -> None:
    """Keep what a run came to at each of its sites."""
    for one in visits:
        values = {
            "key": one.key,
            "run": one.run,
            "source": one.source,
            "state": one.state,
            "announcements": one.announcements,
            "counts": compact(dict(one.counts)),
            "rule": one.rule,
            "message": one.message,
            "ended_at": one.ended_at,
        }
        upsert(session, VisitRow, one.key, values)


def last_visit(session: Session, source: str, *states: VisitState) -> Visit | None:
    """Return the last visit of a site, of those that came to one of these states if any are named."""
    query = select(VisitRow).where(VisitRow.source == source)
    if states:
        query = query.where(col(VisitRow.state).in_(states))
    row = session.exec(query.order_by(col(VisitRow.ended_at).desc(), col(VisitRow.key)).limit(1)).first()
    if row is None:
        return None
    counts = tuple(json.loads(row.counts).items())
    return Visit(row.run, row.source, row.state, row.ended_at, row.announcements, counts, row.rule, row.message)


def first_fetch(session: Session, source: str) -> datetime | None:
    """Return when anything of a site was first fetched."""
    return session.exec(select(func.min(SnapshotRow.fetched_at)).where(SnapshotRow.source == source)).one()


def new_announcements(session: Session, source: str, since: datetime) -> int:
    """Count the articles and files of a site that were first seen since a moment; a changed page is no new one."""
    first = (
        select(SnapshotRow.address)
        .where(SnapshotRow.source == source, ~col(SnapshotRow.listing))
        .group_by(col(SnapshotRow.address))
        .having(func.min(SnapshotRow.fetched_at) >= since)
    )
    return session.exec(select(func.count()).select_from(first.subquery())).one()


def newest_addresses(session: Session, source: str, most: int) -> list[str]:
    """Return the addresses of a site's announcements that were first fetched last."""
    query = (
        select(SnapshotRow.address)
        .where(SnapshotRow.source == source, ~col(SnapshotRow.listing))
        .group_by(col(SnapshotRow.address))
        .order_by(func.min(SnapshotRow.fetched_at).desc(), col(SnapshotRow.address))
        .limit(most)
    )
    return list(session.exec(query))


def kept_and_seen(session: Session, source: str) -> tuple[int, int]:
    """Count the announcements of a site that are kept, and its pages that were only seen."""
    kept = select(func.count()).where(DocumentRow.source == source, col(DocumentRow.is_current))
    seen = select(func.count(func.distinct(SeenRow.address))).where(SeenRow.source == source)
    return session.exec(kept).one(), session.exec(seen).one()


def failing_addresses(session: Session, source: str, most: int) -> list[tuple[str, str]]:
    """Return addresses of a site that gave nothing when last asked, those that fail longest first, and why."""
    query = (
        select(AddressRow.address, AddressRow.error)
        .where(AddressRow.source == source, col(AddressRow.error).is_not(None))
        .order_by(col(AddressRow.failures).desc(), col(AddressRow.address))
        .limit(most)
    )
    return [(address, error or "") for address, error in session.exec(query)]


def unread_snapshots(session: Session, source: str, most: int) -> list[tuple[str, str]]:
    """Return addresses of a site whose newest content cannot be read, and why."""
    query = (
        select(SnapshotRow.address, FindingRow.message)
        .join(FindingRow, col(FindingRow.subject) == col(SnapshotRow.key))
        .where(SnapshotRow.source == source, FindingRow.kind == "unreadable", ~col(FindingRow.resolved))
        .order_by(col(SnapshotRow.address))
        .limit(most)
    )
    return list(session.exec(query))
