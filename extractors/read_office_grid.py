"""Rows whose cells end at any place on the page, as RTF and DOC have them, laid into one grid of columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractors.read_office_content import Content, Table, TableCell, stand_out

#: Boundaries of cells that are nearer to each other than this are one; in twips.
_NEAR = 40


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


def lay_rows(rows: Sequence[tuple[Row, list[list[Content]]]]) -> Table:
    """Return the table of rows and what is in their cells: a cell reaches over the columns between its two ends."""
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
