"""From bytes to figures: readers, rules and the pipeline; no network, no database, no clock."""

from datetime import date

from extractors.errors import UnreadableDocument
from extractors.read import READER_VERSION, read
from models.document import Document
from models.figure import Figure

__all__ = ["READER_VERSION", "RULES_VERSION", "UnreadableDocument", "extract", "read"]

#: Moves whenever rules or lexicon change what is found; stored with every set of figures.
RULES_VERSION = "1"


def extract(source: Document | str, published: date | None = None) -> list[Figure]:
    """Return the figures of a document or a bare text, in order of their place.

    ``published`` defaults to the document's own date, else to the publication date that stands in the text; it fills in
    the year of „т.г.“ and „през декември“. A bare text is read by the plain-text reader first.
    """
    from extractors.pipeline import run

    figures: list[Figure] = run(source, published).user_data["figures"]
    return figures
