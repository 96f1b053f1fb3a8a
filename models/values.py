"""The values a figure can carry, each with an exact text form: ``499106.04 BGN``, ``2017-11``, ``P2Y2M``.

Every type is frozen, refuses states that cannot exist, and reads back what it writes:

>>> Amount.parse("499106.04 BGN")
Amount(minor=49910604, currency='BGN')
>>> str(PartialDate(2017, 11)), str(Duration(years=2, months=2))
('2017-11', 'P2Y2M')
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from models.vocabulary import HeadUnit

#: Leva for one euro, fixed by Council Regulation (EU) 2025/1409; the full rate, never a rounded inverse.
BGN_PER_EUR = Decimal("1.95583")

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?|-Q([1-4])|-H([12]))?")
_DURATION = re.compile(r"P(?=\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?")
_AMOUNT = re.compile(r"(\d+)\.(\d\d) ([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money in integer minor units (stotinki, cents) of an ISO 4217 currency, as the text has it."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if self.minor < 0:
            raise ValueError(f"an amount cannot be negative: {self.minor}")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"not an ISO 4217 currency: {self.currency!r}")

    def __str__(self) -> str:
        return f"{self.text} {self.currency}"

    @property
    def text(self) -> str:
        """The number with two decimals: ``499106.04``."""
        return f"{self.minor // 100}.{self.minor % 100:02}"

    @property
    def unit(self) -> str:
        """The currency."""
        return self.currency

    @property
    def eur_minor(self) -> int | None:
        """Euro cents, rounded half up at the fixed rate; None for a currency other than BGN and EUR.

        >>> Amount(49824845, "BGN").eur_minor
        25475039
        """
        if self.currency == "EUR":
            return self.minor
        if self.currency != "BGN":
            return None
        return int((self.minor / BGN_PER_EUR).quantize(Decimal(1), ROUND_HALF_UP))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote; anything else raises ValueError."""
        match = _AMOUNT.fullmatch(text)
        if not match or not text.isascii():
            raise ValueError(f"not an amount: {text!r}")
        return cls(int(match[1] + match[2]), match[3])


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precise as the text: a year, a half-year, a quarter, a month or a day."""

    year: int
    month: int | None = None
    day: int | None = None
    quarter: int | None = None
    half: int | None = None

    def __post_init__(self) -> None:
        finer = [part for part in (self.month, self.quarter, self.half) if part is not None]
        if len(finer) > 1 or (self.day is not None and self.month is None):
            raise ValueError(f"parts of a date that exclude each other: {self!r}")
        if not 1 <= self.year <= 9999:
            raise ValueError(f"no such year: {self.year}")
        if self.month is not None and not 1 <= self.month <= 12:
            raise ValueError(f"no such month: {self.month}")
        if self.day is not None and not 1 <= self.day <= monthrange(self.year, self.month or 1)[1]:
            raise ValueError(f"no such day: {self.year}-{self.month}-{self.day}")
        if self.quarter is not None and not 1 <= self.quarter <= 4:
            raise ValueError(f"no such quarter: {self.quarter}")
        if self.half is not None and not 1 <= self.half <= 2:
            raise ValueError(f"no such half-year: {self.half}")

    def __str__(self) -> str:
        text = f"{self.year:04}"
        if self.quarter is not None:
            return f"{text}-Q{self.quarter}"
        if self.half is not None:
            return f"{text}-H{self.half}"
        if self.month is not None:
            text += f"-{self.month:02}"
        if self.day is not None:
            text += f"-{self.day:02}"
        return text

    @property
    def text(self) -> str:
        """ISO 8601 at the precision of the text (quarters and half-years as ``2018-Q1``, ``2018-H1``)."""
        return str(self)

    @property
    def unit(self) -> None:
        """A date has no unit."""
        return

    @property
    def first(self) -> date:
        """The first day that the date can mean."""
        month = self.month or (self.quarter and self.quarter * 3 - 2) or (self.half and self.half * 6 - 5) or 1
        return date(self.year, month, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that the date can mean."""
        month = self.month or (self.quarter and self.quarter * 3) or (self.half and self.half * 6) or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @classmethod
    def of(cls, day: date) -> Self:
        """Make the full date of a calendar day."""
        return cls(day.year, day.month, day.day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote; anything else raises ValueError."""
        match = _DATE.fullmatch(text)
        if not match or not text.isascii():
            raise ValueError(f"not a date: {text!r}")
        year, month, day, quarter, half = (int(part) if part else None for part in match.groups())
        assert year is not None  # the group is not optional
        return cls(year, month, day, quarter, half)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as written: ``P22M``, ``P2Y2M``, ``P3W``, ``P130D``."""

    years: int = 0
    months: int = 0
    weeks: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        parts = (self.years, self.months, self.weeks, self.days)
        if min(parts) < 0 or not any(parts):
            raise ValueError(f"a duration has at least one part and none below zero: {self!r}")

    def __str__(self) -> str:
        parts = zip((self.years, self.months, self.weeks, self.days), "YMWD", strict=True)
        return "P" + "".join(f"{number}{letter}" for number, letter in parts if number)

    @property
    def text(self) -> str:
        """The ISO 8601 form."""
        return str(self)

    @property
    def unit(self) -> None:
        """The unit is part of the value."""
        return

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote; anything else raises ValueError."""
        match = _DURATION.fullmatch(text)
        if not match or not text.isascii():
            raise ValueError(f"not a duration: {text!r}")
        return cls(*(int(part or 0) for part in match.groups()))


@dataclass(frozen=True, slots=True)
class Headcount:
    """A number of people, of places for people, or of households."""

    number: int
    of: HeadUnit = HeadUnit.PERSONS

    def __post_init__(self) -> None:
        if self.number < 0:
            raise ValueError(f"a headcount cannot be negative: {self.number}")

    def __str__(self) -> str:
        return f"{self.number} {self.of}"

    @property
    def text(self) -> str:
        """The number alone."""
        return str(self.number)

    @property
    def unit(self) -> str:
        """What is counted."""
        return str(self.of)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read back what ``str()`` wrote; anything else raises ValueError."""
        number, _, unit = text.partition(" ")
        if not (number.isascii() and number.isdigit()):
            raise ValueError(f"not a headcount: {text!r}")
        return cls(int(number), HeadUnit(unit))
