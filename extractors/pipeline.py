"""The order of steps, as one spaCy component: ``spacy.blank("bg").add_pipe("otchet")``.

The component sets the tokenizer, whose tokens are the lexemes and the words between them, and runs the steps: lexer,
roles, links, checks. The figures stand in ``doc.spans["figures"]`` (label: kind, id: role) and, whole, in
``doc.user_data["figures"]``. It adds no pipes of its own: a pipeline so made would save and not load.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.lexer import Lex
from extractors.read_text import read_text
from extractors.reading import Reading, read_over
from extractors.steps import Work, check, find, place, role
from models.document import Document
from models.figure import Figure

#: Longer texts than this no reader gives; spaCy's own limit is a tenth of it.
MAX_LENGTH = 100_000_000

#: A run of letters, of digits, a sign, or white space that no token takes; and the one blank behind it.
_PIECE = re.compile(r"([^\W\d_]+|\d+|\s+|[^\w\s]|_+)( ?)")


class LexerTokenizer:
    """spaCy's tokenizer made of our lexemes: a number, a date, an identifier is one token, so figures are aligned."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """Tokenize a bare text; it becomes a plain-text document first."""
        return self.tokenize(read_text(text))

    def tokenize(self, document: Document) -> Doc:
        """Make the ``Doc`` of a document; its text is the canonical one."""
        reading = read_over(document)
        tokens, spaces = split(reading)
        doc = Doc(self.vocab, words=tokens, spaces=spaces)
        doc.user_data["reading"] = reading
        return doc

    def pipe(self, texts: Iterable[str], batch_size: int = 1000) -> Iterator[Doc]:
        """Tokenize a stream of texts."""
        for text in texts:
            yield self(text)

    def to_bytes(self, **_: object) -> bytes:
        """Give no state: the lexicon comes with the package."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> LexerTokenizer:
        """Read no state."""
        return self

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Write no state."""

    def from_disk(self, path: str | Path, **_: object) -> LexerTokenizer:
        """Read no state."""
        return self


def split(reading: Reading) -> tuple[list[str], list[bool]]:
    """Return the tokens of a document and whether a blank follows each; joined they are the canonical text."""
    text = reading.text
    tokens: list[str] = []
    spaces: list[bool] = []
    at = 0

    def between(start: int, end: int) -> None:
        for token, space in _PIECE.findall(text, start, end):
            tokens.append(token)
            spaces.append(space == " ")

    for lexeme in reading.lexemes:
        if lexeme.start < at or lexeme.lex is Lex.PERIOD:
            continue
        if lexeme.lex is Lex.DATE and lexeme.resume and lexeme.resume < lexeme.end:
            continue  # its second half is another date's
        between(at, lexeme.start)
        spaced = text.startswith(" ", lexeme.end)
        tokens.append(text[lexeme.start : lexeme.end])
        spaces.append(spaced)
        at = lexeme.end + spaced
    between(at, len(text))
    return tokens, spaces


class Otchet:
    """The component: reads the figures of a ``Doc`` that our tokenizer made."""

    def __init__(self, nlp: Language, name: str) -> None:
        self.name = name
        nlp.max_length = max(nlp.max_length, MAX_LENGTH)
        if not isinstance(nlp.tokenizer, LexerTokenizer):
            nlp.tokenizer = LexerTokenizer(nlp.vocab)

    def __call__(self, doc: Doc) -> Doc:
        """Run the steps and set ``doc.spans["figures"]``."""
        reading = doc.user_data.get("reading")
        if not isinstance(reading, Reading):
            reading = read_over(read_text(doc.text))
        work = Work(reading, doc.user_data.get("published"))
        for step in (find, role, place, check):
            step(work)
        doc.user_data["figures"] = work.figures
        doc.user_data["published"] = work.published
        doc.spans["figures"] = [_span(doc, one) for one in work.figures]
        return doc

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Write no state."""

    def from_disk(self, path: str | Path, **_: object) -> Otchet:
        """Read no state."""
        return self


def _span(doc: Doc, figure: Figure) -> Span:
    # Expanded, for a broken text can run a figure's unit into the next word („лвЅСЏ“); the figure's own quote is exact.
    span = doc.char_span(figure.start, figure.end, label=str(figure.kind), span_id=figure.role, alignment_mode="expand")
    if span is None:
        raise RuntimeError(f"a figure off the tokens' bounds: {figure.quote!r} at {figure.start}")
    return span


@Language.factory("otchet")
def make_otchet(nlp: Language, name: str) -> Otchet:
    """Make the component; spaCy loads this module, and so registers it, by the entry point ``otchet``."""
    return Otchet(nlp, name)


@cache
def pipeline() -> Language:
    """Return the one pipeline of this process."""
    nlp = spacy.blank("bg")
    nlp.add_pipe("otchet")
    return nlp


#: From this many characters on the collector of cycles rests: a pass makes millions of small objects and no cycle.
_LONG = 100_000


@contextmanager
def _uncollected(length: int) -> Iterator[None]:
    """Keep Python from looking for cycles again and again while a long document is read."""
    if length < _LONG or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def run(source: Document | str, published: date | None = None) -> Doc:
    """Run the pipeline over a document or a bare text and return its ``Doc``."""
    document = read_text(source) if isinstance(source, str) else source
    nlp = pipeline()
    tokenizer = nlp.tokenizer
    assert isinstance(tokenizer, LexerTokenizer)
    with _uncollected(len(document.text)):
        doc = tokenizer.tokenize(document)
        doc.user_data["published"] = published or document.published
        return nlp(doc)
