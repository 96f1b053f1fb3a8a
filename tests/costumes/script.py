"""What an announcement says, without any costume: headings, lines, list items and tables, and the figures in them.

The gold document's plain text is divided by the reader of plain text, whose blocks are the pieces. Lines that the text
wraps by hand are one line here, for every costume breaks its lines anew.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cached_property

from corpus.gold import GoldDocument
from corpus.score import Tally
from extractors import extract
from extractors.read_text import read_text
from models.document import Block, BlockKind, Cell, Document, Zone
from models.figure import Figure

#: What is compared of a figure.
Said = tuple[str, str, str | None, str]

#: The roles of a day that a page shows as its own.
_STAMPS = ("published", "other")
#: Marks of a list; „– Колко къщи?“ is more often one who speaks.
_MARK = re.compile(r"(?:[-•·▪►*])[^\S\n]+")
_NUMBER = re.compile(r"(\d{1,2})\.[^\S\n]+")
#: A blank line; a ruler „|---|---|“ between a head and its rows is none.
_BLANK = re.compile(r"\n[^\S\n]*\n")
_SPACE = re.compile(r"[ \t]*\n\s*")


class Form(Enum):
    """How a piece is set; LINE is a line of its own, which may stand in a paragraph with others."""

    HEADING = "heading"
    LINE = "line"
    BULLET = "bullet"
    NUMBER = "number"
    TABLE = "table"


@dataclass(frozen=True)
class Piece:
    """A line with its mark apart, or the rows of a table of which the first ``heads`` are its header.

    ``joined``: no blank line stands before it. ``aside``: chrome of the page that the text was copied from.
    """

    form: Form
    text: str = ""
    mark: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    heads: int = 0
    joined: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Script:
    """One gold document to be acted."""

    id: str
    title: str
    published: date | None
    document: Document

    @classmethod
    def of(cls, gold: GoldDocument) -> "Script":
        return cls(gold.id, gold.title, gold.published, read_text(gold.text, published=gold.published))

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """All that the text says, in order."""
        return tuple(_pieces(self.document))

    @cached_property
    def body(self) -> tuple[Piece, ...]:
        """The same without the chrome: what a letter or a file says."""
        return tuple(piece for piece in self.pieces if not piece.aside)

    @cached_property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the plain text."""
        return tuple(extract(self.document, self.published))

    @property
    def is_stamped(self) -> bool:
        """Whether the text itself shows its day of publication."""
        return any(one.role == "published" for one in self.figures)

    def expected(self, *, aside: bool, days: Container[str] = ()) -> Counter[Said]:
        """What a costume has to give; without ``aside`` nothing that stands in the text's chrome."""
        chrome = [block for block in self.document.blocks if block.zone is Zone.FURNITURE and not aside]
        return said(
            (one for one in self.figures if not any(block.start <= one.start < block.end for block in chrome)), days
        )


def said(figures: Iterable[Figure], days: Container[str] = ()) -> Counter[Said]:
    """Count figures by kind, value, unit and role; ``days`` are stamps of the costume's own, and left out."""
    return Counter(
        (str(one.kind), one.value_text, one.unit, one.role)
        for one in figures
        if not (one.role in _STAMPS and one.value_text in days)
    )


def agreement(expected: Counter[Said], found: Counter[Said]) -> Tally:
    """How far two sets of figures agree."""
    return Tally(expected.total(), found.total(), (expected & found).total())


def _pieces(document: Document) -> Iterable[Piece]:
    text, end = document.text, 0
    rows: list[Block] = []
    for block in (*document.blocks, None):
        # „ОЩЕ НОВИНИ: Зимен турнир | Кметът прие …“ is chrome and no row of a table
        in_row = block is not None and block.cells and block.zone is Zone.BODY
        if rows and (block is None or not in_row or _BLANK.search(text, end, block.start)):
            yield _table(text, rows)
            rows = []
        if block is None:
            return
        joined = bool(end) and text[end : block.start].count("\n") < 2
        end = block.end
        if in_row:
            rows.append(block)
            continue
        line = _SPACE.sub(" ", text[block.start : block.end])
        form, mark = Form.LINE, None
        if block.kind is BlockKind.HEADING:
            form = Form.HEADING
        elif block.kind is BlockKind.LIST_ITEM:
            if mark := _NUMBER.match(line):
                form = Form.NUMBER
            elif mark := _MARK.match(line):
                form = Form.BULLET
        yield Piece(
            form,
            line[mark.end() :] if mark else line,
            mark[0].strip() if mark else "",
            joined=joined,
            aside=block.zone is Zone.FURNITURE,
        )


def _table(text: str, rows: Sequence[Block]) -> Piece:
    heads = 0
    while heads < len(rows) and rows[heads].kind is BlockKind.TABLE_HEADER:
        heads += 1
    wide = max(len(row.cells) for row in rows)
    return Piece(
        Form.TABLE,
        rows=tuple(tuple(_cell(text, cell) for cell in _filled(row.cells, wide)) for row in rows),
        heads=heads if heads < len(rows) else 0,
    )


def _filled(cells: Sequence[Cell], wide: int) -> tuple[Cell, ...]:
    return (*cells, *[Cell(0, 0)] * (wide - len(cells)))


def _cell(text: str, cell: Cell) -> str:
    return " ".join(text[cell.start : cell.end].split("\n"))
