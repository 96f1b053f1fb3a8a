"""A document as the rules see it: body shadow, lexemes, words, sentences, and the block that each stands in.

Furniture has blanks in its place, so a sentence runs on over a letterhead and no offset moves.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from extractors.canonical import shadow
from extractors.lexer import Lex, Lexeme, lex
from extractors.word_places import WordPlaces
from extractors.words import words
from models.document import Block, BlockKind, Cell, Document, Zone

# One sign is taken first and looked back at: a pattern that begins with a set is searched for by it.
_STOP = re.compile(
    r"""
    [.!?…;\n]
    (?: (?<=[.!?…])[.!?…]*["»)]*(?=\s|[А-ЯA-Z][а-я]|$)
      | (?<=;)(?=\s)
      | (?<=\n)(?=\s*(?:[-–•●▪*]\s|\d{1,2}[.)]\s))
      | (?<=\n)\s*\n
    )
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(r"([\w.-]*\w)$")
_AFTER = re.compile(r"[\s\"„“”«(]*([\w-]+)")
#: „615 350 лв. – държавният бюджет“, „2 000 лв. /с ДДС/“: no sentence begins so.
_GOES_ON = re.compile(r"[ \u00a0]*(?:[–—−-][ \u00a0]|[/(,;:+=*]|[–—-][а-я])")
_NUMBERS = (Lex.NUMBER, Lex.YEAR)
#: A full stop inside of these ends no sentence.
_WHOLE = (Lex.DATE, Lex.NUMBER, Lex.IDENTIFIER, Lex.NOISE)
_PROSE = (BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)


class Sentence(NamedTuple):
    """A sentence of the body: ``text[start:end]``, the index of its block, and its number in the document."""

    start: int
    end: int
    block: int
    number: int


@dataclass(frozen=True)
class Reading:
    """A document made ready for the rules; ``low`` is the body's shadow, ``whole`` that of the whole text."""

    document: Document
    low: str
    whole: str
    lexemes: tuple[Lexeme, ...]
    words: WordPlaces
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The canonical text."""
        return self.document.text

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [one.start for one in self.sentences]

    @cached_property
    def _block_starts(self) -> list[int]:
        return [one.start for one in self.blocks]

    @cached_property
    def numbers(self) -> tuple[Lexeme, ...]:
        """The lexemes that may count or measure something: numbers, and what looks like a year."""
        return tuple(one for one in self.lexemes if one.lex in _NUMBERS)

    @cached_property
    def has_cells(self) -> bool:
        """Whether there is a table in the document."""
        return any(one.cells for one in self.blocks)

    def sentence_at(self, place: int) -> Sentence | None:
        """Return the sentence that holds an offset, or None for furniture."""
        index = bisect_right(self._sentence_starts, place) - 1
        if index < 0 or self.sentences[index].end <= place:
            return None
        return self.sentences[index]

    def block_index(self, place: int) -> int | None:
        """Return the index of the block that holds an offset."""
        index = bisect_right(self._block_starts, place) - 1
        return index if index >= 0 and self.blocks[index].end > place else None

    def block_at(self, place: int) -> Block | None:
        """Return the block that holds an offset."""
        index = self.block_index(place)
        return None if index is None else self.blocks[index]

    def blocks_within(self, start: int, end: int) -> range:
        """Return the indices of the blocks that a stretch of the text touches."""
        first = max(bisect_right(self._block_starts, start) - 1, 0)
        return range(first, max(bisect_right(self._block_starts, end - 1), first + 1))

    def names(self, place: int) -> bool:
        """Say whether an identifier here may name the project: in the body, or in a letterhead.

        The furniture of a web page is its site's: a footer or a tail of other news names other projects.
        """
        block = self.block_at(place)
        return block is None or block.zone is Zone.BODY or self.document.media_type != "text/html"

    def cell_at(self, place: int) -> Cell | None:
        """Return the table cell that holds an offset, or None outside tables."""
        if not self.has_cells or (block := self.block_at(place)) is None:
            return None
        return next((cell for cell in block.cells if cell.start <= place < max(cell.end, cell.start + 1)), None)


def read_over(document: Document) -> Reading:
    """Make a document ready for the rules."""
    text = document.text
    whole = shadow(text)
    low = whole
    furniture = [one for one in document.blocks if one.zone is Zone.FURNITURE]
    if furniture:
        pieces, last = [], 0
        for block in furniture:
            pieces += [whole[last : block.start], " " * (block.end - block.start)]
            last = block.end
        low = "".join(pieces) + whole[last:]
    if document.media_type == "text/plain":
        low = _unwrapped(low, document.blocks)
    blocks = document.blocks or (Block(BlockKind.PARAGRAPH, 0, len(text)),)
    lexemes, tokens = lex(text, low)
    sentences = _sentences(text, low, blocks, lexemes)
    return Reading(document, low, whole, tuple(lexemes), tokens, blocks, sentences)


def _unwrapped(low: str, blocks: tuple[Block, ...]) -> str:
    """Take the line ends inside the paragraphs of a hard-wrapped text for blanks: „1 245⏎300,18 лв.“."""
    pieces, last = [], 0
    for block in blocks:
        if block.zone is Zone.BODY and block.kind in _PROSE and "\n" in low[block.start : block.end]:
            pieces += [low[last : block.start], low[block.start : block.end].replace("\n", " ")]
            last = block.end
    return "".join(pieces) + low[last:]


@cache
def _tables() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    table = words("sentences")
    return frozenset(table["abbreviations"]), frozenset(table["maybe"]), frozenset(table["openers"])


def _sentences(text: str, low: str, blocks: tuple[Block, ...], lexemes: list[Lexeme]) -> tuple[Sentence, ...]:
    found: list[Sentence] = []
    inside = [(one.start, one.end) for one in lexemes if one.lex in _WHOLE]
    starts = [start for start, _ in inside]
    open_end = False
    for index, block in enumerate(blocks):
        if block.zone is Zone.FURNITURE:
            continue
        start = block.start
        if open_end and block.kind is BlockKind.PARAGRAPH and text[start : start + 1].islower():
            # The sentence ran into a letterhead and goes on here.
            start = found.pop().start
        if block.kind not in _PROSE:
            found.append(Sentence(start, block.end, index, len(found)))
            open_end = False
            continue
        for stop in _stops(text, low, block, inside, starts):
            if text[start:stop].strip():
                found.append(Sentence(start, stop, index, len(found)))
                start = stop
        if text[start : block.end].strip():
            found.append(Sentence(start, block.end, index, len(found)))
        open_end = block.kind is not BlockKind.HEADING and text[block.end - 1 : block.end].isalpha()
    return tuple(found)


def _stops(text: str, low: str, block: Block, inside: list[tuple[int, int]], starts: list[int]) -> list[int]:
    abbreviations, maybe, openers = _tables()
    stops = []
    for match in _STOP.finditer(text, block.start, block.end):
        place, end = match.span()
        sign = match[0]
        if sign[0] in "\n;":
            stops.append(end)
            continue
        if end + 1 < block.end and text[end] == " " and text[end + 1].islower():
            continue  # most often: „17.10.2017 г. до“
        index = bisect_right(starts, place) - 1
        if index >= 0 and inside[index][1] > place + 1:
            continue
        if sign == "." and _GOES_ON.match(text, end, block.end):
            continue
        after = _AFTER.match(text, end, block.end)
        if after and after[1][0].islower():
            continue
        if sign == "." and after:
            before = _BEFORE.search(low[max(place - 12, 0) : place])
            word = before[1].rsplit("-", 1)[-1].lstrip("0123456789.,") if before else ""
            if word in abbreviations or (len(word) == 1 and word.isalpha() and word not in maybe):
                continue
            if before and before[1].isdigit() and len(before[1]) <= 2 and place - block.start < 5:
                continue
            if word in maybe and after[1].lower() not in openers:
                continue
        stops.append(end)
    return stops
