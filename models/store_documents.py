"""Keeping documents and their figures: what was read from one snapshot, as one set in one transaction."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.document import Document
from models.figure import Attributes, Figure, read_value
from models.keys import compact, content_key
from models.packing import pack_blocks, pack_layout, unpack_blocks, unpack_layout
from models.records import Reading, Seen, StoredDocument, StoredFigure
from models.search_index import drop_document, index_document
from models.store_sources import mark_current, storable, upsert
from models.tables import ClaimRow, DocumentRow, FigureRow, SeenRow, SnapshotRow
from models.values import Amount, Headcount, PartialDate

#: What a column of 64 bits can hold; a greater number stands in ``value`` alone.
_LONG = 2**63


def put_readings(
    session: Session,
    snapshot: str,
    readings: Sequence[Reading],
    *,
    reader: str,
    rules: str,
    seen: Sequence[Seen] = (),
) -> list[str]:
    """Make these the documents of a snapshot, each with its figures, and return the documents' keys in order.

    ``seen`` are those of its parts that are no announcements.

    A document whose set of figures differs gets the new set; the old one stays, no longer current, and its claims
    stay until the document is linked anew (``pending_links``). What is equal changes no row; only a new version of
    reader or rules is noted. A snapshot always has a document, unless all that it holds was only seen: one that holds
    none has an unreadable one.

    Raises KeyError for an unknown snapshot and ValueError for two documents with one part, or for none at all.
    """
    row = session.get(SnapshotRow, snapshot)
    if row is None:
        raise KeyError(snapshot)
    parts = [reading.document.part for reading in readings] + [one.part for one in seen]
    if not parts or len(set(parts)) < len(parts):
        raise ValueError(f"a snapshot has one document or more, each with a part of its own: {parts!r}")
    keys = [document_key(snapshot, reading.document.part) for reading in readings]
    _drop_others(session, snapshot, keys)
    _put_seen(session, row, seen, reader, rules)
    for key, reading in zip(keys, readings, strict=True):
        _put_document(session, key, row, reading, reader, rules)
        if _put_figures(session, key, reading, rules):
            session.execute(update(DocumentRow).where(col(DocumentRow.key) == key).values(linked=None))
    mark_current(session, row.address)
    session.expire_all()
    return keys


def document_key(snapshot: str, part: str | None) -> str:
    """Return the key of a snapshot's document."""
    return content_key(snapshot, part)


def get_document(session: Session, key: str) -> StoredDocument | None:
    """Return a document as it is kept."""
    row = session.get(DocumentRow, key)
    return None if row is None else as_document(row)


def load_document(session: Session, key: str) -> Document:
    """Return the document as its reader gave it; KeyError if there is none."""
    row = session.get(DocumentRow, key)
    if row is None:
        raise KeyError(key)
    return as_document(row).document


def load_figures(session: Session, key: str) -> list[Figure]:
    """Return a document's current figures as the rules gave them, in order."""
    return [stored.figure for stored in get_figures(session, key)]


def get_figures(session: Session, document: str, *, superseded: bool = False) -> list[StoredFigure]:
    """Return a document's current figures (or all superseded ones) as they are kept, in order."""
    query = (
        select(FigureRow)
        .where(FigureRow.document == document, col(FigureRow.is_current) != superseded)
        .order_by(col(FigureRow.rules), col(FigureRow.position))
    )
    return [as_figure(row) for row in session.exec(query)]


def find_figures(session: Session, prefix: str, limit: int) -> list[StoredFigure]:
    """Return the figures, superseded ones too, whose key begins with these hexadecimal digits, in order."""
    # A range, which the key's index answers; no digit comes after „f“.
    query = select(FigureRow).where(col(FigureRow.key) >= prefix, col(FigureRow.key) < f"{prefix}g")
    return [as_figure(row) for row in session.exec(query.order_by(col(FigureRow.key)).limit(limit))]


def pending_links(session: Session, version: str, sources: Iterable[str] | None = None) -> list[str]:
    """Return the keys of the documents whose figures this version of the linking rules has not tied to projects."""
    query = _told().where((col(DocumentRow.linked) != version) | col(DocumentRow.linked).is_(None))
    if sources is not None:
        query = query.where(col(DocumentRow.source).in_(list(sources)))
    return list(session.exec(query.order_by(col(DocumentRow.source), col(DocumentRow.address), col(DocumentRow.key))))


def list_documents(session: Session) -> list[str]:
    """Return the keys of all documents but those that wait for a good run of their site, by site and address."""
    query = _told().order_by(col(DocumentRow.source), col(DocumentRow.address), col(DocumentRow.key))
    return list(session.exec(query))


def _told() -> SelectOfScalar[str]:
    return (
        select(DocumentRow.key)
        .join(SnapshotRow, col(SnapshotRow.key) == col(DocumentRow.snapshot))
        .where(~col(SnapshotRow.held))
    )


def as_document(row: DocumentRow) -> StoredDocument:
    """Return a row as the frozen record."""
    document = Document(
        text=row.text,
        media_type=row.media_type,
        blocks=unpack_blocks(row.blocks),
        title=row.title,
        published=row.published,
        layout=unpack_layout(row.layout),
        part=row.part,
        incomplete=row.incomplete,
        derived=row.derived,
    )
    return StoredDocument(
        row.key,
        row.snapshot,
        row.source,
        row.address,
        row.phase,
        row.stage,
        row.state,
        row.reason,
        row.is_current,
        document,
        row.gone_at,
    )


def as_figure(row: FigureRow) -> StoredFigure:
    """Return a row as the frozen record."""
    attributes = Attributes.from_dict(json.loads(row.attributes))
    figure = Figure(
        row.kind,
        row.role,
        read_value(row.kind, row.value, row.unit, attributes),
        row.quote,
        row.start,
        row.bound,
        row.project,
        attributes,
        row.rule,
        row.confidence,
        tuple(json.loads(row.reasons)),
    )
    return StoredFigure(row.key, row.document, row.position, row.rules, row.is_current, figure)


def _put_document(session: Session, key: str, snapshot: SnapshotRow, reading: Reading, reader: str, rules: str) -> None:
    document = reading.document
    values: dict[str, Any] = {
        "key": key,
        "snapshot": snapshot.key,
        "source": snapshot.source,
        "address": snapshot.address,
        "part": document.part,
        "title": document.title,
        "published": document.published,
        "derived": document.derived,
        "phase": reading.phase,
        "stage": reading.stage,
        "media_type": document.media_type,
        "text": document.text,
        "blocks": pack_blocks(document.blocks),
        "layout": pack_layout(document.layout),
        "incomplete": document.incomplete,
        "state": reading.state,
        "reason": reading.reason,
        "reader": reader,
        "rules": rules,
    }
    before = session.get(DocumentRow, key)
    said = None if before is None else (before.title, before.text, before.blocks)
    stage = None if before is None else before.phase
    upsert(session, DocumentRow, key, values)
    if said != (values["title"], values["text"], values["blocks"]):
        index_document(session, key, document)
    if stage is not None and stage != reading.phase:  # it stands in the claims too
        session.execute(update(DocumentRow).where(col(DocumentRow.key) == key).values(linked=None))


def _put_figures(session: Session, document: str, reading: Reading, rules: str) -> bool:
    """Make these the document's current figures; say whether they differ from those before."""
    text = reading.document.text
    for figure in reading.figures:
        if text[figure.start : figure.end] != figure.quote:
            raise ValueError(f"the text at {figure.start} is not {figure.quote!r}")
    rows = [_figure_values(document, position, figure, rules) for position, figure in enumerate(reading.figures)]
    current = session.exec(
        select(FigureRow)
        .where(FigureRow.document == document, col(FigureRow.is_current))
        .order_by(col(FigureRow.position))
    ).all()
    own = {"key", "rules"}  # the version is in both, and does not make a set another one
    before = [{name: getattr(row, name) for name in _COMPARED} for row in current]
    if before == [{name: row[name] for name in _COMPARED if name not in own} for row in rows]:
        return False
    session.execute(
        update(FigureRow).where(col(FigureRow.document) == document, col(FigureRow.is_current)).values(is_current=False)
    )
    known = set(session.exec(select(FigureRow.key).where(FigureRow.document == document)))
    again = [row["key"] for row in rows if row["key"] in known]
    if again:  # back to a set that was there before
        session.execute(update(FigureRow).where(col(FigureRow.key).in_(again)).values(is_current=True))
    new = [row for row in rows if row["key"] not in known]
    if new:
        session.execute(insert(FigureRow), new)
    session.expire_all()
    return True


def _figure_values(document: str, position: int, figure: Figure, rules: str) -> dict[str, Any]:
    value = figure.value
    amount = value if isinstance(value, Amount) and value.minor < _LONG else None
    head = value if isinstance(value, Headcount) and value.number < _LONG else None
    span = value if isinstance(value, PartialDate) else None
    values: dict[str, Any] = {
        "document": document,
        "position": position,
        "kind": figure.kind,
        "role": figure.role,
        "value": figure.value_text,
        "unit": figure.unit,
        "minor": amount.minor if amount else None,
        "eur_minor": amount.eur_minor if amount else None,
        "date_first": span.first if span else None,
        "date_last": span.last if span else None,
        "number": head.number if head else None,
        "quote": figure.quote,
        "start": figure.start,
        "end": figure.end,
        "bound": figure.bound,
        "project": figure.project,
        "attributes": compact(figure.attributes.as_dict()),
        "rule": figure.rule,
        "confidence": figure.confidence,
        "reasons": compact(list(figure.reasons)),
        "is_current": True,
    }
    said = [str(values[name]) for name in _COMPARED if name != "document"]
    return storable(values) | {"key": content_key(document, rules, *said), "rules": rules}


#: The columns that make two figures the same.
_COMPARED = tuple(name for name in FigureRow.model_fields if name not in ("key", "rules"))


def _put_seen(session: Session, snapshot: SnapshotRow, seen: Sequence[Seen], reader: str, rules: str) -> None:
    """Make these the pages of a snapshot that were only seen."""
    keys = [document_key(snapshot.key, one.part) for one in seen]
    session.execute(delete(SeenRow).where(col(SeenRow.snapshot) == snapshot.key, col(SeenRow.key).not_in(keys)))
    for key, one in zip(keys, seen, strict=True):
        values = {
            "key": key,
            "snapshot": snapshot.key,
            "source": snapshot.source,
            "address": snapshot.address,
            "part": one.part,
            "title": one.title,
            "score": one.score,
            "bar": one.bar,
            "words": compact(dict(one.words)),
            "reader": reader,
            "rules": rules,
        }
        upsert(session, SeenRow, key, values)


def _drop_others(session: Session, snapshot: str, keys: Sequence[str]) -> None:
    """Take out documents that a snapshot no longer gives, because a newer reader divides it otherwise."""
    gone = session.exec(
        select(DocumentRow.key).where(DocumentRow.snapshot == snapshot, col(DocumentRow.key).not_in(keys))
    ).all()
    for key in gone:
        drop_document(session, key)
        session.execute(delete(ClaimRow).where(col(ClaimRow.document) == key))
        session.execute(delete(FigureRow).where(col(FigureRow.document) == key))
        session.execute(delete(DocumentRow).where(col(DocumentRow.key) == key))
