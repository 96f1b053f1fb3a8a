"""Keeping how each site fared, and believing what a good run brought.

What a crawl brings is held: archived and read, and nothing is told from it. ``believe`` lets it go, and the documents
of the addresses that the run saw follow their newest content; until then they stay those that the last good run saw.
"""

import json
from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, exists, func, or_, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.keys import compact
from models.records import Address
from models.store_sources import MOST_AT_ONCE, as_address, upsert
from models.tables import AddressRow, DocumentRow, FigureRow, SeenRow, SnapshotRow, VisitRow
from models.visit import Tally, Visit

#: How much of a text tells one page from another.
_BEGINNING = 300
#: What record and row have in one form.
_PLAIN = tuple(one.name for one in fields(Visit) if one.name not in ("tally", "counts"))

#: Said of addresses that gave a content when last looked at.
_HAS = (col(AddressRow.error).is_(None), col(AddressRow.gone_at).is_(None), col(AddressRow.sha256).is_not(None))


def put_visit(session: Session, visit: Visit) -> bool:
    """Keep how a site fared in a run; a later word on the same run and site replaces it."""
    values = {name: getattr(visit, name) for name in _PLAIN} | asdict(visit.tally)
    return upsert(session, VisitRow, visit.key, values | {"key": visit.key, "counts": compact(dict(visit.counts))})


def last_visit(session: Session, site: str, *, good: bool = False, whole: bool = False) -> Visit | None:
    """Return a site's last visit (the last good one, the last whole one, if asked), None if there is none."""
    query = select(VisitRow).where(VisitRow.site == site)
    if good:
        query = query.where(col(VisitRow.good))
    if whole:
        query = query.where(col(VisitRow.whole))
    row = session.exec(query.order_by(col(VisitRow.ended_at).desc(), col(VisitRow.key)).limit(1)).first()
    return None if row is None else as_visit(row)


def visited_sites(session: Session) -> list[str]:
    """Return the names of all sites that were ever visited, in order."""
    return list(session.exec(select(VisitRow.site).distinct().order_by(col(VisitRow.site))))


def tally(session: Session, source: str, run: str) -> Tally:
    """Count what the announcements have that a run's lists showed: read now, unchanged, or not due."""
    has_figures = exists().where(col(FigureRow.document) == col(DocumentRow.key), col(FigureRow.is_current))
    rows = session.execute(
        select_columns(
            col(DocumentRow.address),
            col(DocumentRow.title),
            col(DocumentRow.published),
            func.substr(col(DocumentRow.text), 1, _BEGINNING).label("beginning"),
            has_figures.label("has_figures"),
        )
        .select_from(AddressRow)
        .join(SnapshotRow, _last_seen())
        .join(DocumentRow, col(DocumentRow.snapshot) == col(SnapshotRow.key))
        .where(*_shown(source, run), ~col(SnapshotRow.listing))
    ).all()
    seen = session.execute(
        select_columns(col(SeenRow.address), col(SeenRow.title))
        .select_from(AddressRow)
        .join(SnapshotRow, _last_seen())
        .join(SeenRow, col(SeenRow.snapshot) == col(SnapshotRow.key))
        .where(*_shown(source, run), ~col(SnapshotRow.listing))
    ).all()
    kept = {row.address for row in rows}
    return Tally(
        announcements=len(kept | {row.address for row in seen}),
        kept=len(kept),
        titled=len({row.title.casefold() for row in (*rows, *seen) if row.title}),
        dated=len({row.address for row in rows if row.published}),
        worded=len({row.beginning for row in rows if row.beginning.strip()}),
        figured=len({row.address for row in rows if row.has_figures}),
    )


def believe(session: Session, source: str, run: str) -> int:
    """Let go what a good run saw: its contents are the good ones, and documents follow; return how many are new.

    What a run saw that was killed before it was judged is let go with it, and what is gone is told.
    """
    looked = _looked_at(source, run)
    held = session.exec(
        select(SnapshotRow.key).join(AddressRow, _last_seen()).where(*looked, *_HAS, col(SnapshotRow.held))
    ).all()
    moved = select(col(AddressRow.address)).where(
        *looked, *_HAS, col(AddressRow.good).is_distinct_from(col(AddressRow.sha256))
    )
    is_last = exists().where(col(SnapshotRow.key) == col(DocumentRow.snapshot), _last_seen())
    gone = select(col(AddressRow.gone_at)).where(col(AddressRow.address) == col(DocumentRow.address)).scalar_subquery()
    looked_at = select(col(AddressRow.address)).where(*looked)
    for change in (
        *(
            update(SnapshotRow).where(col(SnapshotRow.key).in_(some)).values(held=False)
            for some in (held[at : at + MOST_AT_ONCE] for at in range(0, len(held), MOST_AT_ONCE))
        ),
        update(DocumentRow)
        .where(col(DocumentRow.address).in_(moved), col(DocumentRow.is_current) != is_last)
        .values(is_current=is_last),
        update(AddressRow).where(col(AddressRow.address).in_(moved)).values(good=col(AddressRow.sha256)),
        update(DocumentRow)
        .where(col(DocumentRow.address).in_(looked_at), col(DocumentRow.gone_at).is_distinct_from(gone))
        .values(gone_at=gone),
    ):
        session.execute(change, execution_options={"synchronize_session": False})
    session.expire_all()
    return len(held)


def missed_addresses(session: Session, source: str, run: str) -> list[str]:
    """Return the announcements that no list or feed has shown since a run, in order."""
    query = select(AddressRow.address).join(SnapshotRow, _last_seen()).where(*_shown(source, run))
    return list(session.exec(query.where(~col(SnapshotRow.listing)).order_by(col(AddressRow.address))))


def new_addresses(session: Session, source: str, run: str, limit: int) -> list[Address]:
    """Return the first announcements that a run saw with a content that is held, in order."""
    query = (
        select(AddressRow)
        .join(SnapshotRow, _last_seen())
        .where(*_looked_at(source, run), *_HAS, col(SnapshotRow.held), ~col(SnapshotRow.listing))
    )
    return [as_address(row) for row in session.exec(query.order_by(col(AddressRow.address)).limit(limit))]


def failed_addresses(session: Session, source: str, run: str) -> list[Address]:
    """Return the addresses that gave nothing to a run, in order."""
    query = select(AddressRow).where(*_looked_at(source, run), col(AddressRow.error).is_not(None))
    return [as_address(row) for row in session.exec(query.order_by(col(AddressRow.address)))]


def as_visit(row: VisitRow) -> Visit:
    """Return a row as the frozen record, its moment to the second: what is finer is there to put visits in order."""
    counted = Tally(**{one.name: getattr(row, one.name) for one in fields(Tally)})
    counts = tuple(json.loads(row.counts).items())
    plain = {name: getattr(row, name) for name in _PLAIN} | {"ended_at": row.ended_at.replace(microsecond=0)}
    return Visit(**plain, tally=counted, counts=counts)


def _looked_at(source: str, run: str) -> tuple[ColumnElement[bool], ...]:
    """Say which addresses a run looked at or was shown, or one before it that was killed and never judged."""
    judged = select(col(VisitRow.run)).where(col(VisitRow.site) == source)
    mine = or_(col(AddressRow.run) == run, col(AddressRow.shown) == run, col(AddressRow.run).not_in(judged))
    return col(AddressRow.source) == source, mine


def _shown(source: str, run: str) -> tuple[ColumnElement[bool], ...]:
    """Say which addresses a run's lists and feeds showed, of those that are there."""
    return col(AddressRow.source) == source, col(AddressRow.shown) == run, *_HAS


def _last_seen() -> ColumnElement[bool]:
    """Say which snapshot is the content that an address had when last seen."""
    return (col(SnapshotRow.address) == col(AddressRow.address)) & (col(SnapshotRow.sha256) == col(AddressRow.sha256))
