"""Amounts of money: ``499 106.04лв.``, ``2 млн. евро``, ``€ 255 645,94``, ``33 лева и 23 стотинки``."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from extractors.amounts_cells import in_cells
from extractors.amounts_elided import elided
from extractors.amounts_rates import set_rate
from extractors.amounts_units import factor_pattern, small_pattern, unit_pattern
from extractors.candidate import Candidate
from extractors.lexer import Lex, Lexeme
from extractors.money import amount, currencies, scaled
from extractors.numerals import multipliers
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import Amount
from models.vocabulary import Bound, Kind

_DECIMALS = re.compile(r" ?, ?(\d{1,2})(?!\d)")
_SPLIT_DECIMALS = shape("amounts", "split_decimals")
_LABEL = shape("amounts", "label")
_RANGE = shape("amounts", "range")
_RANGES: dict[str, Any] = words("shapes")["ranges"]
_AND_HALF = shape("amounts", "and_half")
_PERCENT: tuple[str, ...] = tuple(words("shapes")["amounts"]["percent"])


@cache
def _before_pattern() -> re.Pattern[str]:
    names = {word: code for code, listed in words("money")["before"].items() for word in listed}
    return re.compile(rf"(?<![а-яa-z\d])(?<!\d )({'|'.join(re.escape(one) for one in names)})[ ]?\Z")


@cache
def _half_pattern() -> re.Pattern[str]:
    return shape("amounts", "half")


def find_amounts(reading: Reading) -> tuple[list[Candidate], set[int]]:
    """Return the amounts of a document and the starts of the number lexemes that they used."""
    low = reading.low
    found: list[Candidate] = []
    used: set[int] = set()
    numbers = reading.numbers
    for index, lexeme in enumerate(numbers):
        if lexeme.start in used:
            continue
        one = _read(low, numbers, index, used)
        if one is None:
            continue
        found.append(one)
        _lower_end(low, numbers, index, one, found, used)
    found += _halves(low)
    found += in_cells(reading, numbers, used)
    found += elided(reading, numbers, found, used)
    for one in found:
        set_rate(low, one)
    found.sort(key=lambda one: one.start)
    return found, used


def _read(low: str, numbers: Sequence[Lexeme], index: int, used: set[int]) -> Candidate | None:
    """Read the amount that begins with this number, multiplier and currency behind it or currency before it."""
    lexeme = numbers[index]
    value = lexeme.value if isinstance(lexeme.value, Decimal) else Decimal(low[lexeme.start : lexeme.end])
    end, taken = lexeme.end, [lexeme.start]
    digits = low[lexeme.start : lexeme.end]
    unit = unit_pattern().match(low, end)
    if lexeme.spelled and value == 1 and unit and not unit["factor"]:
        return None  # „преди да е преведен и един лев“
    if not unit and not lexeme.spelled:
        # „12, 5 милиона лева“, „2 781 594, 47 лв.“: the comma is the decimal one where the unit follows.
        spaced = _DECIMALS.match(low, end) if low.startswith((",", " ,"), end) else None
        split = _SPLIT_DECIMALS.search(low, lexeme.start, end + 8) if low[end - 2] in ".," else None
        if spaced and (after := unit_pattern().match(low, spaced.end())):
            if not digits.isdigit() and "," in digits:
                return None
            digits = re.sub(r"\D", "", digits) + "." + spaced[1]
            value = Decimal(digits)
            unit, end = after, spaced.end()
            taken += [one.start for one in numbers[index + 1 : index + 2] if one.start < end]
        elif split and split.start() < end <= split.start(2):
            value = value + Decimal(split[2]) / 100
            unit, end = unit_pattern().match(low, split.end()), split.end()
            taken += [one.start for one in numbers[index + 1 : index + 2] if one.start < end]
    total = Decimal(0)
    half = _AND_HALF.match(low, digits.rfind(" ") + lexeme.start if lexeme.spelled else end) if not unit else None
    if half and (unit := unit_pattern().match(low, half.end())):
        # „4 милиона и половина лева“, in words the million is a part of the number
        number = value if lexeme.spelled else scaled(value, digits, half["factor"], lexeme.spelled)
        number += Decimal(multipliers()[half["factor"]]) / 2
        return _candidate(low, lexeme.start, unit.end(), number, currencies()[unit["currency"]], taken, used)
    while not unit and (factor := factor_pattern().match(low, end)):
        # „2 милиона 118 хиляди лева“: a greater unit, then a smaller number.
        total += scaled(value, digits, factor["factor"], lexeme.spelled)
        following = next((one for one in numbers[index + len(taken) :] if one.start >= factor.end()), None)
        gap = low[factor.end() : following.start] if following else "x"
        if (
            following is None
            or gap.strip() not in ("", "и")
            or len(gap) > 4
            or not isinstance(following.value, Decimal)
        ):
            return None
        taken.append(following.start)
        value, digits, end = following.value, low[following.start : following.end], following.end
        unit = unit_pattern().match(low, end)
    if unit:
        if unit["factor"]:
            value = scaled(value, digits, unit["factor"], lexeme.spelled)
        number = total + value
        if unit["small"]:
            number = number.to_integral_value() + Decimal(unit["small"]) / 100
            taken += [one.start for one in numbers if unit.start("small") == one.start]
        elif lexeme.spelled and (small := _spelled_small(low, numbers, index + len(taken), unit)):
            number, taken, end = number + small.value / 100, [*taken, small.start], small.end
            return _candidate(low, lexeme.start, end, number, currencies()[unit["currency"]], taken, used)
        return _candidate(low, lexeme.start, unit.end(), number, currencies()[unit["currency"]], taken, used)
    label = _LABEL.search(low, max(lexeme.start - 40, 0), lexeme.start)
    if label and lexeme.lex is Lex.NUMBER and not low[end : end + 12].lstrip().startswith(_PERCENT):
        return _candidate(low, lexeme.start, end, value, currencies()[label["currency"]], taken, used)
    before = _before_pattern().search(low, max(lexeme.start - 6, 0), lexeme.start)
    if before and lexeme.lex is Lex.NUMBER:
        factor = factor_pattern().match(low, lexeme.end)
        if factor:
            value = scaled(value, digits, factor["factor"], lexeme.spelled)
        code = next(code for code, names in words("money")["before"].items() if before[1] in names)
        return _candidate(low, before.start(), factor.end() if factor else lexeme.end, value, code, taken, used)
    return None


class _Small(NamedTuple):
    """Hundredths in words: where they begin and end, and how many."""

    start: int
    end: int
    value: Decimal


def _spelled_small(low: str, numbers: Sequence[Lexeme], index: int, unit: re.Match[str]) -> _Small | None:
    """Read the hundredths behind a sum in words: „… двеста лева и шестнадесет стотинки“."""
    one = numbers[index] if index < len(numbers) else None
    if one is None or not isinstance(one.value, Decimal) or not 0 < one.value < _HUNDREDTHS:
        return None
    if not _AND_SMALL.fullmatch(low, unit.end(), one.start):
        return None
    small = small_pattern().match(low, one.end)
    return _Small(one.start, small.end(), one.value) if small else None


_HUNDREDTHS = 100
_AND_SMALL = shape("amounts", "and_small")


def _candidate(
    low: str, start: int, end: int, number: Decimal, currency: str, taken: list[int], used: set[int]
) -> Candidate | None:
    value = amount(number, currency)
    if value is None:
        return None
    used.update(taken)
    return Candidate(Kind.AMOUNT, start, end, value, "amount")


def _lower_end(
    low: str, numbers: Sequence[Lexeme], index: int, one: Candidate, found: list[Candidate], used: set[int]
) -> None:
    """Give the number before „до“ or a dash the unit that stands behind the next: „от 300 000 до 750 000 евро“."""
    if index == 0 or numbers[index - 1].start in used or not isinstance(numbers[index - 1].value, Decimal):
        return
    before = numbers[index - 1]
    joint = low[before.end : one.start]
    if not _RANGE.fullmatch(joint):
        return
    lead = low[max(before.start - 7, 0) : before.start]
    dash = "-" in joint
    if joint.strip() in _RANGES["and"] and not lead.endswith(_RANGES["between"]):
        return
    if not dash and not lead.endswith((_RANGES["from"], _RANGES["between"])):
        return
    unit = unit_pattern().match(low, numbers[index].end)
    digits = low[before.start : before.end]
    number = before.value
    assert isinstance(number, Decimal)
    if unit and unit["factor"]:
        number = scaled(number, digits, unit["factor"], before.spelled)
    assert isinstance(one.value, Amount)
    value = amount(number, one.value.currency)
    if value is None or value.minor >= one.value.minor:
        return
    used.add(before.start)
    found.append(Candidate(Kind.AMOUNT, before.start, before.end, value, "amount range", bound=Bound.AT_LEAST))
    one.bound = Bound.AT_MOST
    one.rule = "amount range"


def _halves(low: str) -> list[Candidate]:
    found = []
    for match in _half_pattern().finditer(low) if _HALF_WORD in low else ():
        unit = unit_pattern().match(low, match.end() - 1)
        if unit and not unit["factor"]:
            value = amount(Decimal(multipliers()[match[1]]) / 2, currencies()[unit["currency"]])
            if value:
                found.append(Candidate(Kind.AMOUNT, match.start(), unit.end(), value, "amount in words"))
    return found


_HALF_WORD: str = words("shapes")["durations"]["half_word"]
