"""Which rows and cells of a table are headers, and which headers speak of a cell.

``Показател | Стойност`` above a column, ``Обща стойност`` before a value, a row across the whole table above a part of
it. Readers of HTML, PDF and Office give the grid; what stands in it is judged here once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from extractors.words import shape, words
from models.document import BlockKind

_CODE = re.compile(r"\bBG[0-9A-Z./-]{4,}")
_LETTER = re.compile(r"[^\W\d_]")
_MONEY = shape("html", "money")
_FULL_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}")
_SPACE = re.compile(r"\s+")
#: Longer than this is prose and names nothing.
_LABEL = 160
_SECTION = 200


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with its place in the grid; ``head`` where the file itself says that it is a header."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    head: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row with the headers of each of its cells, nearest first: its column's, its row's, its section's."""

    kind: BlockKind
    cells: tuple[GridCell, ...]
    headers: tuple[tuple[str, ...], ...]


def label_rows(
    rows: Sequence[Sequence[GridCell]], *, head_rows: int = 0, above: Sequence[tuple[str, ...]] = ()
) -> list[TableRow]:
    """Return the rows of a table with their headers.

    ``rows`` are the cells that begin in each row, ``head_rows`` how many the file marks as the head, ``above`` the
    headers of each column of the table on the page before that this one goes on from.
    """
    width = max((cell.column + cell.columns for row in rows for cell in row), default=0)
    grid: dict[tuple[int, int], GridCell] = {}
    for row in rows:
        for cell in row:
            for line in range(cell.row, min(cell.row + cell.rows, len(rows))):
                for column in range(cell.column, cell.column + cell.columns):
                    grid.setdefault((line, column), cell)
    top = 0
    while top < len(rows) and _is_section(rows[top], width) and width > 1:
        top += 1
    heads = head_rows or _count_heads(rows, top, width, bool(above))
    if heads:
        names = [_column_names(grid, heads, column) for column in range(width)]
    else:
        names = list(above) + [()] * (width - len(above))
    section = _text(rows[0][0]) if top and rows[0] else ""
    found = []
    for number, row in enumerate(rows):
        filled = [cell for cell in row if cell.text]
        if number < heads or (number == heads and _is_numbering(filled)):
            found.append(TableRow(BlockKind.TABLE_HEADER, tuple(row), tuple(() for _ in row)))
            continue
        if width > 1 and _is_section(row, width):
            section = _text(filled[0])
            found.append(TableRow(BlockKind.TABLE_ROW, tuple(row), tuple(() for _ in row)))
            continue
        headers = tuple(_headers(cell, number, grid, names, section) for cell in row)
        found.append(TableRow(BlockKind.TABLE_ROW, tuple(row), headers))
    return found


def column_names(rows: Sequence[TableRow]) -> list[tuple[str, ...]]:
    """Return the headers of each column, for the part of the table that stands on the next page."""
    heads = [row for row in rows if row.kind is BlockKind.TABLE_HEADER]
    grid: dict[tuple[int, int], GridCell] = {}
    for number, row in enumerate(heads):
        for cell in row.cells:
            for line in range(number, min(number + cell.rows, len(heads))):
                for column in range(cell.column, cell.column + cell.columns):
                    grid.setdefault((line, column), cell)
    width = max((column + 1 for _, column in grid), default=0)
    return [_column_names(grid, len(heads), column) for column in range(width)]


def _headers(
    cell: GridCell, number: int, grid: dict[tuple[int, int], GridCell], names: Sequence[tuple[str, ...]], section: str
) -> tuple[str, ...]:
    found: list[str] = []
    for column in range(cell.column, cell.column + cell.columns):
        found += [name for name in names[column] if name not in found]
    for column in range(cell.column):
        left = grid.get((number, column))
        if left is not None and left is not cell and _is_label(left):
            found.append(_text(left))
            break
    if section:
        found.append(section)
    return tuple(dict.fromkeys(name for name in found if name and name != _text(cell)))


def _column_names(grid: dict[tuple[int, int], GridCell], heads: int, column: int) -> tuple[str, ...]:
    cells = (grid.get((row, column)) for row in range(heads - 1, -1, -1))
    texts = (_text(cell) for cell in cells if cell is not None and _LETTER.search(cell.text))
    return tuple(dict.fromkeys(texts))


def _count_heads(rows: Sequence[Sequence[GridCell]], top: int, width: int, goes_on: bool) -> int:
    """How many rows from the first on are the head: 0 where none is."""
    count = top
    while count < len(rows) - 1:
        filled = [cell for cell in rows[count] if cell.text]
        if len(filled) < 2 or not all(cell.head for cell in filled):
            break
        count += 1
    if count > top:
        return count
    if goes_on or width < 2 or top >= len(rows) - 1:
        return 0
    filled = [cell for cell in rows[top] if cell.text]
    if (
        len(filled) < 2
        or not all(_is_label(cell) for cell in filled)
        or any(_text(one).endswith(":") for one in filled)
    ):
        return 0
    deep = max(cell.rows for cell in filled)
    named = sum(_is_header_word(cell) for cell in filled[1:])
    if width == 2:
        return top + deep if named else 0
    while top + deep < len(rows) - 1 and _is_grouped(rows[top + deep - 1], width) and _names(rows[top + deep]):
        deep += 1
    below = [cell for row in rows[top + deep :] for cell in row if cell.text]
    values = any(not _is_label(cell) for cell in below)
    return top + deep if values or named > 1 else 0


def _is_grouped(head: Sequence[GridCell], width: int) -> bool:
    """Whether a row of the head leaves columns to be named by the next: „ | Източници | | Разплатено“."""
    return any(cell.columns > 1 for cell in head) or sum(bool(cell.text) for cell in head) < width


def _names(row: Sequence[GridCell]) -> bool:
    filled = [cell for cell in row if cell.text]
    return len(filled) > 1 and all(_is_label(cell) for cell in filled)


def _is_label(cell: GridCell) -> bool:
    """Whether a cell names something: „Обща стойност“, „№“, „Стойност в лв.“ and not „500 лв.“, „7“, „01.02.2020“."""
    text = cell.text
    if len(text) > _LABEL or _MONEY.search(text) or _FULL_DATE.search(text):
        return False
    named = _CODE.sub("", text)  # „„Аз мога“, BG05M2OP001-3.001-9168-C01“ names a project
    letters = len(_LETTER.findall(named))
    digits = sum(one.isdigit() for one in named)
    return (letters >= 2 and digits * 3 <= letters) or text.strip() in {"№", "N", "#", "%"}


def _is_section(row: Sequence[GridCell], width: int) -> bool:
    filled = [cell for cell in row if cell.text]
    return len(filled) == 1 and filled[0].columns >= width and len(filled[0].text) <= _SECTION


def _is_numbering(cells: Sequence[GridCell]) -> bool:
    """„1 | 2 | 3 | 4“ under the head: the columns' numbers."""
    texts = [cell.text.strip("(). ") for cell in cells]
    return len(texts) > 2 and texts == [str(number) for number in range(1, len(texts) + 1)]


def _is_header_word(cell: GridCell) -> bool:
    text = _text(cell).lower()
    return any(re.match(rf"{re.escape(word)}(?!\w)", text) for word in _header_words())


def _text(cell: GridCell) -> str:
    return _SPACE.sub(" ", cell.text).strip()


@cache
def _header_words() -> tuple[str, ...]:
    return tuple(words("tables")["header_words"])
