"""An announcement of the demonstration, as it stands in ``corpus/documents/<id>``, read into blocks to be typeset.

The first line of ``source.txt`` is the title, a blank line parts paragraphs, lines that begin with „- “ or „1. “ are
list items, lines of cells with „ | “ between them a table whose first line is its header; any other line end inside a
paragraph is a line break.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from pathlib import Path

from corpus.demo import DOCUMENTS

_ITEM = re.compile(r"- |\d+\. ")
_CELLS = " | "


class Form(StrEnum):
    """How a piece of an announcement is set."""

    TEXT = "text"
    BULLETS = "bullets"
    NUMBERS = "numbers"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines set in one form; in a table each line still has its separators, an item has lost its mark.

    ``first`` is the number of the first item where items are numbered.
    """

    form: Form
    lines: tuple[str, ...]
    first: int = 1

    @property
    def rows(self) -> list[list[str]]:
        """A table's cells, header first."""
        return [line.split(_CELLS) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Announcement:
    """A title and the pieces under it; ``site`` is where it was published."""

    id: str
    site: str
    title: str
    published: date
    pieces: tuple[Piece, ...]


def read_announcement(folder: Path) -> Announcement:
    """Read one announcement of ``corpus/documents``; a missing key raises KeyError."""
    head = tomllib.loads((folder / "document.toml").read_text("utf-8"))
    title, pieces = read_source((folder / "source.txt").read_text("utf-8"))
    published = head["published"]
    day = published if isinstance(published, date) else date.fromisoformat(published)
    return Announcement(head["id"], head["site"], title, day, pieces)


def read_announcements(documents: Path = DOCUMENTS) -> list[Announcement]:
    """Read all announcements of the demonstration, oldest first."""
    found = [read_announcement(folder.parent) for folder in documents.glob("demo-*/document.toml")]
    return sorted(found, key=lambda one: (one.published, one.id))


def read_source(text: str) -> tuple[str, tuple[Piece, ...]]:
    r"""Split an announcement's text into its title and its pieces.

    >>> read_source("Начало\n\nПърви ред\nвтори ред\n- едно\n- две\n")[1][1]
    Piece(form=<Form.BULLETS: 'bullets'>, lines=('едно', 'две'), first=1)
    """
    title, _, body = text.strip("\n").partition("\n")
    return title, read_body(body)


def read_body(text: str) -> tuple[Piece, ...]:
    """Split a text without a title into its pieces."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip("\n"))
    return tuple(piece for paragraph in paragraphs if paragraph.strip() for piece in _pieces(paragraph))


def _pieces(paragraph: str) -> Iterator[Piece]:
    for form, group in groupby(paragraph.split("\n"), key=_form):
        lines = tuple(group)
        first = int(lines[0].partition(".")[0]) if form is Form.NUMBERS else 1
        if form in (Form.BULLETS, Form.NUMBERS):
            lines = tuple(_ITEM.sub("", line, count=1) for line in lines)
        yield Piece(form, lines, first)


def _form(line: str) -> Form:
    if _CELLS in line:
        return Form.TABLE
    if not _ITEM.match(line):
        return Form.TEXT
    return Form.BULLETS if line.startswith("-") else Form.NUMBERS
