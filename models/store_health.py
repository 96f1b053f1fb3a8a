"""What a site's health is told by: new announcements, what is kept, what cannot be had or read."""

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.tables import AddressRow, DocumentRow, FindingRow, SeenRow, SnapshotRow


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
