"""The walk over a page's lxml tree: from tags to raw blocks, each with what it tells about being furniture.

``<b>498 248.45</b> лв.`` stays one piece: inline tags add no space, block tags end a block, ``<br>`` ends a line and
two of them a paragraph. White space collapses as in a browser; a no-break space is no white space.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from extractors.composition import Piece
from extractors.css import MARK
from extractors.line_ends import LIST_MARK, runs_on
from extractors.read_html_tables import is_data_list, is_data_table, read_list, read_table
from extractors.read_html_tags import (
    ARTICLES,
    BLOCKS,
    CONTAINERS,
    DROPPED,
    FURNITURE,
    HEADINGS,
    LISTS,
    OUTER_FURNITURE,
    is_hidden,
)
from extractors.tables_headers import TableRow
from models.document import BlockKind, Zone

_SPACE = re.compile("[ \t\n\r\f\v]+")
_SPACE_RUN = re.compile("  +")
_AROUND = " \t\n\r\f\v\u00a0\u200b\ufeff"
_PARAGRAPH_END = re.compile(r"\v[ \u00a0]*(?:\v[ \u00a0]*)+")
_LINE_END = re.compile(r"[ \u00a0]*\v[ \u00a0]*")
#: Tags that change what the text in them is.
_STATE = frozenset((*HEADINGS, *LISTS, *ARTICLES, "li", "pre"))


@dataclass(slots=True)
class RawBlock(Piece):
    """A block as the walk met it; ``linked`` are its characters inside of links, ``links`` how many links it has.

    ``container`` is the place in ``Walked`` of the element that it stands in; ``marked`` says that a
    recipe's article holds it; ``row`` is set for a table's row, whose cells are laid when the page is composed.
    """

    linked: int = 0
    links: int = 0
    container: int = 0
    marked: bool = False
    row: TableRow | None = None


@dataclass(slots=True)
class Range:
    """A suspect: its blocks are ``first`` up to, not with, ``last``; ``reason`` is the tag, ``role`` or ``class``.

    A cell of a table that lays out the page is one too; ``row`` is then the number of the row that it stands in.
    """

    first: int
    last: int = -1
    reason: str = ""
    row: int = 0


@dataclass(slots=True)
class Walked:
    """All blocks of a page in order, the elements that may be furniture, the cells of its layout, the containers.

    A container, ``<div>`` or ``<td>``, is a number: its blocks are ``firsts`` up to ``lasts``, ``parents`` the
    container around it; 0 is the page.
    """

    blocks: list[RawBlock] = field(default_factory=list)
    suspects: list[Range] = field(default_factory=list)
    cells: list[Range] = field(default_factory=list)
    firsts: list[int] = field(default_factory=lambda: [0])
    lasts: list[int] = field(default_factory=lambda: [-1])
    parents: list[int] = field(default_factory=lambda: [-1])
    has_mark: bool = False


def walk(root: etree._Element, suspect: Callable[[str], bool], roles: frozenset[str]) -> Walked:
    """Walk a parsed page; ``suspect`` says of the words of class and id whether they name furniture."""
    walker = _Walk(suspect, roles)
    events = etree.iterwalk(root, events=("start", "end"))
    skipped: etree._Element | None = None
    for event, element in events:
        tag = element.tag
        if event == "start":
            names = element.keys()
            if tag in DROPPED or (names and is_hidden(element)):
                skipped = element
                events.skip_subtree()
            elif tag in BLOCKS:
                walker.start(element, tag, names)
                if (tag == "table" and is_data_table(element)) or (tag == "dl" and is_data_list(element)):
                    walker.rows(read_table(element) if tag == "table" else read_list(element))
                    events.skip_subtree()
                elif element.text:
                    walker.add(element.text)
            else:
                if tag == "br":
                    walker.parts.append("\v")
                elif tag == "a":
                    walker.in_link += 1
                    walker.links += 1
                if element.text:
                    walker.add(element.text)
            continue
        if element is skipped:
            skipped = None
        elif tag in BLOCKS:
            walker.end(element, tag)
        elif tag == "a" and walker.in_link:
            walker.in_link -= 1
        if element.tail and element is not root:
            walker.add(element.tail)
    if walker.parts:
        walker.flush()
    return walker.finish()


class _Walk:
    """What the walk knows where it stands."""

    def __init__(self, suspect: Callable[[str], bool], roles: frozenset[str]) -> None:
        self.out = Walked()
        self.suspect = suspect
        self.roles = roles
        self.parts: list[str] = []
        self.linked = self.links = self.in_link = 0
        self.heading = self.items = self.lists = self.pre = self.articles = self.marks = 0
        self.group = 0
        self.groups = 0
        self.container = 0
        self.open: dict[etree._Element, Range] = {}
        self.cells: dict[etree._Element, Range] = {}
        self.lines = 0

    def add(self, text: str) -> None:
        if self.pre:
            text = text.replace("\r", "").replace("\n", "\v")
        elif "\n" in text or "\t" in text or "  " in text or "\f" in text or "\v" in text or "\r" in text:
            text = _SPACE.sub(" ", text)
        self.parts.append(text)
        if self.in_link:
            self.linked += len(text.strip(_AROUND))

    def start(self, element: etree._Element, tag: str, names: list[str]) -> None:
        if self.parts:
            self.flush()
        here = len(self.out.blocks)
        if tag in CONTAINERS:
            self.out.parents.append(self.container)
            self.out.firsts.append(here)
            self.out.lasts.append(-1)
            self.container = len(self.out.firsts) - 1
        if tag in _STATE:
            self.enter(tag)
        elif tag == "tr":
            self.lines += 1
        elif tag == "td":
            before = element.getprevious()
            beside = self.cells.get(before) if before is not None else None
            self.cells[element] = Range(here, reason=tag, row=beside.row if beside else self.lines)
            self.out.cells.append(self.cells[element])
        if names or tag in FURNITURE or tag in OUTER_FURNITURE:
            if MARK in names:
                self.marks += 1
                self.out.has_mark = True
            reason = self.reason(element, tag, names)
            if reason:
                self.open[element] = Range(here, reason=reason)
                self.out.suspects.append(self.open[element])

    def enter(self, tag: str) -> None:
        if tag in HEADINGS:
            self.heading = HEADINGS[tag]
        elif tag in LISTS:
            if not self.lists:
                self.groups += 1
                self.group = self.groups
            self.lists += 1
        elif tag == "li":
            self.items += 1
        elif tag == "pre":
            self.pre += 1
        elif tag in ARTICLES:
            self.articles += 1

    def leave(self, tag: str) -> None:
        if tag in HEADINGS:
            self.heading = 0
        elif tag in LISTS:
            self.lists -= 1
            if not self.lists:
                self.group = 0
        elif tag == "li":
            self.items -= 1
        elif tag == "pre":
            self.pre -= 1
        elif tag in ARTICLES:
            self.articles -= 1

    def reason(self, element: etree._Element, tag: str, names: list[str]) -> str:
        if tag in FURNITURE or (tag in OUTER_FURNITURE and not self.articles):
            return tag
        if tag in {"html", "body", "main", "article"}:
            return ""
        if "role" in names and element.get("role") in self.roles:
            return "role"
        for name in ("class", "id"):
            if name in names and self.suspect(element.get(name) or ""):
                return "class"
        return ""

    def end(self, element: etree._Element, tag: str) -> None:
        if self.parts:
            self.flush()
        if tag in CONTAINERS:
            self.out.lasts[self.container] = len(self.out.blocks)
            self.container = max(self.out.parents[self.container], 0)
        if tag in _STATE:
            self.leave(tag)
        if tag == "td" and element in self.cells:
            self.cells[element].last = len(self.out.blocks)
        if self.open:
            suspect = self.open.pop(element, None)
            if suspect is not None:
                suspect.last = len(self.out.blocks)
        if self.marks and element.get(MARK):
            self.marks -= 1

    def rows(self, rows: list[TableRow]) -> None:
        self.groups += 1
        for row in rows:
            texts = [cell.text for cell in row.cells if cell.text]
            if texts:
                block = RawBlock(row.kind, "\t".join(texts), container=self.container, marked=self.marks > 0)
                block.row, block.group = row, self.groups
                self.out.blocks.append(block)

    def flush(self) -> None:
        """Make the text gathered so far a block, or several where it breaks its lines."""
        parts = self.parts
        text = "".join(parts) if len(parts) > 1 else parts[0]
        parts.clear()
        linked, links = self.linked, self.links
        self.linked, self.links = 0, self.in_link
        text = text.strip(_AROUND)
        if "  " in text and not self.pre:
            text = _SPACE_RUN.sub(" ", text)
        if not text:
            return
        if "\v" not in text:
            self.block(text, linked, links)
            return
        whole = len(text)
        for paragraph in _PARAGRAPH_END.split(text):
            lines = [line for line in _LINE_END.split(paragraph) if line]
            gathered: list[str] = []
            self.groups += 1
            for line in lines:
                if gathered and self.begins(line, gathered):
                    self.part(gathered, linked, links, whole)
                    gathered = []
                gathered.append(line)
            if gathered:
                self.part(gathered, linked, links, whole)

    def begins(self, line: str, gathered: list[str]) -> bool:
        """Whether a line is no part of what was gathered above it: an item, or behind a break that is no wrap."""
        if self.pre:
            return LIST_MARK.match(line) is not None or LIST_MARK.match(gathered[0]) is not None
        return LIST_MARK.match(line) is not None or not runs_on(gathered[-1], line, wrapped=len(gathered) > 1)

    def part(self, lines: list[str], linked: int, links: int, whole: int) -> None:
        text = ("\n" if self.pre else " ").join(lines)
        share = len(text) / whole
        self.block(text, round(linked * share), round(links * share), self.groups)

    def block(self, text: str, linked: int, links: int, group: int = 0) -> None:
        kind, level = BlockKind.PARAGRAPH, 0
        if self.heading:
            kind, level = BlockKind.HEADING, self.heading
        elif self.items:
            kind, level, group = BlockKind.LIST_ITEM, self.items, self.group or group
        elif LIST_MARK.match(text):
            kind, level = BlockKind.LIST_ITEM, 1
        block = RawBlock(kind, text, Zone.BODY, level, (), (), group, linked, links, self.container, self.marks > 0)
        self.out.blocks.append(block)

    def finish(self) -> Walked:
        whole = len(self.out.blocks)
        for each in (*self.out.suspects, *self.out.cells):
            each.last = whole if each.last < 0 else each.last
        self.out.lasts = [whole if last < 0 else last for last in self.out.lasts]
        return self.out
