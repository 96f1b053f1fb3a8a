"""Where the words of a role stand when not in the own clause: headers, rows, lead-ins, lines that end in a colon.

„ОБЩО“ under the projects of a town sums them up; under the costs of one project it is the project's whole.
"""

from collections.abc import Iterator, Sequence

from extractors.candidate import Candidate
from extractors.cue_places import CuePlaces
from extractors.lexer import Lex
from extractors.reading import Reading, Sentence
from extractors.scoring import Vote, best_by_role
from extractors.words import shape, words
from models.document import BlockKind, Cell
from models.vocabulary import Kind

#: How much the label of the row counts beside the header of the column.
_ROW = 0.9


def by_headers(reading: Reading, cues: CuePlaces, topic: str, cell: Cell, sentence: Sentence | None) -> list[Vote]:
    """Read a cell by its column, its row („Геострой Юг“ АД | 2 077 316,44), else by what stands over the table."""
    votes = [
        Vote(cue.rule.role, cue.rule.weight * (_ROW if place else 1.0), cue)
        for place, header in enumerate(cell.headers)
        for cue in cues.in_header(topic, header)
    ]
    if votes or sentence is None:
        return best_by_role(votes)
    lead = lead_in(reading, sentence.block)
    return best_by_role(distant(cues, topic, lead.start, lead.end, 1.0)) if lead else []


def has_sum(reading: Reading, lead: Sentence) -> bool:
    """Say whether a lead-in tells a sum that its items divide: „помощта е 191 262,50 лв. и се разпределя така:“."""
    told = reading.low[lead.start : lead.end]
    return told.rstrip().endswith(":") and any(unit in told for unit in words("shapes")["roles"]["currency"])


def distant(cues: CuePlaces, topic: str, start: int, end: int, factor: float) -> list[Vote]:
    """Return the voices of words far from the value; those that reach far alone."""
    return [
        Vote(cue.rule.role, cue.rule.weight * factor * 0.6, cue)
        for cue in cues.within(topic, start, end)
        if cue.rule.reach >= 100
    ]


def lead_in(reading: Reading, block: int) -> Sentence | None:
    """Return the sentence before a list: „Целевата група включва:“."""
    for sentence in reversed(reading.sentences):
        if (
            sentence.block < block
            and not reading.blocks[sentence.block].cells
            and (reading.blocks[sentence.block].kind is not BlockKind.LIST_ITEM)
        ):
            return sentence
    return None


#: How many lines back a line that ends in a colon may stand.
_LINES = 4


def colon_lead(reading: Reading, sentence: Sentence) -> Sentence | None:
    """Return the line that a short line belongs under: „БФП за един проект:⏎Минимум: 15 000 лв.⏎Максимум: …“."""
    for back in range(1, _LINES + 1):
        if sentence.number < back:
            return None
        before = reading.sentences[sentence.number - back]
        told = reading.low[before.start : before.end].rstrip()
        if len(told) > _SHORT or reading.low[before.end : sentence.start].count("\n\n") > 1:
            return None
        if told.endswith(":") or reading.blocks[before.block].kind is BlockKind.HEADING:
            return before
    return None


#: A line longer than this is a sentence of its own, in characters.
_SHORT = 160


def settle(reading: Reading, candidates: Sequence[Candidate]) -> None:
    """Tell the sums of a table from their total, and the parts of a call's money from a project's."""
    amounts = [one for one in candidates if one.kind is Kind.AMOUNT]
    if not amounts:
        return
    for rows in _tables(reading):
        _settle_table(reading, rows, amounts)
    _settle_calls(reading, amounts)


def _tables(reading: Reading) -> Iterator[list[int]]:
    """Yield the blocks of each table that has rows."""
    rows: list[int] = []
    for index, block in enumerate(reading.blocks):
        if block.kind is BlockKind.TABLE_ROW:
            rows.append(index)
        elif rows:
            yield rows
            rows = []
    if rows:
        yield rows


def _settle_table(reading: Reading, rows: list[int], amounts: Sequence[Candidate]) -> None:
    first, last = reading.blocks[rows[0]].start, reading.blocks[rows[-1]].end
    totals = {index for index in rows if _TOTAL.match(reading.low, *_label(reading, index))}
    inside = [one for one in amounts if first <= one.start < last]
    if not totals or not inside:
        return
    codes = {
        reading.low[one.start : one.end]
        for one in reading.lexemes
        if one.lex is Lex.IDENTIFIER and first <= one.start < last
    }
    _link_rows(reading, inside, totals)
    for one in inside:
        total = reading.block_index(one.start) in totals
        if total and len(codes) > 1:
            one.of_none = True
            one.reasons.append("the total of several projects")
            if one.role in _OF_ONE:
                one.role = "programme_budget"
        elif not total and not codes and one.role == "total_value":
            one.role = "other"
            one.reasons.append("a line of a budget")


def _link_rows(reading: Reading, inside: Sequence[Candidate], totals: set[int]) -> None:
    """Make each row's sum a part of the sum of its column."""
    columns: dict[str, Candidate] = {}
    for one in inside:
        cell = reading.cell_at(one.start)
        if cell is not None and cell.headers and reading.block_index(one.start) in totals:
            columns[cell.headers[0]] = one
    for one in inside:
        cell = reading.cell_at(one.start)
        whole = columns.get(cell.headers[0]) if cell is not None and cell.headers else None
        if whole is not None and one is not whole and reading.block_index(one.start) not in totals:
            one.part_of = whole.start


def _label(reading: Reading, index: int) -> tuple[int, int]:
    block = reading.blocks[index]
    cell = next((one for one in block.cells if reading.low[one.start : one.end].strip()), None)
    return (cell.start, cell.end) if cell else (block.start, block.end)


_TOTAL = shape("roles", "total_row")
#: What a single project's sum may be.
_OF_ONE = frozenset(("total_value", "grant", "other"))
_PARTS = frozenset(("eu_funding", "national_funding", "total_value", "other"))


def _settle_calls(reading: Reading, amounts: Sequence[Candidate]) -> None:
    """Give the items under „Общ размер на средствата по процедурата: 1 450 000 лв., в това число:“ to the call."""
    open_block = None
    for one in amounts:
        sentence = reading.sentence_at(one.start)
        if sentence is None:
            continue
        if open_block is not None and sentence.block - open_block in (0, 1) and one.role in _PARTS and one.per is None:
            one.role = "programme_budget"
            one.reasons.append("a part of a call's money")
        elif one.role != "programme_budget":
            open_block = None
            continue
        told = reading.low[one.end : sentence.end].rstrip()
        open_block = sentence.block if open_block is not None or told.endswith(":") else None
