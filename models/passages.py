"""The sentence that a figure stands in: ``Община Кубрат получава 499 106.04лв. за асистенти.``."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from models.document import Block, BlockKind, Document
from models.reference import read_table

#: Where a sentence may end; ``word`` is what stands before the full stop.
_END = re.compile(r"(?P<word>[^\s(„«\"]*)(?P<stop>[.!?…][\"“”»)]?)\s+(?=[\"„«(]?[А-ЯA-Z0-9])|\n+")
#: The number of a list's item: „1. Дейност“.
_NUMBER = re.compile(r"\d{1,2}")
#: Characters shown before and after the quote at most.
_WINDOW = 240


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a text with a quote in it: ``text[start:end]`` is the quote, ``offset`` where the piece begins."""

    text: str
    start: int
    end: int
    offset: int


def passage(text: str, blocks: tuple[Block, ...], start: int, end: int) -> Passage:
    """Return the sentence (or table row, or list item) around ``text[start:end]``, a long one cut at a word."""
    block = block_at(blocks, start, end)
    low, high = (block.start, block.end) if block else (0, len(text))
    for match in _END.finditer(text, low, high):
        if not _ends(match):
            continue
        if match.end() <= start:
            low = match.end()
        elif match.end() > end:
            high = match.start() if match["stop"] is None else match.end("stop")
            break
    if start - low > _WINDOW:
        low = text.find(" ", start - _WINDOW, start) + 1 or start - _WINDOW
    if high - end > _WINDOW:
        cut = text.rfind(" ", end, end + _WINDOW)
        high = cut if cut >= 0 else end + _WINDOW
    piece = text[low:high]
    low += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Passage(piece, start - low, end - low, low)


def announced_title(document: Document, spans: Iterable[tuple[int, int]]) -> str | None:
    """Return a document's title where it can be the project's whose figures stand at these places.

    A project that stands in rows of a table alone is one of a list, and the list's title is not its own.
    """
    blocks = (block_at(document.blocks, start, end) for start, end in spans)
    listed = all(block is not None and block.kind is BlockKind.TABLE_ROW for block in blocks)
    return None if listed else document.title


def _ends(match: re.Match[str]) -> bool:
    """Say whether a sentence ends here: not after „гр.“, nor after one letter („Г. Делчев“) or an item's number."""
    word = match["word"]
    if word is None:  # a line's end
        return True
    return not (word.casefold() in _abbreviations() or len(word) == 1 or _NUMBER.fullmatch(word))


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(row["abbreviation"] for row in read_table("abbreviations.csv"))


def block_at(blocks: tuple[Block, ...], start: int, end: int) -> Block | None:
    """Return the block that ``text[start:end]`` lies in, None where it lies in none."""
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    return blocks[at] if at >= 0 and blocks[at].end >= end else None
