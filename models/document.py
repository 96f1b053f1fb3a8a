r"""A document: canonical text, the blocks in it, and for paged files the way from an offset to its page.

The canonical text is what the reader saw, in NFC with ``\n`` line ends and nothing else altered; offsets into it never
change. Blocks do not overlap and are in order; what lies between two blocks is white space.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Zone(StrEnum):
    """Whether a block is what the page says, or what every page of its site or letterhead says."""

    BODY = "body"
    FURNITURE = "furniture"


class BlockKind(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    TABLE_HEADER = "table_header"
    TABLE_ROW = "table_row"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its place in the text and the headers that speak of it, nearest first (column, then row)."""

    start: int
    end: int
    headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row: ``text[start:end]``; ``cells`` for table rows alone."""

    kind: BlockKind
    start: int
    end: int
    zone: Zone = Zone.BODY
    level: int = 0
    cells: tuple[Cell, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a block begins before it ends: {self.start}, {self.end}")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of the text that stands on one page, character for character.

    ``text[start:start + length]`` are the page's characters ``index`` to ``index + length``, counted as the reader of
    the page counts them.
    """

    start: int
    length: int
    page: int
    index: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Pages (width and height in points, the first is page 1) and the runs of text on them, by ``start``."""

    pages: tuple[tuple[float, float], ...]
    runs: tuple[Run, ...]

    def pieces(self, start: int, end: int) -> list[Run]:
        """Return the pieces of pages under ``text[start:end]``, in order; white space made by joining has none."""
        found = []
        first = max(bisect_right(self.runs, start, key=lambda run: run.start) - 1, 0)
        for run in self.runs[first:]:
            if run.start >= end:
                break
            low, high = max(start, run.start), min(end, run.start + run.length)
            if low < high:
                found.append(Run(low, high - low, run.page, run.index + low - run.start))
        return found


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (1 is the first), in points from the page's upper left corner."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Document:
    """One announcement as a reader gives it.

    ``part`` tells apart the documents of one file (``item-3`` of a year page, the name in an archive), ``published`` is
    the day that the page itself gives as its own, ``incomplete`` says what the reader could not take in. ``derived`` is
    set where the publication date was read against the time of fetching („вчера“).
    """

    text: str
    media_type: str = "text/plain"
    blocks: tuple[Block, ...] = ()
    title: str | None = None
    published: date | None = None
    layout: Layout | None = None
    part: str | None = None
    incomplete: str | None = None
    derived: bool = False

    @property
    def unread(self) -> str | None:
        """Why nothing of this part could be read; None for what was read."""
        return self.incomplete if not self.text else None
