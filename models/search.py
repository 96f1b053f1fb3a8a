"""Finding projects and documents by words and by what their figures say.

A word finds every form of it, in Cyrillic or Latin letters; a piece of a code finds the project; the name of a
municipality finds what is told of it. All words must be found, in whatever order. What is shown is masked.

    find(session, "лични асистенти", Filters(municipality="RAZ16", kind=Kind.AMOUNT))
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, select

from models.lemmas import index_words
from models.masking import mask_document, mask_optional, personal_numbers
from models.passages import Passage, announced_title, passage
from models.records import Project, StoredDocument, StoredFigure
from models.search_query import Filters, figures_query, units_query
from models.search_words import Term, read_terms
from models.store_documents import as_document, as_figure
from models.store_projects import as_project
from models.tables import DocumentRow, ProjectRow
from models.vocabulary import Stage

__all__ = ["Filters", "FoundFigure", "Result", "Results", "find"]


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure that matches, with its sentence and the document that says it."""

    figure: StoredFigure
    passage: Passage
    stage: Stage
    document: str
    title: str | None
    address: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Result:
    """A project that matches, or a document that is about none; ``matching`` counts all its matching figures.

    ``name`` is what ``show`` accepts: the project's code or short name; None for a document without a project.
    ``headed`` is the title of the newest document that tells of the project, not of a list.
    """

    project: Project | None
    name: str | None
    title: str | None
    headed: str | None
    municipality: str | None
    matching: int
    figures: tuple[FoundFigure, ...]
    document: str
    address: str
    published: date | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer; ``total`` counts all results."""

    total: int
    results: tuple[Result, ...]


def find(
    session: Session, words: str, filters: Filters | None = None, *, limit: int = 20, offset: int = 0, figures: int = 5
) -> Results:
    """Return the projects and documents that match, best first: by code, by title, by text, the newest first.

    ``figures`` is how many matching figures each result carries at most. Words that are nothing but signs find
    nothing; no words at all leave the choice to the filters.
    """
    wanted = filters or Filters()
    terms = read_terms(words)
    if not terms and words.strip():
        return Results(0, ())
    question = units_query(session, terms, wanted)
    total = session.execute(select(func.count()).select_from(question.order_by(None).subquery())).scalar_one()
    rows = session.execute(question.limit(limit).offset(offset)).all()
    by_unit: dict[str, list[Any]] = defaultdict(list)
    for row in session.execute(figures_query(session, [row.unit for row in rows], terms, wanted)):
        by_unit[row.unit].append(row)
    return Results(total, tuple(_result(session, row, by_unit[row.unit], terms, figures) for row in rows))


def _result(session: Session, unit: Any, rows: list[Any], terms: list[Term], most: int) -> Result:  # noqa: ANN401
    documents = {row.DocumentRow.key: row.DocumentRow for row in rows}
    newest: DocumentRow = rows[0].DocumentRow
    project = session.get(ProjectRow, unit.project) if unit.project else None
    found, headed = [], None
    for key, document in documents.items():
        figures = [(row.FigureRow, row.stage) for row in rows if row.DocumentRow.key == key and row.FigureRow]
        stored = as_document(document)
        found += _found(stored, [(as_figure(row), stage) for row, stage in figures])
        headed = headed or announced_title(stored.document, [(row.start, row.end) for row, _ in figures])
    # the sentences that say most of the words before the others; sort() keeps the newest document first
    found.sort(key=lambda one: _left_unsaid(terms, one.passage.text))
    title = project.title if project else newest.title
    return Result(
        project=replace(as_project(project), title=mask_optional(project.title)) if project else None,
        name=project.name if project else None,
        title=mask_optional(title),
        headed=mask_optional(headed),
        municipality=(project.municipality if project else None) or rows[0].place,
        matching=unit.matching,
        figures=tuple(found[:most]),
        document=newest.key,
        address=newest.address,
        published=newest.published,
    )


def _left_unsaid(terms: list[Term], text: str) -> int:
    """Return how many of the terms a text does not say."""
    lemmas = index_words(text)
    return sum(not term.is_said_by(lemmas) for term in terms)


def _found(stored: StoredDocument, figures: list[tuple[StoredFigure, Stage | None]]) -> list[FoundFigure]:
    """Give each figure its sentence, masked; a figure whose words are covered is left out."""
    covered = list(personal_numbers(stored.document.text))
    shown = mask_document(stored).document
    return [
        FoundFigure(
            figure,
            passage(shown.text, shown.blocks, figure.figure.start, figure.figure.end),
            stage or stored.stage,
            stored.key,
            shown.title,
            stored.address,
            shown.published,
        )
        for figure, stage in figures
        if not any(start < figure.figure.end and figure.figure.start < end for start, end in covered)
    ]
