"""Counts of people in tables that other cells explain: the row of totals, a column „Напуснали“ beside „Ползватели“."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.lexer import Lex, Lexeme
from extractors.reading import Reading
from extractors.words import shape, words
from models.document import Block, BlockKind

_TOTAL = shape("headcounts", "total_row")
_COLUMNS: list[str] = words("people")["columns"]["moves"]
#: In how many rows above a total its column must count people.
_ROWS_TOLD = 2


class Bare(NamedTuple):
    """A number that fills its cell and that nothing explains, and what it counts as."""

    lexeme: Lexeme
    role: str


def explained_by_others(
    reading: Reading,
    numbers: Sequence[Lexeme],
    found: Sequence[Candidate],
    used: set[int],
    jobs: Sequence[str],
) -> Iterator[Bare]:
    """Yield the bare numbers of tables whose role the counts in their column or row decide.

    ``found`` are the counts known so far; a column of several jobs adds up to staff (``jobs`` are their roles).
    """
    if not reading.has_cells:
        return
    counts = {one.start: one for one in found if one.role is not None}
    left = {one.start: one for one in numbers if one.start not in used and one.lex is Lex.NUMBER}
    for is_row, run in groupby(reading.blocks, key=lambda block: block.kind is BlockKind.TABLE_ROW):
        if is_row:
            yield from _of_table(reading, list(run), counts, left, jobs)


def _of_table(
    reading: Reading,
    rows: Sequence[Block],
    counts: Mapping[int, Candidate],
    left: Mapping[int, Lexeme],
    jobs: Sequence[str],
) -> Iterator[Bare]:
    columns: dict[int, list[str]] = {}
    for row in rows:
        total = _TOTAL.match(reading.low, row.start, row.end) is not None
        before: str | None = None
        for number, cell in enumerate(row.cells):
            start = (
                cell.start
                + len(reading.text[cell.start : cell.end])
                - len(reading.text[cell.start : cell.end].lstrip())
            )
            known, bare = counts.get(start), left.get(start)
            if known is not None and known.role is not None:
                before = known.role
                columns.setdefault(number, []).append(known.role)
            elif bare is None or reading.low[bare.end : cell.end].strip(" .*"):
                continue
            elif total and len(told := columns.get(number, [])) >= _ROWS_TOLD:
                if len(set(told)) == 1:
                    yield Bare(bare, told[0])
                elif set(told) <= set(jobs):
                    yield Bare(bare, "staff")
            elif before and cell.headers and any(word in cell.headers[0].lower() for word in _COLUMNS):
                yield Bare(bare, before)
