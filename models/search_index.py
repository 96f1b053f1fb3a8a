"""The index that words are searched in: each document's lemmas, FTS5 in SQLite, tsvector in PostgreSQL.

It is written in the transaction that writes the document, so the two never part.
"""

from sqlalchemy import ARRAY, Text, TextualSelect, bindparam, column, text
from sqlmodel import Session

from models.document import Document, Zone
from models.lemmas import index_words
from models.masking import mask
from models.search_words import Term, fts_query, tsquery


def index_document(session: Session, key: str, document: Document) -> None:
    """Make a document findable by the words of its title and body, in place of what it was findable by before.

    A menu that names every service of a town would make each of its pages an answer: furniture is left out. So are
    personal numbers, that nobody may look for.
    """
    drop_document(session, key)
    in_title, in_text = index_words(mask(document.title or "")), index_words(mask(_body(document)))
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text(
                "INSERT INTO document_index (rowid, document, title, words) VALUES (:number, :document, :title, :words)"
            ),
            {
                "number": _row_number(key),
                "document": key,
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
            {"document": key, "title": in_title, "words": in_text},
        )


def drop_document(session: Session, document: str) -> None:
    """Make a document no longer findable."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DELETE FROM document_index WHERE rowid = :number"), {"number": _row_number(document)})
    else:
        session.execute(text("DELETE FROM document_index WHERE document = :document"), {"document": document})


def matching_documents(session: Session, term: Term, *, in_title: bool = False) -> TextualSelect:
    """Return the question for the keys of the documents that say a term, in their title if asked."""
    if session.get_bind().dialect.name == "sqlite":
        words = fts_query(term)
        statement = "SELECT document FROM document_index WHERE document_index MATCH :words"
        words = f"title : ({words})" if in_title else words
    else:
        words = tsquery(term)
        where = "title" if in_title else "(title || words)"
        statement = f"SELECT document FROM document_index WHERE {where} @@ CAST(:words AS tsquery)"
    return (
        text(statement).bindparams(bindparam("words", words, type_=Text, unique=True)).columns(column("document", Text))
    )


def _body(document: Document) -> str:
    if not document.blocks:
        return document.text
    return "\n".join(document.text[one.start : one.end] for one in document.blocks if one.zone is Zone.BODY)


def _row_number(document: str) -> int:
    """FTS5 finds a row by number alone: 60 bits of the document's key."""
    return int(document[:15], 16)
