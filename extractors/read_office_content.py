"""What the readers of Office documents gather: paragraphs, and tables whose cells hold paragraphs and tables again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from models.document import Zone


@dataclass(slots=True)
class Paragraph:
    """A paragraph as it is seen; ``level`` of a heading from 1, ``depth`` in a list from 1; else 0.

    ``stands_out`` says that it is in bold letters or in the middle throughout: a short one is then a heading.
    """

    text: str
    level: int = 0
    depth: int = 0
    stands_out: bool = False
    zone: Zone = Zone.BODY


@dataclass(slots=True)
class Told:
    """What a paragraph says while it is read; ``beside`` are the boxes and notes on it, with blocks of their own."""

    parts: list[str] = field(default_factory=list)
    beside: list[etree._Element] = field(default_factory=list)
    letters: int = 0
    bold: int = 0

    def add(self, text: str, *, bold: bool) -> None:
        """Take in a piece of the text."""
        self.parts.append(text)
        letters = len(text.strip())
        self.letters += letters
        self.bold += letters if bold else 0

    @property
    def text(self) -> str:
        """The words, without those of the boxes and notes."""
        return "".join(self.parts)

    @property
    def stands_out(self) -> bool:
        """Whether all of it is in bold letters."""
        return 0 < self.letters == self.bold


@dataclass(slots=True)
class TableCell:
    """A cell that begins in a row: its content, its column in the grid from 0, and how far it reaches."""

    content: "list[Paragraph | Table]"
    column: int
    rows: int = 1
    columns: int = 1
    head: bool = False


@dataclass(slots=True)
class Table:
    """A table row by row; ``heads`` is how many rows the file itself marks as the head."""

    rows: list[list[TableCell]] = field(default_factory=list)
    heads: int = 0


Content = Paragraph | Table


def paragraphs_in(content: Iterable[Content]) -> Iterator[Paragraph]:
    """Yield all paragraphs, those in the cells of tables as well."""
    for one in content:
        if isinstance(one, Table):
            for row in one.rows:
                for cell in row:
                    yield from paragraphs_in(cell.content)
        else:
            yield one


def aside(content: Iterable[Content]) -> list[Content]:
    """Return what headers and footers of pages say as furniture, each thing once."""
    found: dict[str, Content] = {}
    for one in paragraphs_in(content):
        found.setdefault(" ".join(one.text.split()), Paragraph(one.text, zone=Zone.FURNITURE))
    return list(found.values())


def stand_out(content: Iterable[Content]) -> bool:
    """Whether all that is said is in bold letters or in the middle: a cell of that kind is one of a head."""
    told = [one for one in paragraphs_in(content) if one.text.strip()]
    return bool(told) and all(one.stands_out for one in told)
