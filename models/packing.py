"""Blocks and layout of a document as short texts: ``[["h",0,41,1],["p",43,520,0]]`` is a heading and a paragraph.

Blocks are JSON lists. A layout is small beside its text (some bytes a line): each run is written as
``length:gap:jump:pages``, how far it begins behind the end of the run before it in the text (gap), in the page's
characters (jump) and in pages; what is as in the run before is left out, and a step that every page has is a letter
(``59a``), so that most runs are one number.
"""

import json
from collections.abc import Iterator

from models.document import Block, BlockKind, Cell, Layout, Run, Zone
from models.keys import compact

_KINDS = {
    BlockKind.HEADING: "h",
    BlockKind.PARAGRAPH: "p",
    BlockKind.LIST_ITEM: "l",
    BlockKind.TABLE_HEADER: "t",
    BlockKind.TABLE_ROW: "r",
}
#: Gap, jump and pages from one line to the next: in a paragraph and to the next one, of pdfium's text and of a scan's,
#: and over a broken word.
_STEPS = {"a": (1, 2, 0), "b": (2, 2, 0), "c": (1, 1, 0), "d": (2, 1, 0), "e": (0, 1, 0), "f": (0, 2, 0)}
_LETTER_OF = {steps: letter for letter, steps in _STEPS.items()}
_KIND_OF = {letter: kind for kind, letter in _KINDS.items()}


def pack_blocks(blocks: tuple[Block, ...]) -> str:
    """Write blocks as JSON: kind's letter (capital for furniture), start, end, level, and cells where there are any."""
    rows: list[list[object]] = []
    for block in blocks:
        letter = _KINDS[block.kind]
        row: list[object] = [letter if block.zone is Zone.BODY else letter.upper(), block.start, block.end, block.level]
        if block.cells:
            row.append([[cell.start, cell.end, *cell.headers] for cell in block.cells])
        rows.append(row)
    return compact(rows)


def unpack_blocks(packed: str) -> tuple[Block, ...]:
    """Read back what ``pack_blocks`` wrote."""
    blocks = []
    for letter, start, end, level, *cells in json.loads(packed):
        zone = Zone.FURNITURE if letter.isupper() else Zone.BODY
        read = tuple(Cell(first, last, tuple(headers)) for first, last, *headers in (cells[0] if cells else ()))
        blocks.append(Block(_KIND_OF[letter.lower()], start, end, zone, level, read))
    return tuple(blocks)


def pack_layout(layout: Layout | None) -> str | None:
    """Write the pages' sizes and the runs; None stays None."""
    if layout is None:
        return None
    return compact({"pages": [list(page) for page in layout.pages], "runs": " ".join(_pack_runs(layout.runs))})


def unpack_layout(packed: str | None) -> Layout | None:
    """Read back what ``pack_layout`` wrote."""
    if packed is None:
        return None
    record = json.loads(packed)
    return Layout(tuple((page[0], page[1]) for page in record["pages"]), tuple(_unpack_runs(record["runs"])))


def _pack_runs(runs: tuple[Run, ...]) -> Iterator[str]:
    before, steps = Run(0, 0, 1, 0), (0, 0, 0)
    for run in runs:
        index = before.index + before.length if run.page == before.page else 0
        found = (run.start - before.start - before.length, run.index - index, run.page - before.page)
        if found == steps:
            yield str(run.length)
        elif letter := _LETTER_OF.get(found):
            yield f"{run.length}{letter}"
        else:
            yield ":".join(map(str, (run.length, *found)))
        before, steps = run, found


def _unpack_runs(packed: str) -> Iterator[Run]:
    before, steps = Run(0, 0, 1, 0), (0, 0, 0)
    for one in packed.split():
        if one[-1].isalpha():
            steps, one = _STEPS[one[-1]], one[:-1]
        length, *found = map(int, one.split(":"))
        if found:
            steps = (found[0], found[1], found[2])
        gap, jump, pages = steps
        index = before.index + before.length if pages == 0 else 0
        before = Run(before.start + before.length + gap, length, before.page + pages, index + jump)
        yield before
