r"""The reader of plain text: a text that is already canonical, divided into blocks where it stands.

A blank line ends a block; ``- ``, ``• ``, ``1. `` begin list items; consecutive lines with the same number of tabs
or of ``|`` or ``;`` are a table whose first line, where it tells no numbers, is the header.
"""

import re
from datetime import date

from extractors.canonical import canonical, shadow
from extractors.furniture import find_furniture, find_letterheads
from extractors.line_ends import ends_sentence, runs_on
from models.document import Block, BlockKind, Cell, Document, Zone

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"[^\n]*\S")
_BULLET = re.compile(r"[^\S\n]*(?:[-–—•·▪►*]|\d{1,2}[.)]|[а-яa-z]\)|[ivx]{1,4}\.)[^\S\n]+", re.IGNORECASE)
_CELLS = re.compile(r"[^|\t]+")
_PIPED = re.compile(r"\|[^\n]*\|")
#: Without one of these there are no columns.
_BETWEEN_CELLS = ("\t", "|", ";", "  ", "\u00a0")
_RULED = re.compile(r"[|\s:=-]+")

Span = tuple[int, int]


def read_text(text: str, *, published: date | None = None, title: str | None = None) -> Document:
    r"""Make a document of a bare text; its text is the given one in NFC with ``\\n`` line ends."""
    text = canonical(text)
    low = shadow(text)
    paragraphs = _paragraphs(text)
    letterheads = find_letterheads(text, low, paragraphs)
    lines: list[Span] = []
    inside: set[int] = set()
    for index, (start, end) in enumerate(paragraphs):
        for match in _LINE.finditer(text, start, end):
            if index in letterheads:
                inside.add(len(lines))
            lines.append(_trimmed(text, *match.span()))
    furniture = find_furniture(low, lines) | inside
    blocks: list[Block] = []
    first = 0
    for _, end in paragraphs:
        last = first
        while last < len(lines) and lines[last][0] < end:
            last += 1
        blocks += _blocks(text, lines, range(first, last), furniture)
        first = last
    title = title or next((text[one.start : one.end] for one in blocks if _is_title(text, one)), None)
    return Document(text, "text/plain", tuple(blocks), title, published)


def _paragraphs(text: str) -> list[Span]:
    """Return the stretches between blank lines, white space around them left out."""
    found = []
    start = len(text) - len(text.lstrip())
    stop = len(text.rstrip())
    for gap in _BLANK.finditer(text, start, stop):
        found.append((start, start + len(text[start : gap.start()].rstrip())))
        start = gap.end()
    if start < stop:
        found.append((start, stop))
    return found


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end


def _is_title(text: str, block: Block) -> bool:
    return block.zone is Zone.BODY and 8 <= block.end - block.start <= 300 and "\n" not in text[block.start : block.end]


def _blocks(text: str, lines: list[Span], numbers: range, furniture: set[int]) -> list[Block]:
    """Divide one paragraph: a table, or runs of lines that each begin at a bullet or after a closed line."""
    if len(numbers) == 1:
        # Most paragraphs are one line.
        start, end = lines[numbers[0]]
        zone = Zone.FURNITURE if numbers[0] in furniture else Zone.BODY
        if _BULLET.match(text, start, end):
            return [Block(BlockKind.LIST_ITEM, start, end, zone)]
        if _is_heading(text[start:end]):
            return [Block(BlockKind.HEADING, start, end, zone, level=2)]
        return [Block(BlockKind.PARAGRAPH, start, end, zone)]
    spans = [lines[number] for number in numbers]
    zones = [Zone.FURNITURE if number in furniture else Zone.BODY for number in numbers]
    told = text[spans[0][0] : spans[-1][1]] if spans else ""
    columns = any(sign in told for sign in _BETWEEN_CELLS)
    if columns and (rows := _table(text, spans, zones)):
        return rows
    rowed = [
        index
        for index, span in enumerate(spans if columns else ())
        if "\t" in text[slice(*span)] or " | " in text[slice(*span)]
    ]
    if len(rowed) > 1 and len(rowed) < len(spans) and rowed[-1] - rowed[0] == len(rowed) - 1:
        # „Постъпили в срок: 64⏎Длъжност | Допуснати | Класирани⏎…“: lines stand over or under the table
        first, last = rowed[0], rowed[-1] + 1
        if rows := _table(text, spans[first:last], zones[first:last]):
            return [
                *_blocks(text, lines, numbers[:first], furniture),
                *rows,
                *_blocks(text, lines, numbers[last:], furniture),
            ]
    blocks: list[Block] = []
    for index, ((start, end), zone) in enumerate(zip(spans, zones, strict=True)):
        bullet = _BULLET.match(text, start, end)
        if (
            blocks
            and not bullet
            and blocks[-1].zone is zone
            and _runs_on(text, blocks[-1], spans[index - 1], (start, end))
        ):
            blocks[-1] = Block(blocks[-1].kind, blocks[-1].start, end, zone)
            continue
        kind = BlockKind.LIST_ITEM if bullet else BlockKind.PARAGRAPH
        blocks.append(Block(kind, start, end, zone))
    if (
        len(blocks) == 1
        and blocks[0].kind is BlockKind.PARAGRAPH
        and _is_heading(text[blocks[0].start : blocks[0].end])
    ):
        blocks[0] = Block(BlockKind.HEADING, blocks[0].start, blocks[0].end, blocks[0].zone, level=2)
    return blocks


def _runs_on(text: str, block: Block, before: Span, line: Span) -> bool:
    """Say whether a line continues the one before: hard-wrapped text does, a list of short lines does not."""
    return runs_on(text[slice(*before)], text[slice(*line)], wrapped=block.start < before[0])


def _is_heading(line: str) -> bool:
    return len(line) <= 160 and "\n" not in line and not ends_sentence(line)


def _table(text: str, spans: list[Span], zones: list[Zone]) -> list[Block]:
    kept = [index for index, (start, end) in enumerate(spans) if not _RULED.fullmatch(text[start:end])]
    if len(kept) < 2:
        return []
    spans, zones = [spans[index] for index in kept], [zones[index] for index in kept]
    if all(_PIPED.fullmatch(text[start:end]) for start, end in spans):
        # „| 1. | Дом | 903 116,40 |“: the outer strokes are no cells.
        spans = [(start + 1, end - 1) for start, end in spans]
    rows = _separated(text, spans) or _aligned(text, spans)
    if not rows:
        return []
    heads = 0
    while heads < min(3, len(rows) - 1) and not _has_numbers(text, rows[heads]):
        heads += 1
    columns = max(map(len, rows))
    names = [
        " ".join(
            text[slice(*row[column])] for row in rows[:heads] if column < len(row) and row[column][0] < row[column][1]
        )
        for column in range(columns)
    ]
    blocks = []
    for index, (row, (start, end), zone) in enumerate(zip(rows, spans, zones, strict=True)):
        if index < heads:
            cells = tuple(Cell(*span) for span in row)
            blocks.append(Block(BlockKind.TABLE_HEADER, start, end, zone, cells=cells))
            continue
        cells = tuple(Cell(*span, headers=_headers(names, column, text, row)) for column, span in enumerate(row))
        blocks.append(Block(BlockKind.TABLE_ROW, start, end, zone, cells=cells))
    return blocks


def _has_numbers(text: str, row: list[Span]) -> bool:
    """Say whether a row tells numbers; years and what stands in brackets are names of columns, too."""
    return any(one.isdigit() for span in row for one in re.sub(r"\(.*?\)|20\d\d(?:/\d\d)?", "", text[slice(*span)]))


def _separated(text: str, spans: list[Span]) -> list[list[Span]]:
    """Return the cells of lines that one sign divides: a tab, a stroke, a semicolon."""
    first = text[slice(*spans[0])]
    separator = next((one for one in "\t|;" if one in first), "|")
    counts = [text[start:end].count(separator) for start, end in spans]
    columns = max(counts)
    # The last cells of a row may be empty, and their separators trimmed with the line.
    ragged = sum(one != columns for one in counts)
    if not columns or min(counts) == 0 or (ragged and (columns < 3 or ragged > len(counts) / 3)):
        return []
    if separator == ";" and (ragged or columns < 2 or len(spans) < 3):
        return []
    return [_cells(text, start, end, separator) for start, end in spans]


_GAP = re.compile(r"[ \u00a0]{2,}")
#: So many lines must have so many gaps of two blanks and more before they are taken for a table of columns.
_ALIGNED_LINES, _ALIGNED_GAPS = 3, 2


def _aligned(text: str, spans: list[Span]) -> list[list[Span]]:
    """Return the cells of lines whose columns stand under each other, as a PDF or an office file leaves them."""
    if len(spans) < _ALIGNED_LINES:
        return []
    pieces = [_spaced(text, *span) for span in spans]
    if sum(len(row) > _ALIGNED_GAPS for row in pieces) < max(_ALIGNED_LINES, len(pieces) * 0.6):
        return []
    lefts = [text.rfind("\n", 0, start) + 1 for start, _ in spans]
    # The columns are those of the fullest lines; every other cell belongs to the one that it stands nearest to.
    full = [
        [(start - left, end - left) for start, end in row]
        for row, left in zip(pieces, lefts, strict=True)
        if len(row) == max(map(len, pieces))
    ]
    places = [(min(start for start, _ in cells), max(end for _, end in cells)) for cells in zip(*full, strict=True)]
    rows = []
    for row, left in zip(pieces, lefts, strict=True):
        if len(row) == len(places):
            rows.append(row)
            continue
        cells = [(row[0][0], row[0][0])] * len(places)
        for start, end in row:
            near = min(range(len(places)), key=lambda one: _apart(places[one], (start - left, end - left)))
            cells[near] = (cells[near][0], end) if cells[near][0] < cells[near][1] else (start, end)
        rows.append(cells)
    return rows


def _apart(one: Span, other: Span) -> int:
    """Return how far two stretches of a line stand apart; less than nothing where they overlap."""
    return max(one[0], other[0]) - min(one[1], other[1])


def _spaced(text: str, start: int, end: int) -> list[Span]:
    pieces, at = [], start
    for gap in _GAP.finditer(text, start, end):
        if gap.start() > at:
            pieces.append((at, gap.start()))
        at = gap.end()
    if at < end:
        pieces.append((at, end))
    return pieces


def _headers(names: list[str], column: int, text: str, row: list[Span]) -> tuple[str, ...]:
    found = [names[column]] if column < len(names) and names[column] else []
    label = text[slice(*row[0])]
    if column and any(one.isalpha() for one in label):
        found.append(label)
    return tuple(found)


def _cells(text: str, start: int, end: int, separator: str) -> list[Span]:
    cells, at = [], start
    for piece in text[start:end].split(separator):
        inner = piece.strip()
        left = at + (len(piece) - len(piece.lstrip()) if inner else 0)
        cells.append((left, left + len(inner)))
        at += len(piece) + len(separator)
    return cells
