"""The sentence that a figure stands in: ``Община Кубрат получава 499 106.04лв. за асистенти.``."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from models.document import Block

#: A sentence ends after a word of four letters or more, so that „лв.“, „г.“ and „общ.“ end none.
_END = re.compile(r"(?<=[^\W\d_]{4}[.!?…])[\"“”»)]?\s+(?=[\"„«(]?[А-ЯA-Z0-9])|\n+")
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
    low, high = _block(text, blocks, start, end)
    for match in _END.finditer(text, low, high):
        if match.end() <= start:
            low = match.end()
        elif match.start() >= end:
            high = match.start()
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


def _block(text: str, blocks: tuple[Block, ...], start: int, end: int) -> tuple[int, int]:
    at = bisect_right(blocks, start, key=lambda block: block.start) - 1
    if at >= 0 and blocks[at].end >= end:
        return blocks[at].start, blocks[at].end
    return 0, len(text)
