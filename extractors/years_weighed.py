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
from extractors.reading import Reading
from extractors.weights import Weights
from extractors.years import FUTURE, LIMIT_LEAD, PAST, weekday
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


def undated(
    reading: Reading, lexemes: Sequence[Lexeme], index: int, published: date | None, ruled: PartialDate | None
) -> Iterator[Choice]:
    """Yield the choices for the day at ``index``; ``ruled`` is what the rules say."""
    here, low = lexemes[index], reading.low
    parts = here.value
    assert isinstance(parts, DateParts)
    dated = [one for one in lexemes if (value := _whole(one)) and value.year >= _FIRST and one is not here]
    place = bisect_left(dated, here.start, key=lambda one: one.start)
    years = Counter(value.year for one in dated if (value := _whole(one)))
    most = years.most_common(1)[0][0] if years else None
    sentence = reading.sentence_at(here.start)
    told = low[sentence.start : sentence.end] if sentence else ""
    tense = ("future " if FUTURE.search(told) else "") + ("past " if PAST.search(told) else "")
    tense += "limit" if LIMIT_LEAD.search(low[max(here.start - 40, 0) : here.start]) else ""
    day = weekday(low, here) if parts.day else None
    beside = [
        (name, value, _distance(here, one, sentence is not None and sentence.start <= one.start < sentence.end))
        for name, one in (
            ("before", dated[place - 1] if place else None),
            ("behind", dated[place] if place < len(dated) else None),
        )
        if one is not None and (value := _whole(one)) is not None
    ]
    for year in _proposed(dated, place, published, most):
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
        if most is not None:
            found.append(f"most {max(-_YEARS, min(_YEARS, year - most))}")
        yield Choice(value, found)


def weighed(choices: Iterator[Choice], model: Weights) -> PartialDate | None:
    """Return the date that most speaks for; None where there is nothing to choose."""
    best = max(choices, key=lambda one: model.add(one.features)[0], default=None)
    return best.value if best else None


def _whole(one: Lexeme) -> PartialDate | None:
    """Return a date that tells its year and month."""
    parts = one.value
    return parts.value() if isinstance(parts, DateParts) and parts.year and parts.month else None


def _distance(here: Lexeme, other: Lexeme, inside: bool) -> str:
    if inside:
        return "inside"
    gap = here.start - other.end if other.start < here.start else other.start - here.end
    return "near" if gap < _NEAR else "far"


def _proposed(dated: Sequence[Lexeme], place: int, published: date | None, most: int | None) -> list[int]:
    """Return the years to choose from, earliest first."""
    years = {most} if most else set()
    if published is not None:
        years.update(range(published.year - _YEARS, published.year + _YEARS + 1))
    for one in dated[max(place - _BESIDE, 0) : place + _BESIDE]:
        if value := _whole(one):
            years.update((value.year - 1, value.year, value.year + 1))
    return sorted(years)
