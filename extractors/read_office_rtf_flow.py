"""One flow of an RTF file's text, the body, a page header or a note: paragraphs, and rows put together to tables."""

from dataclasses import dataclass

from extractors.read_office_content import Content, Paragraph, Told
from extractors.read_office_grid import Row, lay_rows


@dataclass(slots=True)
class Look:
    """How the paragraph that is being read looks: ``level`` of a heading, ``depth`` in a list, from 1."""

    level: int = 0
    depth: int = 0
    centred: bool = False


class Flow:
    """Gathers what is said until a paragraph, a cell, a row or a table ends; ``content`` is what is done."""

    def __init__(self) -> None:
        self.content: list[Content] = []
        self.look = Look()
        self.row = Row()
        #: Notes that hang on the paragraph that is being read.
        self.notes: list[Content] = []
        self._told = Told()
        self._cell: list[Content] = []
        self._cells: list[list[Content]] = []
        self._rows: list[tuple[Row, list[list[Content]]]] = []

    def add(self, text: str, *, bold: bool) -> None:
        """Go on with the paragraph."""
        self._told.add(text, bold=bold)

    def end_paragraph(self, *, in_table: bool) -> None:
        """End the paragraph; one outside of a table ends that as well."""
        out = self.look.centred or self._told.stands_out
        told = [Paragraph(self._told.text, self.look.level, self.look.depth, out), *self.notes]
        self._told, self.notes = Told(), []
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
        if self._told.parts or self.notes:
            self.end_paragraph(in_table=bool(self._cells or self._cell))
        if self._cell:
            self.end_cell()
        self.end_row()
        self._end_table()
        return self.content

    def _end_table(self) -> None:
        if self._rows:
            self.content.append(lay_rows(self._rows))
            self._rows = []
