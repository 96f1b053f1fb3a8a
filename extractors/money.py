"""Money: what the currencies are called, and amounts made of numbers."""

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from extractors.numerals import multipliers, read_digits
from extractors.words import words
from models.values import Amount

_GREATEST = Decimal(10) ** 13


@cache
def currencies() -> dict[str, str]:
    """Return the code of each name of a currency: „лева“ is BGN."""
    return {word: code for code, names in words("money")["currencies"].items() for word in names}


def amount(number: Decimal, currency: str) -> Amount | None:
    """Make an amount, rounded half up to minor units; None for what no programme has (ten trillion and more)."""
    if number >= _GREATEST:
        return None
    return Amount(int((number * 100).quantize(Decimal(1), ROUND_HALF_UP)), currency)


def scaled(value: Decimal, digits: str, factor: str, spelled: bool) -> Decimal:
    """Multiply a number by its word: „1,5“ and „млн.“, where a comma is always that of decimals."""
    if not spelled:
        value = read_digits(digits, thousands=False)
    return value * multipliers()[factor]
