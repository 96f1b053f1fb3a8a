"""Sums whose currency stands elsewhere: ``отпусна 71 240 лева, другите 47 494 гласуваха съветниците``."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal

from extractors.amounts_cells import stated_currency
from extractors.amounts_units import factor_pattern, unit_pattern
from extractors.candidate import Candidate
from extractors.lexer import Lexeme
from extractors.money import amount, scaled
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import BGN_PER_EUR, Amount
from models.vocabulary import Kind

_GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?:,\d\d)?")
_MONEY_LIKE = re.compile(r"\d{1,3}(?:[ .,']\d{3})+[.,]\d\d")
_BEHIND, _OF_THINGS = shape("amounts", "elided_behind"), shape("amounts", "of_things")


def elided(reading: Reading, numbers: Sequence[Lexeme], found: list[Candidate], used: set[int]) -> list[Candidate]:
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
    factor = factor_pattern().match(low, end)
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
        unit = unit_pattern().search(low, nearest.start, nearest.end)
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
