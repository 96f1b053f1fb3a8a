"""Reading numbers: ``498 248.45``, ``1.234.567,89``, ``двадесет и двама``, ``2 милиона 118 хиляди``.

>>> read_digits("498 248.45"), read_digits("390.000"), read_digits("2 781 594, 47")
(Decimal('498248.45'), Decimal('390000'), Decimal('2781594.47'))
"""

import re
from decimal import Decimal
from functools import cache

from extractors.words import words

#: A number as written, tried at its first digit: groups of thousands with one kind of mark, then a decimal part.
NUMBER = re.compile(
    r"""
      \d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)          # 1.234.567,89
    | \d{1,3}(?:,\d{3})+\.\d{1,2}(?!\d)          # 1,234,567.89
    | \d{1,3}(?:[ ]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?  # 498 248.45
    | \d{1,3}(?:['`]\d{3}(?!\d))+(?:[.,]\d{1,2}(?!\d))?  # 390'000
    | \d{1,3}(?:[.,]\d{3}){2,}(?!\d)             # 258.504.126
    | \d{1,3}[ ]\d{3}[.]\d{3}(?!\d)              # 1 234.567
    | \d+(?:[.,]\d{1,3})?(?!\d)                  # 63179,50  390.000
    """,
    re.VERBOSE,
)

_MARKS = re.compile(r"[^\d]+")


def read_digits(text: str, *, thousands: bool = True) -> Decimal:
    """Read a number as written: the last mark is decimal where one or two digits follow it, else it groups thousands.

    Before a multiplier three digits behind the only mark are decimals (``1.234 млн.``): ``thousands=False``.
    """
    if text.isdecimal():
        return Decimal(text)
    marks = _MARKS.findall(text)
    whole = _MARKS.sub("", text)
    if not marks or marks[-1].isspace() or marks[-1] in "'`":
        return Decimal(whole)
    decimals = len(text) - 1 - max(text.rfind("."), text.rfind(","))
    decimals -= text[-decimals:].count(" ")
    if decimals > 2 and (thousands or len(marks) > 1):
        return Decimal(whole)
    return Decimal(whole).scaleb(-decimals)


@cache
def number_words() -> dict[str, tuple[str, int]]:
    """Return every number word with its class (units, tens, hundreds) and its value."""
    table = words("numbers")
    return {word: (name, value) for name in ("units", "tens", "hundreds") for word, value in table[name].items()}


@cache
def multipliers() -> dict[str, int]:
    """Return the words that multiply: ``хил``, ``милиона``."""
    return dict(words("numbers")["multipliers"])


def read_words(sequence: list[str]) -> int | None:
    """Read the words of one number without „и“, or None where they make none.

    >>> read_words(["сто", "тридесет", "шест"]), read_words(["две", "хиляди", "десет"]), read_words(["пет", "две"])
    (136, 2010, None)
    """
    table, factors = number_words(), multipliers()
    total = current = 0
    allowed = 1000
    for word in sequence:
        if word in factors:
            factor = factors[word]
            if total and factor >= total:
                return None
            total += max(current, 1) * factor
            current, allowed = 0, 1000
            continue
        name, value = table[word]
        place = {"units": 10, "tens": 100, "hundreds": 1000}[name]
        if place > allowed:
            return None
        current += value
        # „двадесет и две“ takes a unit; „дванадесет и две“ does not.
        allowed = {"units": 1, "tens": 10 if value >= 20 else 1, "hundreds": 100}[name]
    return total + current
