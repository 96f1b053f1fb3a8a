"""Which project a figure belongs to: the document's only one, or the nearest by row, item and paragraph."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from extractors.candidate import Candidate
from extractors.reading import Reading
from extractors.titles import find_titles
from extractors.titles_weighed import titles
from extractors.weights import Weights
from extractors.words import shape
from models.codes import ProjectCode, strip_contract
from models.document import Block, BlockKind, Zone
from models.vocabulary import Kind

_QUOTED = re.compile(r"\"([^\"\n\t]{6,200})\"")
_ROLES_OF_NONE = {"published", "legal_act", "programme_budget"}


def assign_projects(reading: Reading, candidates: Sequence[Candidate], model: Weights | None = None) -> None:
    """Set ``project`` on every candidate; ``model`` weighs which names in quotes are projects'."""
    codes = [one for one in candidates if one.kind is Kind.PROJECT_ID]
    distinct = {strip_contract(str(one.value)) for one in codes}
    if len(distinct) == 1:
        _single(candidates, [str(one.value) for one in codes])
    elif distinct:
        _several(reading, candidates, codes, find_titles(reading.text, reading.whole))
    else:
        titled = titles(reading, model)
        names = {name for _, name in titled}
        if len(names) == 1:
            _single(candidates, [titled[0][1]])
        elif names:
            _by_place(reading, candidates, titled)
    _of_rows(reading, candidates)
    _after(reading, candidates)
    for one in candidates:
        if one.of_none or one.role in _ROLES_OF_NONE or (one.kind is Kind.DATE and one.weak and one.role == "other"):
            one.project = None
        if one.kind is Kind.PROCEDURE_ID and _of_others(reading, one):
            one.project = None


def _of_rows(reading: Reading, candidates: Sequence[Candidate]) -> None:
    """Give a remark under a table the project of the row that it names: „По т. 2 – наетите са 12“."""
    if not any(block.kind is BlockKind.TABLE_ROW for block in reading.blocks):
        return
    names: dict[int | None, list[str]] = {}
    for one in candidates:
        if one.project:
            names.setdefault(reading.block_index(one.start), []).append(one.project)
    rows: list[str | None] = []
    above: dict[int, list[str | None]] = {}
    several = False
    for index, block in enumerate(reading.blocks):
        if block.kind is BlockKind.TABLE_HEADER:
            rows, several = [], False
        elif block.kind is BlockKind.TABLE_ROW:
            inside = names.get(index, [])
            rows.append(max(set(inside), key=inside.count) if inside else None)
            several = several or (len(rows) > 1 and rows[-1] is not None and rows[-1] != rows[0])
        elif several:
            above[index] = rows
    for one in candidates:
        place = reading.block_index(one.start)
        if place is None or place not in above or isinstance(one.value, ProjectCode):
            continue
        sentence = reading.sentence_at(one.start)
        block = reading.blocks[place]
        named = _ROW.match(reading.low, block.start, block.end)
        said = list(_ROW_WORD.finditer(reading.low, sentence.start, one.start)) if sentence else []
        number = int((said[-1] if said else named)["number"]) if said or named else 0  # type: ignore[index]
        listed = above[place]
        if 0 < number <= len(listed) and listed[number - 1]:
            one.project = listed[number - 1]


def _after(reading: Reading, candidates: Sequence[Candidate]) -> None:
    """Take the project from what is told of the time after it: „до 6 месеца след края на проекта“."""
    headings = [index for index, block in enumerate(reading.blocks) if block.kind is BlockKind.HEADING]
    told: dict[tuple[int, int], bool] = {}
    for one in candidates:
        sentence = reading.sentence_at(one.start)
        if sentence is None or one.role in _NOT_AFTER or one.kind in (Kind.PROJECT_ID, Kind.PROCEDURE_ID):
            continue
        places = [(sentence.start, sentence.end)]
        if above := bisect_right(headings, sentence.block):
            heading = reading.blocks[headings[above - 1]]
            places.append((heading.start, heading.end))
        for place in places:
            if place not in told:
                told[place] = _tells_after(reading, *place)
            if told[place]:
                one.project = None


def _tells_after(reading: Reading, start: int, end: int) -> bool:
    match = _AFTER.search(reading.low, start, end + _AFTER_LENGTH)
    return match is not None and match.start() < end


_ROW = re.compile(shape("subjects", "row").pattern.lstrip("^"))
_ROW_WORD = shape("subjects", "row_word")
_AFTER = shape("subjects", "after")
#: How far what tells it may run on, in characters.
_AFTER_LENGTH = 100
#: Even in a sentence about the time after it these are the project's own.
_NOT_AFTER = frozenset(("project_start", "project_end", "total_value", "grant", "spent", "contract_signed"))


def _single(candidates: Sequence[Candidate], names: list[str]) -> None:
    full = max(names, key=len)
    for one in candidates:
        one.project = str(one.value) if isinstance(one.value, ProjectCode) else full


_OTHERS = shape("subjects", "others")


def _of_others(reading: Reading, one: Candidate) -> bool:
    """Say whether a procedure is spoken of for others: „общините, чийто проекти приключват по процедурата …“."""
    sentence = reading.sentence_at(one.start)
    start = sentence.start if sentence else max(one.start - 80, 0)
    return bool(_OTHERS.search(reading.low, start, one.start))


def _several(
    reading: Reading, candidates: Sequence[Candidate], codes: Sequence[Candidate], titled: Sequence[tuple[int, str]]
) -> None:
    """Give each figure the project of its row or item, else the nearest before it, else the next in its block.

    A row or paragraph without a code names its project by the title that it quotes.
    """
    names = [(one.start, str(one.value)) for one in codes]
    coded = {reading.block_index(start) for start, _ in names}
    for start, title in titled:
        if reading.block_index(start) not in coded and _section(reading, start):
            names.append((start, title))
    for index, block in enumerate(reading.blocks):
        if block.kind is BlockKind.TABLE_ROW and index not in coded:
            quoted = _QUOTED.search(reading.whole, block.start, block.end)
            span = quoted.span(1) if quoted else _named_cell(reading, block)
            if span is not None:
                names.append((span[0], reading.text[span[0] : span[1]].strip()))
    _by_place(reading, candidates, sorted(names))


def _named_cell(reading: Reading, block: Block) -> tuple[int, int] | None:
    """Return the cell that names a row's project, under „Проект“, „Обект“, „Наименование“."""
    for cell in block.cells:
        named = any(_NAMES_PROJECT.search(header.lower()) for header in cell.headers[:1])
        text = reading.low[cell.start : cell.end]
        if named and sum(one.isalpha() for one in text) > _LETTERS and not shape("roles", "total_row").match(text):
            return cell.start, cell.end
    return None


_NAMES_PROJECT = shape("subjects", "names_project")
#: A name has more letters than this; a number, „б.д.“ or a dash has fewer.
_LETTERS = 5


def _section(reading: Reading, place: int) -> bool:
    """Say whether a title opens a numbered part of a report: „6. Проект „Пазарджик – град на младите““."""
    index = reading.block_index(place)
    return index is not None and reading.blocks[index].kind in (BlockKind.LIST_ITEM, BlockKind.HEADING)


def _by_place(reading: Reading, candidates: Sequence[Candidate], names: list[tuple[int, str]]) -> None:
    blocks: dict[int | None, list[tuple[int, str]]] = {}
    for start, name in names:
        blocks.setdefault(reading.block_index(start), []).append((start, name))
    for one in candidates:
        if isinstance(one.value, ProjectCode):
            one.project = str(one.value)
            continue
        index = reading.block_index(one.start)
        here = blocks.get(index, [])
        if len({strip_contract(name) for _, name in here}) == 1:
            one.project = here[0][1]
            continue
        if here:
            before = [name for start, name in here if start < one.start]
            one.project = before[-1] if before else here[0][1]
            continue
        earlier = [name for start, name in names if start < one.start]
        if earlier:
            one.project = earlier[-1]
        elif (
            (index is not None and reading.blocks[index].kind is BlockKind.HEADING)
            or reading.blocks[reading.block_index(names[0][0]) or 0].zone is Zone.FURNITURE
            or len(names) == 1
        ):
            one.project = names[0][1]
        else:
            one.project = names[0][1]
