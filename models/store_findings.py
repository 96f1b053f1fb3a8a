"""Findings as a person looks for them: of which site, since when, newest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlmodel import Session, col

from models.records import Finding
from models.states import Severity, Subject
from models.tables import AddressRow, DocumentRow, FindingRow, SnapshotRow


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """A finding with its site (None for a project's); ``changed_at`` is when it last began or ceased to hold."""

    finding: Finding
    site: str | None
    resolved: bool
    first_seen: datetime
    changed_at: datetime


def list_findings(
    session: Session,
    sites: Collection[str] = (),
    *,
    resolved: bool = False,
    failures: bool = False,
    notes: bool = True,
    limit: int | None = None,
) -> list[FoundFinding]:
    """Return the open findings of these sites (of all, if none is named), those that changed last first.

    ``resolved`` adds those that hold no longer; ``failures`` leaves only those that failed a site as a whole; without
    ``notes`` what is only worth knowing is left out.
    """
    site = _site()
    changed = func.coalesce(col(FindingRow.changed_at), col(FindingRow.first_seen))
    query = (
        select(FindingRow, site.label("site"))
        .outerjoin(AddressRow, and_(_is(Subject.ADDRESS), col(AddressRow.address) == col(FindingRow.subject)))
        .outerjoin(SnapshotRow, and_(_is(Subject.SNAPSHOT), col(SnapshotRow.key) == col(FindingRow.subject)))
        .outerjoin(DocumentRow, and_(_is(Subject.DOCUMENT), col(DocumentRow.key) == col(FindingRow.subject)))
    )
    if sites:
        query = query.where(site.in_(sites))
    if not resolved:
        query = query.where(~col(FindingRow.resolved))
    if failures:
        query = query.where(_is(Subject.SOURCE), col(FindingRow.severity) == Severity.ERROR)
    if not notes:
        query = query.where(col(FindingRow.severity) != Severity.NOTE)
    rows = session.execute(query.order_by(changed.desc(), col(FindingRow.subject), col(FindingRow.key)).limit(limit))
    return [_found(row, of) for row, of in rows]


def close_void(session: Session, source: str, run: str, at: datetime) -> None:
    """Close what a good run makes void: of addresses that nothing leads to any more, of contents that it did not show.

    An address that gave something is asked again by and by, and its findings stay until then.
    """
    left = select(col(AddressRow.address)).where(
        col(AddressRow.source) == source,
        col(AddressRow.run).is_distinct_from(run),
        col(AddressRow.shown).is_distinct_from(run),
        col(AddressRow.sha256).is_(None),
    )
    held = select(col(SnapshotRow.key)).where(col(SnapshotRow.source) == source, col(SnapshotRow.held))
    session.execute(
        update(FindingRow)
        .where(
            ~col(FindingRow.resolved),
            or_(
                and_(_is(Subject.ADDRESS), col(FindingRow.subject).in_(left)),
                and_(_is(Subject.SNAPSHOT), col(FindingRow.subject).in_(held)),
            ),
        )
        .values(resolved=True, changed_at=at)
    )
    session.expire_all()


def _is(subject: Subject) -> ColumnElement[bool]:
    return col(FindingRow.subject_kind) == subject


def _site() -> ColumnElement[str]:
    return case(
        (_is(Subject.SOURCE), col(FindingRow.subject)),
        else_=func.coalesce(col(AddressRow.source), col(SnapshotRow.source), col(DocumentRow.source)),
    )


def _found(row: FindingRow, site: str | None) -> FoundFinding:
    finding = Finding(row.kind, row.severity, row.subject_kind, row.subject, row.message)
    return FoundFinding(finding, site, row.resolved, row.first_seen, row.changed_at or row.first_seen)
