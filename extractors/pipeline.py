"""The order of steps, as one spaCy component: ``spacy.blank("bg").add_pipe("otchet")``.

The component sets the tokenizer, whose tokens are the lexemes and the words between them, and runs the steps: lexer,
roles, links, checks. The figures stand in ``doc.spans["figures"]`` (label: kind, id: role) and, whole, in
``doc.user_data["figures"]``. It adds no pipes of its own: a pipeline so made would save and not load.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from extractors.read_text import read_text
from extractors.reading import Reading, read_over
from extractors.steps import Work, check, find, place, role
from extractors.tokens import Tokens
from models.document import Document
from models.figure import Figure

#: Longer texts than this no reader gives; spaCy's own limit is a tenth of it.
MAX_LENGTH = 100_000_000


class LexerTokenizer:
    """spaCy's tokenizer made of our lexemes: a number, a date, an identifier is one token, so figures are aligned."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab
        self._tokens = Tokens(vocab)

    def __call__(self, text: str) -> Doc:
        """Tokenize a bare text; it becomes a plain-text document first."""
        return self.tokenize(read_text(text))

    def tokenize(self, document: Document) -> Doc:
        """Make the ``Doc`` of a document; its text is the canonical one."""
        reading = read_over(document)
        # What is stored in a memory zone is forgotten with it: no key may be kept.
        passing = self.vocab.in_memory_zone  # type: ignore[attr-defined]  # spaCy's stubs leave it out
        told = (Tokens(self.vocab) if passing else self._tokens).of(reading)
        doc = Doc(self.vocab, words=told[::2], spaces=told[1::2])
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
        """Read no state; the vocabulary beside it may have been read anew."""
        self._tokens.clear()
        return self

    def to_disk(self, path: str | Path, **_: object) -> None:
        """Write no state."""

    def from_disk(self, path: str | Path, **_: object) -> LexerTokenizer:
        """Read no state; the vocabulary beside it may have been read anew."""
        self._tokens.clear()
        return self


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
def _pipeline() -> tuple[LexerTokenizer, Otchet]:
    """Return the two parts of the one pipeline of this process: asking spaCy for them costs a step of its own."""
    nlp = spacy.blank("bg")
    component = nlp.add_pipe("otchet")
    assert isinstance(component, Otchet)
    assert isinstance(nlp.tokenizer, LexerTokenizer)
    return nlp.tokenizer, component


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles while a document is read: a pass makes many small objects and no cycle."""
    if not gc.isenabled():
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
    tokenizer, component = _pipeline()
    with _uncollected():
        doc = tokenizer.tokenize(document)
        doc.user_data["published"] = published or document.published
        return component(doc)
