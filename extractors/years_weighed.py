"""The year of a day whose words leave it out, weighed: which of some years the dates around it speak for.

The rules of ``extractors.years`` propose one. How far to trust them beside the dates before and behind, the year that
most dates of the document have, and how far from the publication the day would lie, is learned: a conditional logit
(McFadden 1974), fitted by ``scripts/learn_weights.py`` on the gold of ``dev`` and ``demo``.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from extractors.dates import DateParts
from extractors.lexer import Lexeme
from extractors.reading import Reading, Sentence
from extractors.weights import Weights
from extractors.years import tense_of, weekday
from models.values import PartialDate

#: The question's name in ``weights.json``.
MODEL = "year"
#: Days from one date to another are told apart up to these.
_DAYS = (-800, -400, -200, -60, -8, -1, 0, 8, 60, 200, 400, 800)
#: How far from the publication a year may be, and how many dates before and behind propose theirs.
_YEARS, _BESIDE = 2, 3
#: A date this near speaks louder; in characters.
_NEAR = 200
_FIRST = 2000


class Choice(NamedTuple):
    """A year that a day may be of: the date that it makes, and what speaks for and against it."""

    value: PartialDate
    features: list[str]


class Undated:
    """The dates of a document that tell their year, and what they say of those that do not."""

    def __init__(self, reading: Reading, lexemes: Sequence[Lexeme], published: date | None) -> None:
        self._reading, self._lexemes, self._published = reading, lexemes, published
        whole = [(one, value) for one in lexemes if (value := _whole(one)) and value.year >= _FIRST]
        self._dated = [one for one, _ in whole]
        self._values = [value for _, value in whole]
        self._starts = [one.start for one in self._dated]
        years = Counter(value.year for value in self._values)
        self._most = years.most_common(1)[0][0] if years else None
        self._last: tuple[Lexeme, PartialDate] | None = None

    def tell(self, lexeme: Lexeme, value: PartialDate) -> None:
        """Take the date that a day without its year was found to be: it speaks for the next such day."""
        self._last = lexeme, value

    def choices(self, index: int, ruled: PartialDate | None) -> Iterator[Choice]:
        """Yield the choices for the day at ``index`` of the lexemes; ``ruled`` is what the rules say."""
        here, low, published = self._lexemes[index], self._reading.low, self._published
        parts = here.value
        assert isinstance(parts, DateParts)
        place = bisect_left(self._starts, here.start)
        sentence = self._reading.sentence_at(here.start)
        told = tense_of(self._reading, here)
        tense = ("future " if told.future else "") + ("past " if told.past else "") + ("limit" if told.limit else "")
        day = weekday(low, here) if parts.day else None
        beside = [
            (name, self._values[at], _distance(here, self._dated[at], sentence))
            for name, at in (("before", place - 1), ("behind", place))
            if 0 <= at < len(self._dated)
        ]
        if self._last is not None and (not place or self._last[0].start > self._dated[place - 1].start):
            lexeme, told_before = self._last
            beside.append(("chain", told_before, _distance(here, lexeme, sentence)))
        for year in self._proposed(place):
            value = parts.value(year)
            if value is None:
                continue
            found = []
            if ruled is not None and ruled.year == year:
                found += ["rule", f"rule {published is not None}"]
            if published is not None:
                far = bisect_left(_DAYS, (value.first - published).days)
                found += [f"published {far}", f"published {far} {tense}", f"published year {year - published.year}"]
                if day is not None:
                    found.append(f"weekday {value.first.weekday() == day}")
            for name, other, near in beside:
                far = bisect_left(_DAYS, (value.first - other.first).days)
                years_off = max(-_YEARS, min(_YEARS, year - other.year))
                found += [f"{name} {near} year {years_off}", f"{name} {far}", f"{name} {far} {near}"]
            if self._most is not None:
                found.append(f"most {max(-_YEARS, min(_YEARS, year - self._most))}")
            yield Choice(value, found)

    def _proposed(self, place: int) -> list[int]:
        """Return the years to choose from, earliest first."""
        years = {self._most} if self._most else set()
        if self._published is not None:
            years.update(range(self._published.year - _YEARS, self._published.year + _YEARS + 1))
        beside = self._values[max(place - _BESIDE, 0) : place + _BESIDE]
        for value in beside if self._last is None else [*beside, self._last[1]]:
            years.update((value.year - 1, value.year, value.year + 1))
        return sorted(years)


def weighed(choices: Iterator[Choice], model: Weights) -> PartialDate | None:
    """Return the date that most speaks for; None where there is nothing to choose."""
    best = max(choices, key=lambda one: model.add(one.features), default=None)
    return best.value if best else None


def _whole(one: Lexeme) -> PartialDate | None:
    """Return a date that tells its year and month."""
    parts = one.value
    return parts.value() if isinstance(parts, DateParts) and parts.year and parts.month else None


def _distance(here: Lexeme, other: Lexeme, sentence: Sentence | None) -> str:
    if sentence is not None and sentence.start <= other.start < sentence.end:
        return "inside"
    gap = here.start - other.end if other.start < here.start else other.start - here.end
    return "near" if gap < _NEAR else "far"
