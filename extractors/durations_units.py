"""What a length of time is made of: a number and its unit, ``22`` and ``месеца``."""

import re
from decimal import Decimal

from extractors.candidate import Candidate
from extractors.lexer import Lexeme
from models.values import Duration
from models.vocabulary import Kind


def number_of(lexeme: Lexeme, unit: re.Match[str] | None = None) -> int | None:
    """Return the number of a lexeme where a duration can have it: whole, or half years."""
    value = lexeme.value
    if not isinstance(value, Decimal) or not 0 < value < 10_000:
        return None
    half = unit is not None and unit["years"] and value % 1 == Decimal("0.5")
    return int(value) if value == value.to_integral_value() or half else None


def duration(start: int, end: int, value: Duration, rule: str) -> Candidate:
    """Make a length of time that ``rule`` found."""
    return Candidate(Kind.DURATION, start, end, value, rule)


def value_of(unit: re.Match[str], number: int) -> Duration:
    """Return so many of the unit that the groups of a match name."""
    names = {name: number for name, word in unit.groupdict().items() if word and name not in ("between", "number")}
    return Duration(**names)
