"""Amounts in tables: bare numbers whose header, row, lead-in or document tells the currency."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.lexer import Lexeme
from extractors.money import amount, currencies, scaled
from extractors.reading import Reading
from extractors.words import shape
from models.document import Block, BlockKind, Cell
from models.vocabulary import Kind

_UNIT = shape("amounts", "header_unit")
_UNIT_OVER = shape("amounts", "unit_over")
_MONEY = shape("amounts", "header_money")
_CELL_MONEY = re.compile(r"\d{1,3}(?:[ .,']\d{3})+(?:[.,]\d\d)?|\d{3,}(?:[.,]\d\d)?")
#: Written as nothing but money is, whole or in thousands.
_CENTS = re.compile(r"\d{1,3}(?:[ .,']\d{3})*[.,]\d\d")
_TENTHS = re.compile(r"\d{1,3}(?:[ .']\d{3})*[.,]\d")
#: How many short lines may stand between a table and the one that tells its unit: „Таблица 1“.
_TITLES, _SHORT = 2, 60

_ROWS = (BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER)


class _Unit(NamedTuple):
    """What a text says of its sums: „хил. лв.“; ``factor`` is the multiplier's word."""

    currency: str
    factor: str | None


def in_cells(reading: Reading, numbers: Sequence[Lexeme], used: set[int]) -> list[Candidate]:
    """Return the bare numbers of table cells whose header tells a currency: „Обща стойност (лв.)“.

    Where the header tells none, the row does („Разплатени средства | лв. | 512 900,00“), the line over the table
    („Бюджетни параметри (в евро)“), or, of a header that speaks of money, the document („сумите са в лева“).
    """
    return _Cells(reading).amounts(numbers, used) if reading.has_cells else []


class _Cells:
    """The tables of a document, and what each says of its sums."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._over: dict[int, _Unit | None] = {}

    def amounts(self, numbers: Sequence[Lexeme], used: set[int]) -> list[Candidate]:
        found: list[Candidate] = []
        low = self._reading.low
        for lexeme in numbers:
            if lexeme.start in used or (cell := self._reading.cell_at(lexeme.start)) is None:
                continue
            rest = low[cell.start : lexeme.start] + low[lexeme.end : cell.end]
            if rest.strip(" .*") or not isinstance(lexeme.value, Decimal):
                continue
            digits, number = low[lexeme.start : lexeme.end], lexeme.value
            unit = self._unit(cell, digits)
            if unit is None:
                continue
            if unit.factor:
                number = scaled(number, digits, unit.factor, lexeme.spelled)
            value = amount(number, unit.currency)
            if value is not None:
                used.add(lexeme.start)
                found.append(Candidate(Kind.AMOUNT, lexeme.start, lexeme.end, value, "amount under its header"))
        return found

    def _unit(self, cell: Cell, digits: str) -> _Unit | None:
        for header in cell.headers:
            if match := _UNIT.search(header.lower()):
                return _unit_of(match)
        money = any(_MONEY.search(one.lower()) for one in cell.headers[:1])
        index = self._reading.block_index(cell.start)
        if index is not None:
            unit = self._in_row(self._reading.blocks[index]) or self._over_table(index)
            if unit is not None and (
                _CENTS.fullmatch(digits)
                or (unit.factor and _TENTHS.fullmatch(digits))
                or (money and _CELL_MONEY.fullmatch(digits))
            ):
                return unit
        if not money:
            return None
        unit = self._told
        return unit if unit is None or unit.factor or _CELL_MONEY.fullmatch(digits) else None

    def _in_row(self, row: Block) -> _Unit | None:
        """Return the unit that a cell of the row is."""
        for cell in row.cells:
            match = _UNIT.match(self._reading.low, cell.start, cell.end)
            if match and not self._reading.low[match.end() : cell.end].strip(" ."):
                return _unit_of(match)
        return None

    def _over_table(self, index: int) -> _Unit | None:
        """Return the unit in the lines over the table that a row belongs to, or in the corner of its header."""
        blocks = self._reading.blocks
        first = index
        while first and blocks[first].kind is BlockKind.TABLE_ROW and first not in self._over:
            first -= 1
        unit = self._over[first] if first in self._over else self._told_over(first)
        for number in range(first, index + 1):
            self._over[number] = unit
        return unit

    def _told_over(self, first: int) -> _Unit | None:
        """Return the unit told by the block that a table's rows begin after: its header, or what stands over it."""
        blocks, low = self._reading.blocks, self._reading.low
        last = first
        if blocks[first].kind is BlockKind.TABLE_HEADER and blocks[first].cells:
            corner = blocks[first].cells[0]
            if match := _UNIT_OVER.search(low, corner.start, corner.end):
                return _unit_of(match)
            last -= 1
        for number in range(last, max(last - _TITLES - 1, -1), -1):
            told = blocks[number]
            if told.kind in _ROWS:
                return None
            units = {_unit_of(match) for match in _UNIT_OVER.finditer(low, told.start, told.end)}
            if units or told.end - told.start > _SHORT:
                return units.pop() if len(units) == 1 else None
        return None

    @cached_property
    def _told(self) -> _Unit | None:
        """Return the one unit that a document speaks of: of its tables, else of its sums."""
        return _told_unit(self._reading.low)


def stated_currency(low: str) -> str | None:
    """Return the currency of all sums that a document states: „където няма друго указание, сумите са в лева“."""
    found = {_unit_of(match) for match in shape("amounts", "table_currency").finditer(low)}
    unit = found.pop() if len(found) == 1 else None
    return unit.currency if unit and not unit.factor else None


def _told_unit(low: str) -> _Unit | None:
    for pattern in (shape("amounts", "table_currency"), _UNIT):
        told = {_unit_of(match) for match in pattern.finditer(low)}
        if told:
            return told.pop() if len(told) == 1 else None
    return None


def _unit_of(match: re.Match[str]) -> _Unit:
    return _Unit(currencies()[match["currency"]], match["factor"])
