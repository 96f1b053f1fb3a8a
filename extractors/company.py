"""How a value stands among the other values of its document, as features.

A sum that two others add up to is a whole; one that is told twice means the same twice; of two days that lie as far
apart as the project lasts, one is its first and one its last. This holds whatever words are chosen.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from extractors.candidate import Candidate
from models.figure import Value
from models.values import Amount, Duration, PartialDate
from models.vocabulary import Kind

#: What share of the largest sum a source of money commonly pays, in percent; and how exactly it must be met.
_SHARES = (2, 5, 10, 15, 20, 25, 75, 80, 85, 90, 95, 98)
_EXACTLY = 0.0015
#: The standard rate of value added tax, and what rounding leaves, in minor units.
_TAX, _ROUNDING = 1.2, 3
#: A voice this strong is taken for what a value was told to be elsewhere.
_PLAIN = 0.6
_MONTH, _LOOSE = 30.44, 4
#: How many days after the publication these begin.
_DISTANCES = (-400, -45, -12, -4, 0, 1, 11, 46, 201)
_NAMES = ("long ago", "past year", "past month", "past week", "just", "same", "next", "month", "half", "later")


class Company:
    """The values of one document by kind, in order; ``published`` is its day, where that is known."""

    def __init__(self, candidates: Sequence[Candidate], published: date | None) -> None:
        self._published = published
        self._amounts = [one for one in candidates if one.kind is Kind.AMOUNT and one.per is None]
        self._dates = [one for one in candidates if one.kind is Kind.DATE]
        self._lengths = [one for one in candidates if one.kind is Kind.DURATION]
        self._by_value: dict[Value, list[Candidate]] = {}
        for one in (*self._amounts, *self._dates, *self._lengths):
            self._by_value.setdefault(one.value, []).append(one)
        self._sums: dict[str, set[int]] = {}
        for one in self._amounts:
            assert isinstance(one.value, Amount)
            self._sums.setdefault(one.value.currency, set()).add(one.value.minor)
        self._middles = {one.value: _middle(one) for one in self._dates}
        self._days = sorted(set(self._middles.values()))
        self._spans = [months for one in self._lengths if (months := _months(one))]

    def features(self, one: Candidate) -> list[str]:
        """Return how a value stands among the others; a name may be told twice."""
        names = list(self._same(one))
        if isinstance(one.value, Amount):
            names += self._of_amount(one, one.value)
        elif isinstance(one.value, PartialDate):
            names += self._of_date(one.value)
        elif isinstance(one.value, Duration):
            names += self._of_length(one)
        return names

    def _same(self, one: Candidate) -> Iterator[str]:
        for other in self._by_value.get(one.value, ()):
            if other is not one:
                yield "told again"
                yield f"again {other.cued}"
                if other.votes:
                    role = max(other.votes, key=lambda name: (other.votes[name], name))
                    if other.votes[role] > _PLAIN:
                        yield f"again by voice {role}"

    def _of_amount(self, one: Candidate, value: Amount) -> Iterator[str]:
        minor = value.minor
        yield "small change" if minor % 100 else "round" if minor % 100_000 == 0 else "whole"
        sums = self._sums.get(value.currency)
        if not sums or not minor:
            return
        order = sorted(sums, reverse=True)
        rank = order.index(minor) if minor in sums else 0
        yield f"largest of {min(len(order), 4)}" if not rank else f"rank {min(rank, 4)}"
        if rank:
            share = minor / order[0]
            yield f"tenths {int(share * 10)}"
            yield from (f"share {percent}" for percent in _SHARES if abs(share * 100 - percent) < _EXACTLY * 100)
        if any(minor - other in sums and minor != 2 * other for other in order if other < minor):
            yield "sum of two"
        for other in self._amounts:
            assert isinstance(other.value, Amount)
            whole = other.value.minor
            if other.value.currency == value.currency and whole - minor in sums and whole > minor != whole - minor:
                yield "part of two"
                yield f"part of {other.cued}"
                yield "larger part" if minor * 2 > whole else "smaller part"
                break
        if any(other != minor and abs(other * _TAX - minor) < _ROUNDING for other in order):
            yield "with tax added"
        if any(other != minor and abs(minor * _TAX - other) < _ROUNDING for other in order):
            yield "before tax"

    def _of_date(self, value: PartialDate) -> Iterator[str]:
        day = self._middles[value]
        if len(self._days) == 1:
            yield "only day"
        else:
            if day == self._days[0]:
                yield "earliest"
            if day == self._days[-1]:
                yield "latest"
        distance = _distance(day, self._published)
        yield f"day {distance}"
        yield f"day {distance} {len(value.text)}"
        if value.day:
            if value.day == 1:
                yield "first of a month"
            if (day + timedelta(1)).day == 1:
                yield "last of a month"
            if (value.month, value.day) == (12, 31):
                yield "end of a year"
        if self._spans:
            for other in self._days:
                if other != day and any(abs(abs((other - day).days) - span * _MONTH) < _LOOSE for span in self._spans):
                    yield "first of a span" if day < other else "last of a span"

    def _of_length(self, one: Candidate) -> Iterator[str]:
        months = _months(one)
        yield f"months {min(months, 60)}"
        yield "days" if not months else "long" if months >= 12 else "short"
        if months and months % 12 == 0:
            yield "whole years"
        if months and any(
            abs((last - first).days - months * _MONTH) < _LOOSE
            for number, first in enumerate(self._days)
            for last in self._days[number + 1 :]
        ):
            yield "spans two days"


def _middle(one: Candidate) -> date:
    """Return the day, or the middle of the month or year."""
    assert isinstance(one.value, PartialDate)
    first, last = one.value.first, one.value.last
    return first + (last - first) // 2


def _months(one: Candidate) -> int:
    value = one.value
    assert isinstance(value, Duration)
    return value.months + 12 * value.years


def _distance(day: date, published: date | None) -> str:
    return _NAMES[bisect_right(_DISTANCES, (day - published).days)] if published else "unknown"
