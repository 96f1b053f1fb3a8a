"""Amounts of money: ``499 106.04лв.``, ``2 млн. евро``, ``€ 255 645,94``, ``33 лева и 23 стотинки``."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from extractors.amounts_cells import in_cells, stated_currency
from extractors.candidate import Candidate
from extractors.lexer import Lex, Lexeme
from extractors.money import amount, currencies, scaled
from extractors.numerals import multipliers
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import BGN_PER_EUR, Amount
from models.vocabulary import Bound, Kind, Per, Vat

_DECIMALS = re.compile(r" ?, ?(\d{1,2})(?!\d)")
_SPLIT_DECIMALS = shape("amounts", "split_decimals")
_SPELLED = r"(?:[ ]*[/(][^/()\d\n]{3,80}[/)])?"
_LABEL = shape("amounts", "label")
_WHITE = r"[ \n]*"
_RANGE = shape("amounts", "range")
_RANGES: dict[str, Any] = words("shapes")["ranges"]
_PERCENT: tuple[str, ...] = tuple(words("shapes")["amounts"]["percent"])


@cache
def _unit_pattern() -> re.Pattern[str]:
    names = "|".join(re.escape(one) for one in sorted(currencies(), key=len, reverse=True))
    factors = "|".join(sorted(multipliers(), key=len, reverse=True))
    return re.compile(
        rf"(?:{_SPELLED}{_WHITE}(?P<factor>{factors})(?![а-я])\.?)?{_SPELLED}{_WHITE}"
        rf"(?P<currency>{names})(?![а-яa-z])"
        rf"(?:[ ]*(?:и[ ])?(?P<small>\d\d?)[ ]?(?:{_small_names()})(?![а-я]))?"
    )


@cache
def _small_pattern() -> re.Pattern[str]:
    return re.compile(rf"[ ](?:{_small_names()})(?![а-я])")


def _small_names() -> str:
    names = [word for listed in words("money")["small"].values() for word in listed]
    return "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))


@cache
def _factor_pattern() -> re.Pattern[str]:
    factors = "|".join(sorted(multipliers(), key=len, reverse=True))
    return re.compile(rf"{_SPELLED}{_WHITE}(?P<factor>{factors})(?![а-я])\.?")


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
    found += _elided(reading, numbers, found, used)
    for one in found:
        _rate(low, one)
    found.sort(key=lambda one: one.start)
    return found, used


def _read(low: str, numbers: Sequence[Lexeme], index: int, used: set[int]) -> Candidate | None:
    """Read the amount that begins with this number, multiplier and currency behind it or currency before it."""
    lexeme = numbers[index]
    value = lexeme.value if isinstance(lexeme.value, Decimal) else Decimal(low[lexeme.start : lexeme.end])
    end, taken = lexeme.end, [lexeme.start]
    digits = low[lexeme.start : lexeme.end]
    unit = _unit_pattern().match(low, end)
    if lexeme.spelled and value == 1 and unit and not unit["factor"]:
        return None  # „преди да е преведен и един лев“
    if not unit and not lexeme.spelled:
        # „12, 5 милиона лева“, „2 781 594, 47 лв.“: the comma is the decimal one where the unit follows.
        spaced = _DECIMALS.match(low, end) if low.startswith((",", " ,"), end) else None
        split = _SPLIT_DECIMALS.search(low, lexeme.start, end + 8) if low[end - 2] in ".," else None
        if spaced and (after := _unit_pattern().match(low, spaced.end())):
            if not digits.isdigit() and "," in digits:
                return None
            digits = re.sub(r"\D", "", digits) + "." + spaced[1]
            value = Decimal(digits)
            unit, end = after, spaced.end()
            taken += [one.start for one in numbers[index + 1 : index + 2] if one.start < end]
        elif split and split.start() < end <= split.start(2):
            value = value + Decimal(split[2]) / 100
            unit, end = _unit_pattern().match(low, split.end()), split.end()
            taken += [one.start for one in numbers[index + 1 : index + 2] if one.start < end]
    total = Decimal(0)
    half = _AND_HALF.match(low, digits.rfind(" ") + lexeme.start if lexeme.spelled else end) if not unit else None
    if half and (unit := _unit_pattern().match(low, half.end())):
        # „4 милиона и половина лева“, in words the million is a part of the number
        number = value if lexeme.spelled else scaled(value, digits, half["factor"], lexeme.spelled)
        number += Decimal(multipliers()[half["factor"]]) / 2
        return _candidate(low, lexeme.start, unit.end(), number, currencies()[unit["currency"]], taken, used)
    while not unit and (factor := _factor_pattern().match(low, end)):
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
        unit = _unit_pattern().match(low, end)
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
        factor = _factor_pattern().match(low, lexeme.end)
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
    small = _small_pattern().match(low, one.end)
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
    unit = _unit_pattern().match(low, numbers[index].end)
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
        unit = _unit_pattern().match(low, match.end() - 1)
        if unit and not unit["factor"]:
            value = amount(Decimal(multipliers()[match[1]]) / 2, currencies()[unit["currency"]])
            if value:
                found.append(Candidate(Kind.AMOUNT, match.start(), unit.end(), value, "amount in words"))
    return found


_HALF_WORD: str = words("shapes")["durations"]["half_word"]


_GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?:,\d\d)?")
_MONEY_LIKE = re.compile(r"\d{1,3}(?:[ .,']\d{3})+[.,]\d\d")
_BEHIND, _OF_THINGS = shape("amounts", "elided_behind"), shape("amounts", "of_things")
_AND_HALF = shape("amounts", "and_half")


def _elided(reading: Reading, numbers: Sequence[Lexeme], found: list[Candidate], used: set[int]) -> list[Candidate]:
    """Give a number that is written as money the currency of the sum beside it: „… лв.: за храна - 178 750,00;“.

    „отпусна 71 240 лева, другите 47 494 гласуваха съветниците“; „струва 2 644 018 лв., прогнозата беше 2,7 милиона.“
    """
    more = []
    stated = stated_currency(reading.low)
    known = sorted(found, key=lambda one: one.end)
    ends = [one.end for one in known]
    for lexeme in numbers:
        if lexeme.start in used or not isinstance(lexeme.value, Decimal) or reading.cell_at(lexeme.start):
            continue
        place = bisect_right(ends, lexeme.start)
        nearest = known[place - 1] if place else None
        if nearest is not None and lexeme.start - nearest.end > 300:
            nearest = None
        if place < len(known) and known[place].start - lexeme.end < 120:
            sentence = reading.sentence_at(lexeme.start)
            if sentence and known[place].start < sentence.end and (not nearest or nearest.end <= sentence.start):
                nearest = known[place]
        one = _bare(reading.low, lexeme, nearest, stated)
        if one is not None:
            used.add(lexeme.start)
            more.append(one)
    return more


def _bare(low: str, lexeme: Lexeme, nearest: Candidate | None, stated: str | None) -> Candidate | None:
    """Read a number without a unit in the currency of the sum nearest to it, or None where it counts something.

    Where no sum is near, the currency is the one that the document states for all, or the number is none.
    """
    digits, number, end = low[lexeme.start : lexeme.end], lexeme.value, lexeme.end
    currency = nearest.value.currency if nearest and isinstance(nearest.value, Amount) else stated
    if currency is None:
        return None
    assert isinstance(number, Decimal)
    inside = nearest is not None and low[nearest.end : lexeme.start].strip() == "("
    factor = _factor_pattern().match(low, end)
    if factor:
        if low[lexeme.start - 1] == "(" and not inside:
            return None
        if not _BEHIND.match(low, factor.end()) and low[factor.end() - 1] != ".":
            return None
        number, end = scaled(number, digits, factor["factor"], lexeme.spelled), factor.end()
        if low[end - 1] == "." and factor["factor"] not in _SHORT_FACTORS:
            end -= 1
    elif lexeme.spelled:
        if number < _LEAST_BARE or not _BEHIND.match(low, end) or low[lexeme.start - 1] in "/(":
            return None
    elif _MONEY_LIKE.fullmatch(digits) or (_GROUPED.fullmatch(digits) and _BEHIND.match(low, end)):
        pass
    elif nearest and inside and "," in digits:
        # „258,4 милиона евро (215,7 идват от ЕФРР)“: the multiplier is understood, too.
        unit = _unit_pattern().search(low, nearest.start, nearest.end)
        if unit is None or not unit["factor"]:
            return None
        number = scaled(number, digits, unit["factor"], lexeme.spelled)
    else:
        return None
    if _OF_THINGS.match(low, end):
        return None  # „Положени са 6 140 от 13 900 метра“
    value = amount(number, currency)
    if value is not None and nearest is not None and isinstance(nearest.value, Amount):
        value = _in_other(value, nearest.value)
    return Candidate(Kind.AMOUNT, lexeme.start, end, value, "currency of the sum beside") if value else None


def _in_other(value: Amount, beside: Amount) -> Amount:
    """Return a sum in the other currency where it is the sum beside it: „499 870 €, в левове – 977 660,74“."""
    for own, other, rate in (("EUR", "BGN", BGN_PER_EUR), ("BGN", "EUR", 1 / BGN_PER_EUR)):
        if beside.currency == own and value.minor != beside.minor and abs(value.minor - beside.minor * rate) <= 1:
            return Amount(value.minor, other)
    return value


#: A number in words with no unit is money from here on.
_LEAST_BARE = Decimal(1000)
_SHORT_FACTORS = frozenset(words("money")["short_factors"])


@cache
def _vat_words() -> dict[str, Vat]:
    """Return what tells of the tax, longest first."""
    told = {word: Vat(name) for name, listed in words("money")["vat"].items() for word in listed}
    return dict(sorted(told.items(), key=lambda row: -len(row[0])))


@cache
def _per_words() -> dict[str, Per]:
    """Return what tells of a rate, longest first."""
    told = {word: Per(name) for name, listed in words("money")["per"].items() for word in listed}
    return dict(sorted(told.items(), key=lambda row: -len(row[0])))


@cache
def _beginnings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(_vat_words()), tuple(_per_words())


_BESIDE = re.compile(r"[ ,(/]*")


def _beside(low: str, at: int) -> int:
    place = _BESIDE.match(low, at)
    return place.end() if place else at


def _rate(low: str, one: Candidate) -> None:
    """Read „без ДДС“, „месечно на потребител“ right behind a sum."""
    vat, per = _beginnings()
    at = _beside(low, one.end)
    if low.startswith(vat, at):
        word = next(word for word in vat if low.startswith(word, at))
        one.vat = _vat_words()[word]
        at = _beside(low, at + len(word))
    if low.startswith(per, at):
        for word, rate in _per_words().items():
            if low.startswith(word, at) and not low[at + len(word) : at + len(word) + 1].isalpha():
                one.per = rate
                break
