"""The index that words are searched in: each document's lemmas, FTS5 in SQLite, tsvector in PostgreSQL.

It is written in the transaction that writes the document, so the two never part.
"""

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlmodel import Session

from models.lemmas import index_words


def index_document(session: Session, document: str, title: str, body: str) -> None:
    """Make a document findable by the words of its title and text, in place of what it was findable by before."""
    drop_document(session, document)
    in_title, in_text = index_words(title), index_words(body)
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text(
                "INSERT INTO document_index (rowid, document, title, words) VALUES (:number, :document, :title, :words)"
            ),
            {
                "number": _row_number(document),
                "document": document,
                "title": " ".join(in_title),
                "words": " ".join(in_text),
            },
        )
    else:
        session.execute(
            text(
                "INSERT INTO document_index (document, title, words) "
                "VALUES (:document, array_to_tsvector(:title), array_to_tsvector(:words))"
            ).bindparams(bindparam("title", type_=ARRAY(Text)), bindparam("words", type_=ARRAY(Text))),
            {"document": document, "title": in_title, "words": in_text},
        )


def drop_document(session: Session, document: str) -> None:
    """Make a document no longer findable."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DELETE FROM document_index WHERE rowid = :number"), {"number": _row_number(document)})
    else:
        session.execute(text("DELETE FROM document_index WHERE document = :document"), {"document": document})


def _row_number(document: str) -> int:
    """FTS5 finds a row by number alone: 60 bits of the document's key."""
    return int(document[:15], 16)
