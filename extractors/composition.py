r"""A text put together from pieces: body first, furniture after it, blocks and runs with their final offsets.

Between two blocks stands an empty line; between the items of one list, the rows of one table, the lines of one
paragraph a line end; between the cells of a row a tab (``CELL_GAP``): no rule for numbers reads over a tab, so
neighbours never join.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from models.document import Block, BlockKind, Cell, Run, Zone

#: What stands between two cells of a row in the canonical text.
CELL_GAP = "\t"

_TIGHT = {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW}


@dataclass(slots=True)
class Piece:
    """A block before it has a place: its text (NFC), and cells and runs counted from the piece's own start.

    ``group`` is the list, table or paragraph that it belongs to; pieces of one group follow each other line by line.
    """

    kind: BlockKind
    text: str
    zone: Zone = Zone.BODY
    level: int = 0
    cells: tuple[Cell, ...] = ()
    runs: tuple[Run, ...] = ()
    group: int = 0


@dataclass(frozen=True, slots=True)
class Composed:
    """The text of all pieces, their blocks in order, and their runs in order."""

    text: str
    blocks: tuple[Block, ...]
    runs: tuple[Run, ...]


def compose(pieces: Sequence[Piece]) -> Composed:
    """Lay the body's pieces and then the furniture's; a piece without text is left out."""
    parts: list[str] = []
    blocks: list[Block] = []
    runs: list[Run] = []
    place = 0
    before: Piece | None = None
    laid = [piece for piece in pieces if piece.text and piece.zone is Zone.BODY]
    laid += [piece for piece in pieces if piece.text and piece.zone is not Zone.BODY]
    for piece in laid:
        if before is not None:
            gap = "\n" if piece.group and _is_tight(before, piece) else "\n\n"
            parts.append(gap)
            place += len(gap)
        end = place + len(piece.text)
        cells = (
            tuple(Cell(one.start + place, one.end + place, one.headers) for one in piece.cells) if piece.cells else ()
        )
        blocks.append(Block(piece.kind, place, end, piece.zone, piece.level, cells))
        for run in piece.runs:
            runs.append(Run(run.start + place, run.length, run.page, run.index))
        parts.append(piece.text)
        place = end
        before = piece
    return Composed("".join(parts), tuple(blocks), tuple(runs))


def _is_tight(before: Piece, piece: Piece) -> bool:
    return (
        piece.kind in _TIGHT
        and before.kind in _TIGHT
        and before.zone is piece.zone
        and before.group == piece.group != 0
    )


def row_piece(
    kind: BlockKind, texts: Sequence[str], headers: Sequence[tuple[str, ...]], zone: Zone, group: int
) -> Piece:
    """Return a table row as a piece: its cells' texts (NFC) with tabs between; an empty cell is left out."""
    cells = []
    place = 0
    for text, names in zip(texts, headers, strict=True):
        if text:
            cells.append(Cell(place, place + len(text), names))
            place += len(text) + len(CELL_GAP)
    return Piece(kind, CELL_GAP.join(text for text in texts if text), zone, 0, tuple(cells), (), group)
