"""What a document says of each of its projects, where it speaks of several: the rows of a long table.

``2 | Личен асистент – нови възможности | BG051PO001-5.2.09-9017`` makes that project an answer to „асистент“, not the
thirty others of the table. A document about one project is searched as a whole (``models.search_index``), and so is
one that has not been tied to its projects since the parts were kept.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, and_, column, delete, exists, func, insert, or_, select, table
from sqlmodel import Session, col

from models.document import Block, Document
from models.lemmas import index_words
from models.masking import mask
from models.passages import block_at
from models.search_words import Term
from models.store_documents import load_document
from models.tables import ClaimRow, DocumentRow, FigureRow

_PARTS = table("document_index_parts", column("document", String), column("project", String), column("words", String))


def index_parts(session: Session, document: str) -> None:
    """Keep the words of each project's blocks in a document whose claims were made; what is the same changes no row.

    Words are the document's title, the title by which it calls the project, and the blocks (of table cells the headers
    too) in which the project's figures stand; personal numbers are left out.
    """
    rows = session.execute(
        select(col(ClaimRow.project), col(ClaimRow.title), col(FigureRow.start), col(FigureRow.end))
        .join(FigureRow, col(FigureRow.key) == col(ClaimRow.figure))
        .where(col(ClaimRow.document) == document)
    ).all()
    there = session.execute(select(_PARTS.c.project, _PARTS.c.words).where(_PARTS.c.document == document))
    kept: dict[str, str] = {row.project: row.words for row in there}
    wanted: dict[str, str] = {}
    if len({row.project for row in rows}) > 1:
        said = load_document(session, document)
        text = mask(said.text)
        pieces: dict[str, dict[str, None]] = defaultdict(dict)
        for project, title, start, end in rows:
            pieces[project].update(dict.fromkeys([said.title or "", title or "", *_around(said, text, start, end)]))
        wanted = {project: f" {' '.join(index_words(mask(chr(10).join(one))))} " for project, one in pieces.items()}
    if wanted == kept:
        return
    session.execute(delete(_PARTS).where(_PARTS.c.document == document))
    for project, words in sorted(wanted.items()):
        session.execute(insert(_PARTS).values(document=document, project=project, words=words))


def says_of_project(term: Term) -> ColumnElement[bool]:
    """Say whether a claim's document says a term where it speaks of the claim's project, if it speaks of several."""
    part = and_(_PARTS.c.document == col(DocumentRow.key), _PARTS.c.project == col(ClaimRow.project))
    end = "" if term.is_prefix else " "
    found = (
        or_(*(func.coalesce(_PARTS.c.words, "").contains(f" {word}{end}", autoescape=True) for word in group))
        for group in term.groups
    )
    return or_(~exists().where(part), exists().where(part, *found))


def _around(said: Document, text: str, start: int, end: int) -> Iterator[str]:
    block: Block | None = block_at(said.blocks, start, end)
    yield text if block is None else text[block.start : block.end]
    for cell in block.cells if block else ():
        if cell.start <= start < cell.end:
            yield from cell.headers
