"""Lengths of time whose unit stands elsewhere: ``22 месеца, от които 18 са за услугите``, ``Срок (мес.) | 24``."""

from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.durations_units import duration, number_of, value_of
from extractors.lexer import Lexeme
from extractors.reading import Reading
from extractors.words import shape
from models.values import Duration

_OF_WHICH = shape("durations", "of_which")
_INSTEAD, _INSTEAD_BEHIND = shape("durations", "instead"), shape("durations", "instead_behind")
_COLUMN, _COLUMN_UNIT = shape("durations", "column"), shape("durations", "column_unit")
#: How far before it the length may stand that tells a number its unit, in characters.
_BESIDE = 90


def understood(reading: Reading, numbers: list[Lexeme], found: list[Candidate], used: set[int]) -> None:
    """Add to ``found`` the numbers whose unit is told by a length before or by the header of their column."""
    _of_which(reading, numbers, found, used)
    _instead(reading, numbers, found, used)
    found += _in_cells(reading, numbers, used)


def _of_which(reading: Reading, numbers: list[Lexeme], found: list[Candidate], used: set[int]) -> None:
    """Take a number whose unit is understood: „22 месеца, от които 18 са за услугите“."""
    for lexeme in numbers:
        number = number_of(lexeme)
        if lexeme.start in used or number is None or number > 60:
            continue
        lead = _OF_WHICH.search(reading.low, max(lexeme.start - 24, 0), lexeme.start)
        whole = next((one for one in found if lead and one.end == lead.start()), None)
        if whole is None or not isinstance(whole.value, Duration) or whole.value.years or whole.value.months <= number:
            continue
        if shape("durations", "understood_behind").match(reading.low[lexeme.end : lexeme.end + 5]):
            used.add(lexeme.start)
            found.append(duration(lexeme.start, lexeme.end, Duration(months=number), "unit understood"))


def _instead(reading: Reading, numbers: list[Lexeme], found: list[Candidate], used: set[int]) -> None:
    """Take a number whose unit the length before it tells: „проточи се 26 месеца вместо предвидените 20“."""
    low = reading.low
    for lexeme in numbers:
        number = number_of(lexeme)
        lead = _INSTEAD.search(low, max(lexeme.start - 40, 0), lexeme.start) if lexeme.start not in used else None
        if lead is None or number is None or not _INSTEAD_BEHIND.match(low, lexeme.end):
            continue
        sentence = reading.sentence_at(lexeme.start)
        start = sentence.start if sentence else lexeme.start - _BESIDE
        near = [one for one in found if max(start, lexeme.start - _BESIDE) <= one.start < lexeme.start]
        unit = near[-1].value if near else None
        if not isinstance(unit, Duration) or sum(map(bool, (unit.years, unit.months, unit.weeks, unit.days))) != 1:
            continue
        used.add(lexeme.start)
        name = next(name for name in ("years", "months", "weeks", "days") if getattr(unit, name))
        one = duration(lexeme.start, lexeme.end, Duration(**{name: number}), "unit understood")
        one.working_days = near[-1].working_days
        found.append(one)


def _in_cells(reading: Reading, numbers: list[Lexeme], used: set[int]) -> Iterator[Candidate]:
    """Yield the numbers that fill cells of a column of lengths: „Срок (мес.)“."""
    if not reading.has_cells:
        return
    for lexeme in numbers:
        number = number_of(lexeme)
        cell = reading.cell_at(lexeme.start) if lexeme.start not in used and number is not None else None
        if cell is None or number is None or not cell.headers:
            continue
        header = cell.headers[0].lower()
        unit = _COLUMN_UNIT.search(header) if _COLUMN.search(header) else None
        beside = reading.low[cell.start : lexeme.start] + reading.low[lexeme.end : cell.end]
        if unit is not None and not beside.strip():
            used.add(lexeme.start)
            yield duration(lexeme.start, lexeme.end, value_of(unit, number), "duration under its header")
