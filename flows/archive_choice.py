"""Which archived records belong to a project, to a search, to a site; as pieces for a WACZ file."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from flows.wacz import Piece
from models.search import find
from models.store import find_projects, load_dossier
from models.store_sources import as_snapshot
from models.tables import DocumentRow, SnapshotRow

#: Results and figures of a search that are looked through; a piece of an archive is no copy of it.
MOST = 10_000
#: Keys asked for in one statement.
_AT_ONCE = 500


def of_project(session: Session, text: str) -> tuple[list[str], list[Piece]]:
    """Return the names of the projects that a code, a fragment or a short name means, and what claims rest on."""
    projects = find_projects(session, text, MOST)
    documents = {claim.document.key for one in projects for claim in load_dossier(session, one).claims}
    return [one.name for one in projects], _of_documents(session, documents)


def of_query(session: Session, words: str) -> list[Piece]:
    """Return what the documents that a search finds were read from."""
    found = find(session, words, limit=MOST, figures=MOST)
    documents = {one.document for one in found.results}
    documents |= {figure.document for one in found.results for figure in one.figures}
    return _of_documents(session, documents)


def of_site(session: Session, site: str) -> list[Piece]:
    """Return all that was archived of a site, lists and feeds too."""
    told = session.exec(select(DocumentRow.snapshot, DocumentRow.title).where(DocumentRow.source == site))
    titles = {snapshot: title for snapshot, title in told}  # noqa: C416 - rows are no tuples to dict()
    rows = session.exec(select(SnapshotRow).where(SnapshotRow.source == site))
    return [Piece(as_snapshot(row), titles.get(row.key), not row.listing) for row in rows]


def _of_documents(session: Session, documents: Iterable[str]) -> list[Piece]:
    keys = sorted(documents)
    pieces: dict[str, Piece] = {}
    for at in range(0, len(keys), _AT_ONCE):
        query = (
            select(SnapshotRow, DocumentRow.title)
            .join(DocumentRow, col(DocumentRow.snapshot) == col(SnapshotRow.key))
            .where(col(DocumentRow.key).in_(keys[at : at + _AT_ONCE]))
        )
        for row, title in session.exec(query):
            pieces[row.key] = Piece(as_snapshot(row), title)
    return list(pieces.values())
