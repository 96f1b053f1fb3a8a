"""From bytes to figures: readers, rules and the pipeline; no network, no database, no clock."""

from datetime import date, datetime

from extractors.css import Selectors
from extractors.errors import UnreadableDocument
from models.document import Document
from models.figure import Figure

__all__ = ["RULES_VERSION", "UnreadableDocument", "extract", "read"]

#: Moves whenever rules or lexicon change what is found; stored with every set of figures.
RULES_VERSION = "8"


def extract(source: Document | str, published: date | None = None) -> list[Figure]:
    """Return the figures of a document or a bare text, in order of their place.

    ``published`` defaults to the document's own date, else to the publication date that stands in the text; it fills in
    the year of „т.г.“ and „през декември“. A bare text is read by the plain-text reader first.
    """
    from extractors.pipeline import run

    figures: list[Figure] = run(source, published).user_data["figures"]
    return figures


def read(
    data: bytes,
    *,
    name: str | None = None,
    content_type: str | None = None,
    address: str | None = None,
    fetched: datetime | None = None,
    selectors: Selectors | None = None,
) -> list[Document]:
    """Return the documents in a file: usually one; the items of a year page and the members of an archive are several.

    The type is told by the content; ``name`` and ``content_type`` are hints for text, ``address`` and ``fetched`` help
    with the publication date, ``selectors`` are a recipe's. ``UnreadableDocument`` tells what cannot be read.
    """
    from extractors import reader

    return reader.read(
        data, name=name, content_type=content_type, address=address, fetched=fetched, selectors=selectors
    )
