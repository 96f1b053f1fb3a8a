"""Keeping how each site fared, and believing what a good run brought.

What a crawl brings is held: archived and read, and nothing is told from it. ``believe`` lets it go, and the documents
of the addresses that the run saw follow their newest content; until then they stay those that the last good run saw.
"""

import json
from dataclasses import asdict, fields
from typing import Any

from sqlalchemy import ColumnElement, exists, func, update
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.keys import compact
from models.records import Address
from models.store_sources import as_address, mark_current, upsert
from models.tables import AddressRow, DocumentRow, FigureRow, SeenRow, SnapshotRow, VisitRow
from models.visit import Tally, Visit

#: How much of a text tells one page from another.
_BEGINNING = 300
#: What record and row have in one form.
_PLAIN = tuple(one.name for one in fields(Visit) if one.name not in ("tally", "counts"))


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
    """Count what the announcements have that a run saw: read now, unchanged, or shown and not due."""
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
        .where(*_seen(source, run), ~col(SnapshotRow.listing))
    ).all()
    seen = session.execute(
        select_columns(col(SeenRow.address), col(SeenRow.title))
        .select_from(AddressRow)
        .join(SnapshotRow, _last_seen())
        .join(SeenRow, col(SeenRow.snapshot) == col(SnapshotRow.key))
        .where(*_seen(source, run), ~col(SnapshotRow.listing))
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
    """Let go what a good run saw: its contents are the good ones, and documents follow; return how many are new."""
    seen = select(SnapshotRow.key).join(AddressRow, _last_seen()).where(*_seen(source, run), col(SnapshotRow.held))
    held = session.exec(seen).all()
    for key in held:
        session.execute(update(SnapshotRow).where(col(SnapshotRow.key) == key).values(held=False))
    session.expire_all()
    moved = session.exec(
        select(AddressRow).where(
            *_seen(source, run), (col(AddressRow.good) != col(AddressRow.sha256)) | col(AddressRow.good).is_(None)
        )
    ).all()
    for row in moved:
        row.good = row.sha256
        session.flush()
        mark_current(session, row.address)
    session.expire_all()
    return len(held)


def missed_addresses(session: Session, source: str, run: str) -> list[str]:
    """Return the announcements that a run was the last to see, in order: later ones did not look there."""
    query = select(AddressRow.address).join(SnapshotRow, _last_seen()).where(*_seen(source, run))
    return list(session.exec(query.where(~col(SnapshotRow.listing)).order_by(col(AddressRow.address))))


def new_addresses(session: Session, source: str, run: str, limit: int) -> list[Address]:
    """Return the first announcements that a run saw with a content that is held, in order."""
    query = (
        select(AddressRow)
        .join(SnapshotRow, _last_seen())
        .where(*_seen(source, run), col(SnapshotRow.held), ~col(SnapshotRow.listing))
    )
    return [as_address(row) for row in session.exec(query.order_by(col(AddressRow.address)).limit(limit))]


def failed_addresses(session: Session, source: str, run: str) -> list[Address]:
    """Return the addresses that gave nothing to a run, in order."""
    query = select(AddressRow).where(
        AddressRow.source == source, AddressRow.run == run, col(AddressRow.error).is_not(None)
    )
    return [as_address(row) for row in session.exec(query.order_by(col(AddressRow.address)))]


def as_visit(row: VisitRow) -> Visit:
    """Return a row as the frozen record."""
    counted = Tally(**{one.name: getattr(row, one.name) for one in fields(Tally)})
    counts = tuple(json.loads(row.counts).items())
    return Visit(**{name: getattr(row, name) for name in _PLAIN}, tally=counted, counts=counts)


def _seen(source: str, run: str) -> tuple[Any, ...]:
    """Say which addresses gave a content to a run."""
    return (
        AddressRow.source == source,
        AddressRow.run == run,
        col(AddressRow.error).is_(None),
        col(AddressRow.sha256).is_not(None),
    )


def _last_seen() -> ColumnElement[bool]:
    """Say which snapshot is the content that an address had when last seen."""
    return (col(SnapshotRow.address) == col(AddressRow.address)) & (col(SnapshotRow.sha256) == col(AddressRow.sha256))
