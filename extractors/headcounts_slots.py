"""Numbers that may count people, before anything is said of a noun: ``76``, ``72-ма``, ``седем /7/``, ``9 хиляди``."""

import re
from decimal import Decimal
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.lexer import Lexeme
from extractors.words import shape, words
from models.values import Headcount
from models.vocabulary import Kind, head_unit

_ENDING = shape("headcounts", "ending")
_SPELLED = re.compile(r"[ ]*[/(][ ]*[^/()\d\n]{2,60}[/)]")
#: „седем /7/ социални асистенти“
_DIGITS = re.compile(r"[ ]*[/(][ ]*\d{1,4}[ ]*[/)]")
_PERCENT = shape("headcounts", "percent")
_THOUSANDS = shape("headcounts", "thousands")


class Slot(NamedTuple):
    """A number that may count people: where its digits end, and what stands between it and its noun."""

    lexeme: Lexeme
    number: int
    after: int


#: The slots of the numbers that nothing else uses, by their start; None where a number counts no people.
Slots = dict[int, Slot | None]


def slot_of(low: str, lexeme: Lexeme) -> Slot | None:
    """Return what a number of the shadow may count, or None for shares, codes and parts of other numbers."""
    value = lexeme.value if isinstance(lexeme.value, Decimal) else Decimal(low[lexeme.start : lexeme.end])
    if lexeme.spelled and value == _HUNDRED and low[: lexeme.start].endswith(_PER_CENT):
        return None  # „71 на сто“
    if value != value.to_integral_value() or not 0 < value < 10_000_000:
        return None
    digits = low[lexeme.start : lexeme.end]
    if "," in digits or (not lexeme.spelled and _goes_on(low, lexeme.start)):
        return None
    after = lexeme.end
    if spelled := (_SPELLED.match(low, after) or (_DIGITS.match(low, after) if lexeme.spelled else None)):
        after = spelled.end()
    if ending := _ENDING.match(low, after):
        after = ending.end()
    if thousands := _THOUSANDS.match(low, after):
        # „9 хиляди посетители“; a sum of money has been read before.
        value, after = value * 1000, thousands.end()
    if _PERCENT.match(low, after):
        return None
    return Slot(lexeme, int(value), after)


def _goes_on(low: str, start: int) -> bool:
    """Say whether a number is a part of one before it: „5.2“, „3/12“; „/41 участници/“, „ден.12 от тях“ are not."""
    if not start or low[start - 1] not in "./":
        return False
    before = low[start - 2 : start - 1]
    return not (before.isspace() if low[start - 1] == "/" else before.isalpha())


_HUNDRED = Decimal(100)
_PER_CENT: str = words("shapes")["headcounts"]["per_cent"]


def counted(slot: Slot, end: int, role: str | None, rule: str, *, generic: bool = False, sure: float = 1) -> Candidate:
    """Make a headcount that ends at ``end``; the unit is the role's. One that is not ``sure`` is looked at again."""
    value = Headcount(slot.number, head_unit(role or "other"))
    start = slot.lexeme.start
    return Candidate(Kind.HEADCOUNT, start, end, value, rule, role=role, generic=generic, confidence=sure)
