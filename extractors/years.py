"""The year of a day whose words leave it out: „на 5 март“, „до края на ноември“, „4 май т.г.“, by rules."""

from datetime import date
from typing import NamedTuple

from extractors.dates import DateParts, resolve
from extractors.lexer import Lex, Lexeme
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import PartialDate

_FUTURE = shape("datings", "future")
_PAST = shape("datings", "past")
#: The lexemes that tell a time.
TOLD = (Lex.DATE, Lex.YEAR, Lex.PERIOD)


def year_by_rules(
    reading: Reading, lexemes: list[Lexeme], index: int, parts: DateParts, published: date | None
) -> PartialDate | None:
    """Return the date of the parts at ``index``: the year of a neighbour in the sentence, else by the publication."""
    if parts.relative is not None:
        return resolve(parts, published or _only_year(lexemes), None)
    if parts.same:
        before = [one.value.year for one in lexemes[:index] if isinstance(one.value, DateParts) and one.value.year]
        return parts.value(before[-1]) if before else None
    here = lexemes[index]
    sentence = reading.sentence_at(here.start)
    near: list[tuple[int, int]] = []
    told = bool(_DAY_AFTER.search(reading.low[max(here.start - 40, 0) : here.start]))
    for other in lexemes[max(index - 4, 0) : index + 5]:
        other_parts = other.value
        if other is here or not isinstance(other_parts, DateParts) or not other_parts.year:
            continue
        if sentence and not sentence.start <= other.start < sentence.end:
            continue
        gap = here.start - other.end if other.end <= here.start else other.start - here.end
        between = reading.low[min(here.end, other.end) : max(here.start, other.start)]
        if (gap < _PLAIN or told or _SHARES.fullmatch(between)) if published else gap < 90:
            near.append((gap, other_parts.year))
    if near:
        return resolve(parts, published, min(near)[1])
    if published is None:
        year = _year_beside(lexemes, index)
        return parts.value(year) if year else None
    return _nearest(reading, here, parts, published)


#: With a publication to go by, a date shares its neighbour's year where it stands this near, or a joint is between.
_PLAIN = 14
_SHARES = shape("datings", "shares")
_DAY_AFTER = shape("datings", "day_after")

#: How far a date that tells its year may stand from one that shares it, in an undated text; in characters.
_SHARED = 300


def _year_beside(lexemes: list[Lexeme], index: int) -> int | None:
    """Return the year of the nearest full date, in a text that does not say when it was published."""
    here = lexemes[index]
    near = []
    for other in lexemes[max(index - 6, 0) : index + 7]:
        if other is not here and isinstance(other.value, DateParts) and other.value.year and other.value.month:
            gap = here.start - other.end if other.end <= here.start else (other.start - here.end) * 1.5
            near.append((gap, other.value.year))
    if near and min(near)[0] < _SHARED:
        return min(near)[1]
    only = _only_year(lexemes)
    return only.year if only else None


def _only_year(lexemes: list[Lexeme]) -> date | None:
    """Return the first day of the one year that the full dates of an undated text share, for its „тази година“."""
    years = {one.value.year for one in lexemes if isinstance(one.value, DateParts) and one.value.day and one.value.year}
    return date(years.pop(), 1, 1) if len(years) == 1 else None


#: What is told as past may lie this far ahead of the publication; in days.
_AHEAD = 7


def _nearest(reading: Reading, lexeme: Lexeme, parts: DateParts, published: date) -> PartialDate | None:
    """Take the year that puts the date nearest to the publication; behind it where the sentence tells the future."""
    low = reading.low
    choices = [value for year in (-1, 0, 1) if (value := parts.value(published.year + year))]
    named = [value for value in choices if parts.day and value.first.weekday() == weekday(low, lexeme)]
    if named:
        return min(named, key=lambda value: abs((value.first - published).days))
    before = low[max(lexeme.start - _LEAD, 0) : lexeme.start]
    tense = tense_of(reading, lexeme)
    future, past = tense.future or tense.limit, tense.past
    if shape("datings", "past_lead").search(before):
        choices = [value for value in choices if value.first <= published]
    elif future and not past:
        choices = [value for value in choices if value.last >= published] or choices
    elif past and not future:
        choices = [value for value in choices if (value.first - published).days <= _AHEAD] or choices
    elif parts.quarter or parts.half:
        return parts.value(published.year)
    return min(choices, key=lambda value: abs((value.first - published).days), default=None)


class Tense(NamedTuple):
    """What the words around a day tell: verbs of the future and of the past in its sentence, „до“ right before it."""

    future: bool
    past: bool
    limit: bool


def tense_of(reading: Reading, lexeme: Lexeme) -> Tense:
    """Return what the sentence of a day and the words before it say of when it is."""
    low, sentence = reading.low, reading.sentence_at(lexeme.start)
    told = low[sentence.start : sentence.end] if sentence else ""
    before = low[max(lexeme.start - _LEAD, 0) : lexeme.start]
    return Tense(bool(_FUTURE.search(told)), bool(_PAST.search(told)), bool(_LIMIT_LEAD.search(before)))


#: How far before a day what leads to it is looked for, in characters.
_LEAD = 40
_LIMIT_LEAD = shape("datings", "limit_lead")
_WEEKDAYS: list[str] = words("dates")["weekdays"]["names"]


def weekday(low: str, lexeme: Lexeme) -> int | None:
    """Return the weekday told beside a day, Monday 0: „сряда, 15 май“, „21 април (петък)“."""
    before, after = low[max(lexeme.start - 14, 0) : lexeme.start].rstrip(" ,(-"), low[lexeme.end : lexeme.end + 16]
    for number, name in enumerate(_WEEKDAYS):
        if before.endswith(name) or after.lstrip(" г.,(-").startswith(name):
            return number
    return None
