"""Keeping projects and claims: which figure says what about which project, and the dossier of one project.

A project's title and municipality are those of the earliest document that gives them, whatever order the documents
were linked in; a project that nothing claims any more is gone.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from models.codes import strip_contract
from models.folding import fold_code
from models.keys import content_key
from models.records import Claim, Dossier, Link, Project
from models.search_parts import index_parts
from models.store_documents import as_document, as_figure
from models.store_sources import as_snapshot, upsert
from models.tables import ClaimRow, DocumentRow, FigureRow, ProjectRow, SnapshotRow
from models.vocabulary import Phase, Stage

_STAGES = {stage: place for place, stage in enumerate(Stage)}


def put_links(session: Session, document: str, links: Sequence[Link], version: str) -> None:
    """Make these the document's claims, and note the version of the linking rules that made them.

    ``links`` name figures of the current set by position. Equal claims change no row. Raises KeyError for an unknown
    document or position.
    """
    row = session.get(DocumentRow, document)
    if row is None:
        raise KeyError(document)
    figures = dict(
        session.exec(
            select(FigureRow.position, FigureRow.key).where(FigureRow.document == document, col(FigureRow.is_current))
        ).all()
    )
    before = dict(session.exec(select(ClaimRow.key, ClaimRow.project).where(ClaimRow.document == document)).all())
    touched = set(before.values())
    kept = set()
    for link in links:
        project = link.project
        _ensure(session, project)
        figure = figures[link.position]
        key = content_key(figure, project.key)
        values = {
            "key": key,
            "project": project.key,
            "figure": figure,
            "document": document,
            "stage": row.stage,
            "phase": row.phase,
            "title": project.title,
            "municipality": project.municipality,
        }
        upsert(session, ClaimRow, key, values)
        kept.add(key)
        touched.add(project.key)
    gone = before.keys() - kept
    if gone:
        session.execute(delete(ClaimRow).where(col(ClaimRow.key).in_(gone)))
    if row.linked != version:
        session.execute(update(DocumentRow).where(col(DocumentRow.key) == document).values(linked=version))
    index_parts(session, document)
    session.expire_all()
    settle_projects(session, touched)


def settle_projects(session: Session, keys: Iterable[str]) -> None:
    """Give projects the title and municipality of the earliest document that has one; take out unclaimed ones."""
    for key in sorted(keys):
        row = session.get(ProjectRow, key)
        if row is None:
            continue
        said = session.exec(
            select(ClaimRow.title, ClaimRow.municipality)
            .join(DocumentRow, col(DocumentRow.key) == col(ClaimRow.document))
            .where(ClaimRow.project == key)
            .order_by(
                col(DocumentRow.published).is_(None),
                col(DocumentRow.published),
                col(DocumentRow.key),
                col(ClaimRow.key),
            )
        ).all()
        if not said:
            session.delete(row)
            session.flush()
            continue
        title = next((title for title, _ in said if title), None)
        municipality = next((code for _, code in said if code), None)
        upsert(session, ProjectRow, key, {"title": title, "municipality": municipality})


def find_projects(session: Session, text: str, limit: int = 20) -> list[Project]:
    """Return the projects that a code, a fragment of one or a short name means, by name; an exact one stands alone."""
    folded = fold_code(strip_contract(fold_code(text)))
    if not folded:
        return []
    query = select(ProjectRow).where(col(ProjectRow.folded).contains(folded, autoescape=True))
    rows = session.exec(query.order_by(func.length(ProjectRow.name), col(ProjectRow.name)).limit(limit)).all()
    exact = [row for row in rows if fold_code(row.name) == folded]
    return [as_project(row) for row in exact or sorted(rows, key=lambda row: row.name)]


def load_dossier(session: Session, project: Project) -> Dossier:
    """Return a project with all its claims: planned before reported before registered, newest document first."""
    rows = session.exec(
        select(ClaimRow, FigureRow, DocumentRow, SnapshotRow)
        .join(FigureRow, col(FigureRow.key) == col(ClaimRow.figure))
        .join(DocumentRow, col(DocumentRow.key) == col(ClaimRow.document))
        .join(SnapshotRow, col(SnapshotRow.key) == col(DocumentRow.snapshot))
        .where(ClaimRow.project == project.key)
        .order_by(
            col(DocumentRow.published).is_(None),
            col(DocumentRow.published).desc(),
            col(DocumentRow.key),
            col(FigureRow.position),
        )
    ).all()
    documents = {document.key: as_document(document) for _, _, document, _ in rows}
    claims = [
        Claim(as_figure(figure), claim.stage, claim.phase, claim.title, documents[document.key], as_snapshot(snapshot))
        for claim, figure, document, snapshot in rows
        # a text that was read anew and is not linked yet: the old figure's place is no longer there
        if document.text[figure.start : figure.end] == figure.quote
    ]
    return Dossier(project, tuple(sorted(claims, key=lambda claim: _STAGES[claim.stage])))


def claims_of_figure(session: Session, figure: str) -> list[tuple[Project, Stage, Phase]]:
    """Return the projects that a figure was tied to, by name, each with the stage and phase of what it claims."""
    rows = session.exec(
        select(ProjectRow, ClaimRow.stage, ClaimRow.phase)
        .join(ClaimRow, col(ClaimRow.project) == col(ProjectRow.key))
        .where(ClaimRow.figure == figure)
        .order_by(col(ProjectRow.name))
    )
    return [(as_project(project), Stage(stage), Phase(phase)) for project, stage, phase in rows]


def get_projects(session: Session) -> list[Project]:
    """Return all projects, by name."""
    return [as_project(row) for row in session.exec(select(ProjectRow).order_by(col(ProjectRow.name)))]


def as_project(row: ProjectRow) -> Project:
    """Return a row as the frozen record."""
    return Project(row.code, row.procedure, row.programme, row.municipality, row.title)


def _ensure(session: Session, project: Project) -> None:
    if session.get(ProjectRow, project.key) is not None:
        return
    folded = " ".join(fold_code(part) for part in (project.name, project.procedure) if part)
    session.add(
        ProjectRow(
            key=project.key,
            name=project.name,
            code=project.code,
            procedure=project.procedure,
            programme=project.programme,
            municipality=project.municipality,
            title=project.title,
            folded=folded,
        )
    )
    session.flush()
