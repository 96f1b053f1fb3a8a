"""The question that a search puts to the tables: one for the results, one for their figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from models.folding import fold_code
from models.reference import municipalities_named
from models.search_index import matching_documents
from models.search_parts import says_of_project
from models.search_words import Term
from models.tables import ClaimRow, DocumentRow, FigureRow, ProjectRow, SourceRow
from models.vocabulary import Kind, Stage


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for beside words; None lets everything pass.

    ``programme`` and ``procedure`` are codes, ``municipality`` a code (``RAZ16``). Amounts are in euro cents and
    compare with the derived euro; dates of figures pass where they can fall into the span.
    """

    municipality: str | None = None
    programme: str | None = None
    procedure: str | None = None
    source: str | None = None
    kind: Kind | None = None
    role: str | None = None
    stage: Stage | None = None
    date_from: date | None = None
    date_to: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    published_from: date | None = None
    published_to: date | None = None

    @property
    def on_figures(self) -> bool:
        """Whether a figure is asked for, so that a document without one is no answer."""
        asked = (self.kind, self.role, self.date_from, self.date_to, self.amount_from, self.amount_to)
        return any(one is not None for one in asked)


def _unit() -> ColumnElement[str]:
    """Return what a result is: the project that a figure is claimed for, else the document."""
    return func.coalesce(col(ClaimRow.project), col(DocumentRow.key))


def _joined(query: Select[Any], session: Session, terms: list[Term], wanted: Filters) -> Select[Any]:
    """Join a question's tables and put its conditions."""
    query = (
        query.select_from(DocumentRow)
        .join(SourceRow, col(SourceRow.code) == col(DocumentRow.source))
        .outerjoin(FigureRow, and_(col(FigureRow.document) == col(DocumentRow.key), col(FigureRow.is_current)))
        .outerjoin(ClaimRow, col(ClaimRow.figure) == col(FigureRow.key))
        .outerjoin(ProjectRow, col(ProjectRow.key) == col(ClaimRow.project))
        .where(col(DocumentRow.is_current))
    )
    for term in terms:
        query = query.where(_says(session, term))
    if not wanted.on_figures:
        # „публикувано на …“ belongs to no project; its document is shown with the project's figures
        other = aliased(ClaimRow)
        claimed = exists().where(col(other.document) == col(DocumentRow.key))
        query = query.where(or_(col(ClaimRow.key).is_not(None), ~claimed))
    return query.where(*_conditions(wanted))


def units_query(session: Session, terms: list[Term], wanted: Filters) -> Select[Any]:
    """Return the question for the results: ``unit``, ``matching`` figures, ``project`` (a key or None); best first."""
    ranks = [case((_in_code(term), 3), (_in_title(session, term), 1), else_=0) for term in terms]
    rank = func.max(sum(ranks, literal(0)))
    newest = func.max(col(DocumentRow.published))
    unit = _unit()
    query = select(
        unit.label("unit"),
        func.count(func.distinct(FigureRow.key)).label("matching"),
        func.max(ClaimRow.project).label("project"),
    )
    query = _joined(query, session, terms, wanted).group_by(unit)
    if _amounts(wanted) and _dates(wanted):
        query = query.having(
            func.count(case((and_(*_amounts(wanted)), 1))) > 0, func.count(case((and_(*_dates(wanted)), 1))) > 0
        )
    return query.order_by(rank.desc(), newest.is_(None), newest.desc(), unit)


def _says(session: Session, term: Term) -> ColumnElement[bool]:
    """Say whether a word is in what a document says of the project, a piece of its code, or its municipality's name."""
    places = [one.code for one in municipalities_named(term.text)]
    ways = [and_(col(DocumentRow.key).in_(matching_documents(session, term)), says_of_project(term)), _in_code(term)]
    if places:
        ways.append(func.coalesce(col(ProjectRow.municipality), col(SourceRow.municipality)).in_(places))
    return or_(*ways)


def _in_code(term: Term) -> ColumnElement[bool]:
    if not term.fragment:
        return false()
    return func.coalesce(col(ProjectRow.folded).contains(term.fragment, autoescape=True), false())


def _in_title(session: Session, term: Term) -> ColumnElement[bool]:
    return col(DocumentRow.key).in_(matching_documents(session, term, in_title=True))


def _conditions(wanted: Filters) -> Iterable[ColumnElement[bool]]:
    if wanted.municipality:
        yield func.coalesce(col(ProjectRow.municipality), col(SourceRow.municipality)) == wanted.municipality
    if wanted.programme:
        yield col(ProjectRow.programme) == wanted.programme
    if wanted.procedure:
        yield col(ProjectRow.procedure) == fold_code(wanted.procedure)
    if wanted.source:
        yield col(DocumentRow.source) == wanted.source
    if wanted.kind:
        yield col(FigureRow.kind) == wanted.kind
    if wanted.role:
        yield col(FigureRow.role) == wanted.role
    if wanted.stage:
        yield func.coalesce(col(ClaimRow.stage), col(DocumentRow.stage)) == wanted.stage
    if wanted.published_from:
        yield col(DocumentRow.published) >= wanted.published_from
    if wanted.published_to:
        yield col(DocumentRow.published) <= wanted.published_to
    spans = [and_(*span) for span in (_amounts(wanted), _dates(wanted)) if span]
    if spans:
        yield or_(*spans)


def _amounts(wanted: Filters) -> list[ColumnElement[bool]]:
    found = []
    if wanted.amount_from is not None:
        found.append(col(FigureRow.eur_minor) >= wanted.amount_from)
    if wanted.amount_to is not None:
        found.append(col(FigureRow.eur_minor) <= wanted.amount_to)
    return found


def _dates(wanted: Filters) -> list[ColumnElement[bool]]:
    found = []
    if wanted.date_from is not None:
        found.append(col(FigureRow.date_last) >= wanted.date_from)
    if wanted.date_to is not None:
        found.append(col(FigureRow.date_first) <= wanted.date_to)
    return found


def figures_query(session: Session, units: list[str], terms: list[Term], wanted: Filters) -> Select[Any]:
    """Return the question for the matching figures of some results: figure (or None), document, stage, unit, place."""
    unit = _unit()
    query: Select[Any] = select(
        FigureRow, DocumentRow, col(ClaimRow.stage), unit.label("unit"), col(SourceRow.municipality).label("place")
    )
    return (
        _joined(query, session, terms, wanted)
        .where(unit.in_(units))
        .order_by(
            col(DocumentRow.published).is_(None),
            col(DocumentRow.published).desc(),
            col(DocumentRow.key),
            col(FigureRow.position),
        )
    )
