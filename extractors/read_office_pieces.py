"""How what the readers of Office documents gather becomes a ``Document``.

A table that only lays out a page (one column, a cell with a table or a long text in it) gives its cells' paragraphs;
any other gives rows whose cells know their headers.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from extractors.canonical import canonical
from extractors.composition import Piece, compose, row_piece
from extractors.errors import EmptyDocument, OversizedDocument
from extractors.line_ends import LIST_MARK
from extractors.read_html_charset import mend_letters
from extractors.read_html_dates import labelled_day, read_address
from extractors.read_office_content import Content, Paragraph, Table, TableCell
from extractors.tables_headers import GridCell, label_rows
from extractors.words import words
from models.document import BlockKind, Document, Zone

#: More characters than this are no announcement.
MAX_CHARACTERS = 16 * 1024 * 1024

#: A cell longer than this is a part of the page and no value.
_LONG_CELL = 1200
#: Spans that reach further are no table but an attack on the reader's memory.
_WIDEST, _SPANNED = 256, 200_000
#: A line in bold letters or in the middle of the page that is longer is no heading.
_HEADING = 160
#: The level of a line that only looks like a heading.
LOOKS_LIKE_HEADING = 3

_BLANKS = re.compile(r"[ \u200b\ufeff]+")
_TABS = re.compile(r"[ \u00a0]*\t[ \u00a0\t]*")
_LINES = re.compile(r"[ \u00a0\t]*\n[ \u00a0\t]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SENTENCE_END = re.compile(r"[.!?…;,]\W{0,2}$")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_ENDING = re.compile(r"\.(?:docx?|xlsx?|od[ts]|rtf|pdf|tmp)$", re.IGNORECASE)


def compose_office(
    content: Sequence[Content],
    media_type: str,
    *,
    title: str | None = None,
    address: str | None = None,
    incomplete: Sequence[str] = (),
) -> Document:
    """Make the document; ``title`` is what the file's own properties say. ``EmptyDocument`` without any text."""
    laid = _Laid()
    laid.lay(content)
    return compose_pieces(laid.pieces, media_type, title=title, address=address, incomplete=incomplete)


def compose_pieces(
    pieces: Sequence[Piece],
    media_type: str,
    *,
    title: str | None = None,
    address: str | None = None,
    incomplete: Sequence[str] = (),
) -> Document:
    """Make the document of pieces; ``EmptyDocument`` if none has text, ``OversizedDocument`` if they have too much."""
    if sum(len(piece.text) for piece in pieces) > MAX_CHARACTERS:
        raise OversizedDocument(f"the document has more than the {MAX_CHARACTERS:,} characters that are read")
    composed = compose(pieces)
    if not composed.text:
        raise EmptyDocument("the document has no text")
    short = [piece.text for piece in pieces if piece.zone is Zone.BODY and len(piece.text) <= 120]
    stamp = next((stamp for stamp in map(labelled_day, short) if stamp), None)
    stamp = stamp or (read_address(address) if address else None)
    named = _title(pieces, title)
    return Document(
        mend_letters(composed.text),
        media_type,
        composed.blocks,
        mend_letters(named) if named else None,
        stamp.date if stamp else None,
        incomplete="; ".join(incomplete) or None,
    )


def clean(text: str, *, cell: bool = False) -> str:
    """Return a text as it is seen, in NFC: blanks run together, no white space at its ends or around line ends."""
    if cell:
        text = text.replace("\t", " ")
    text = canonical(_CONTROLS.sub("", text.replace("\v", "\n").replace("\f", "\n")))
    text = _TABS.sub("\t", _LINES.sub("\n", _BLANKS.sub(" ", text)))
    return text.strip(" \t\n\u00a0")


class _Laid:
    """The pieces so far; items that follow each other are one list."""

    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.groups = 0

    def lay(self, content: Sequence[Content]) -> None:
        for each in content:
            if isinstance(each, Table):
                self.table(each)
            else:
                self.paragraph(each)

    def paragraph(self, one: Paragraph) -> None:
        for text in clean(one.text).split("\n\n"):
            text = text.strip("\n")
            if not text:
                continue
            kind, level, group = BlockKind.PARAGRAPH, 0, 0
            if one.level:
                kind, level = BlockKind.HEADING, one.level
            elif one.depth or LIST_MARK.match(text):
                kind, level = BlockKind.LIST_ITEM, max(one.depth, 1)
                before = self.pieces[-1] if self.pieces else None
                if before is None or before.kind is not kind or before.zone is not one.zone:
                    self.groups += 1
                group = self.groups
            elif one.stands_out and _may_be_heading(text):
                kind, level = BlockKind.HEADING, LOOKS_LIKE_HEADING
            self.pieces.append(Piece(kind, text, one.zone, level, group=group))

    def table(self, table: Table) -> None:
        rows = [row for row in table.rows if row]
        if _is_layout(rows):
            for row in rows:
                for cell in row:
                    self.lay(cell.content)
            return
        heads = table.heads if len(rows) == len(table.rows) and table.heads < len(rows) else 0
        self.rows(list(_grid(rows)), heads)

    def rows(self, rows: Sequence[Sequence[GridCell]], heads: int) -> None:
        self.groups += 1
        for row in label_rows(rows, head_rows=heads):
            texts = [cell.text for cell in row.cells]
            if any(texts):
                self.pieces.append(row_piece(row.kind, texts, row.headers, Zone.BODY, self.groups))


def _grid(rows: Sequence[Sequence[TableCell]]) -> Iterator[list[GridCell]]:
    left = _SPANNED
    for number, row in enumerate(rows):
        cells = []
        for cell in row:
            if cell.column >= _WIDEST:
                continue
            wide = max(1, min(cell.columns, _WIDEST - cell.column))
            high = max(1, min(cell.rows, len(rows) - number))
            left -= wide * high
            if left < 0:
                wide = high = 1
            cells.append(GridCell(_cell_text(cell), number, cell.column, high, wide, cell.head))
        yield cells


def _cell_text(cell: TableCell) -> str:
    lines = (clean(one.text, cell=True) for one in cell.content if isinstance(one, Paragraph))
    return "\n".join(line for line in lines if line)


def _is_layout(rows: Sequence[Sequence[TableCell]]) -> bool:
    """Whether a table is the frame of a page: a stamp's box, two columns of signatures with a table in one."""
    if max((len(row) for row in rows), default=0) < 2:
        return True
    cells = [cell for row in rows for cell in row]
    if any(isinstance(one, Table) for cell in cells for one in cell.content):
        return True
    return any(sum(len(one.text) for one in cell.content if isinstance(one, Paragraph)) > _LONG_CELL for cell in cells)


def _may_be_heading(text: str) -> bool:
    return (
        len(text) <= _HEADING
        and "\n" not in text
        and not _SENTENCE_END.search(text)
        and _LETTERS.search(text) is not None
    )


def _title(pieces: Sequence[Piece], told: str | None) -> str | None:
    """Return the highest heading near the top; else what the file's properties say, if that says something."""
    body = [piece for piece in pieces if piece.zone is Zone.BODY]
    headings = [piece for piece in body[:12] if piece.kind is BlockKind.HEADING]
    best = min(headings, key=lambda piece: piece.level, default=None)
    own = " ".join(clean(told or "").split())
    if best is not None and (best.level < LOOKS_LIKE_HEADING or not _says_something(own)):
        return " ".join(best.text.split())
    return own if _says_something(own) else None


def _says_something(title: str) -> bool:
    """„Писмо до кметството“ and not „Document1“, „obiava 15.docx“, „Microsoft Word - заявление“."""
    low = title.lower()
    if len(title) > 300 or _ENDING.search(low) or any(low.startswith(one) for one in _template_titles()):
        return False
    return len(_LETTERS.findall(title)) >= 3


@cache
def _template_titles() -> tuple[str, ...]:
    return tuple(words("office")["template_titles"])
