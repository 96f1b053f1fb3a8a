"""One flow of an RTF file's text, the body, a page header or a note: paragraphs, and rows put together to tables."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.read_office_pieces import Content, Paragraph, Table, TableCell, stand_out

#: Boundaries of cells that are nearer to each other than this are one; in twips.
_NEAR = 40


@dataclass(slots=True)
class Look:
    """How the paragraph that is being read looks: ``level`` of a heading, ``depth`` in a list, from 1."""

    level: int = 0
    depth: int = 0
    centred: bool = False


@dataclass(slots=True)
class Row:
    """A row as its definition has it: the right end of each cell, in twips, and which go on from the left or above."""

    ends: list[int] = field(default_factory=list)
    joined: list[bool] = field(default_factory=list)
    below: list[bool] = field(default_factory=list)
    head: bool = False
    #: Of the cell that is defined next.
    next_joined: bool = False
    next_below: bool = False

    def end_at(self, place: int) -> None:
        """Take in the cell that ends there."""
        self.ends.append(place)
        self.joined.append(self.next_joined)
        self.below.append(self.next_below)
        self.next_joined = self.next_below = False


class Flow:
    """Gathers what is said until a paragraph, a cell, a row or a table ends; ``content`` is what is done."""

    def __init__(self) -> None:
        self.content: list[Content] = []
        self.look = Look()
        self.row = Row()
        #: Notes that hang on the paragraph that is being read.
        self.notes: list[Content] = []
        self._parts: list[str] = []
        self._letters = self._bold = 0
        self._cell: list[Content] = []
        self._cells: list[list[Content]] = []
        self._rows: list[tuple[Row, list[list[Content]]]] = []

    def add(self, text: str, *, bold: bool) -> None:
        """Go on with the paragraph."""
        self._parts.append(text)
        letters = len(text.strip())
        self._letters += letters
        self._bold += letters if bold else 0

    def end_paragraph(self, *, in_table: bool) -> None:
        """End the paragraph; one outside of a table ends that as well."""
        text = "".join(self._parts)
        out = self.look.centred or 0 < self._letters == self._bold
        told = [Paragraph(text, self.look.level, self.look.depth, out), *self.notes]
        self._parts, self._letters, self._bold, self.notes = [], 0, 0, []
        if in_table:
            self._cell += told
        else:
            self._end_table()
            self.content += told

    def end_cell(self) -> None:
        """End the cell with its last paragraph."""
        self.end_paragraph(in_table=True)
        self._cells.append(self._cell)
        self._cell = []

    def end_row(self) -> None:
        """End the row, as the definition that was met last has it."""
        if self._cells:
            self._rows.append((self.row, self._cells))
        self._cells = []

    def end(self) -> list[Content]:
        """End whatever is open, and return all content."""
        if self._parts or self.notes:
            self.end_paragraph(in_table=bool(self._cells or self._cell))
        if self._cell:
            self.end_cell()
        self.end_row()
        self._end_table()
        return self.content

    def _end_table(self) -> None:
        if self._rows:
            self.content.append(_table(self._rows))
            self._rows = []


def _table(rows: Sequence[tuple[Row, list[list[Content]]]]) -> Table:
    """Lay rows whose cells end at any place into one grid: a cell reaches over the columns between its two ends."""
    ends = sorted({end for row, _ in rows for end in row.ends})
    columns = ends[:1] + [after for before, after in pairwise(ends) if after - before > _NEAR]
    table = Table()
    going: dict[int, TableCell] = {}
    in_head = True
    for row, contents in rows:
        cells: list[TableCell] = []
        column = 0
        for index, content in enumerate(contents):
            defined = index < len(row.ends)
            reached = sum(end <= row.ends[index] + _NEAR for end in columns) if defined else column + 1
            wide = max(reached - column, 1)
            if defined and row.joined[index] and cells:
                cells[-1].columns += wide
                cells[-1].content += content
            elif defined and row.below[index] and column in going:
                going[column].rows += 1
            else:
                cells.append(TableCell(content, column, 1, wide, stand_out(content)))
                going[column] = cells[-1]
            column += wide
        table.rows.append(cells)
        in_head = in_head and row.head
        table.heads += in_head
    return table
