"""Durations: ``22 месеца``, ``две години и два месеца``, ``22-месечен``, ``двудневно``, ``130 работни дни``."""

import re
from collections.abc import Iterator

from extractors.candidate import Candidate
from extractors.durations_understood import understood
from extractors.durations_units import duration, number_of, value_of
from extractors.lexer import Lex, Lexeme
from extractors.reading import Reading
from extractors.words import shape, words
from models.values import Duration
from models.vocabulary import Bound, Kind

_UNIT = shape("durations", "unit")
_ADJECTIVE = shape("durations", "adjective")
_AND = re.compile(r"[ ]*(?:и|,)?[ ]*")
_HALF = shape("durations", "half")
_AND_HALF = shape("durations", "and_half")
_AGE = shape("durations", "age")
_AVERAGE_AGE = shape("durations", "average_age")
_TERM = shape("durations", "term")
_AGE_LEAD = shape("durations", "age_lead")
_AGE_WORD = shape("durations", "age_word")
_COMPOUND = shape("durations", "compound")
_LABEL = shape("durations", "label")
_LIMITS: tuple[str, ...] = tuple(words("shapes")["durations"]["limits"])
_OF_AGE: tuple[str, ...] = tuple(words("shapes")["durations"]["of_age_behind"])
_AT_AGE: str = words("shapes")["durations"]["of_age_before"]
_WORKING: str = words("shapes")["durations"]["working"]
_RHYTHM = shape("durations", "rhythm")
_A_DAY, _KEPT = shape("durations", "a_day"), shape("durations", "kept")
#: No length of time that is told of a project has more years.
_LONGEST = 99
_DECADES = frozenset(range(20, 100, 10))
_ARTICLE = "те"
_DECADE, _AGO = shape("durations", "decade"), shape("durations", "ago")
_YEAR_AND = shape("durations", "year_and")
_RANGE = shape("durations", "range")
_MONTHS_SHORT = shape("durations", "months_short")
_TERM_LEAD = shape("durations", "term_lead")
_OF_PLANNED = re.compile(shape("durations", "of_planned").pattern.rstrip("$"))
_HEADS = frozenset(prefix[:2] for prefix in words("numbers")["prefixes"])


def find_durations(reading: Reading, used: set[int]) -> list[Candidate]:
    """Return the durations of a document; the number lexemes they use are added to ``used``."""
    low = reading.low
    numbers = [one for one in reading.numbers if one.lex is Lex.NUMBER and one.start not in used]
    found: list[Candidate] = []
    for index, lexeme in enumerate(numbers):
        if lexeme.start in used:
            continue
        one = _read(low, numbers, index, used)
        if one:
            found.append(one)
            found += _first_of_two(low, numbers, index, one, used)
    found += _halves(low, found)
    found += _compounds(reading)
    _one_year(low, found)
    understood(reading, numbers, found, used)
    return sorted(found, key=lambda one: one.start)


def _halves(low: str, found: list[Candidate]) -> list[Candidate]:
    """Find „година и половина“, „половин година“, „1 г. и 6 м.“; what stands in them was read by itself before."""
    more = []
    for pattern, sign in ((_HALF, _HALF_WORD), (_YEARS_MONTHS, _YEARS_SIGN)):
        for match in _around(low, pattern, sign):
            if pattern is _YEARS_MONTHS:
                value = Duration(years=int(match[1]), months=int(match[2]))
            else:
                value = Duration(months=6) if match["six"] else Duration(years=1, months=6)
            found[:] = [one for one in found if not match.start() <= one.start < match.end()]
            more.append(Candidate(Kind.DURATION, match.start(), match.end(), value, "duration"))
    return more


#: How far from its sign such a length of time may begin and end, in characters.
_BEFORE_SIGN, _BEHIND_SIGN = 20, 24


def _around(low: str, pattern: re.Pattern[str], sign: str) -> Iterator[re.Match[str]]:
    """Yield the matches of a pattern that holds a sign; a whole text is searched for the sign alone."""
    at, done = low.find(sign), 0
    while at >= 0:
        if match := pattern.search(low, max(at - _BEFORE_SIGN, done), at + _BEHIND_SIGN):
            yield match
            done = match.end()
        at = low.find(sign, max(done, at + 1))


_YEARS_MONTHS = shape("durations", "years_months")
_HALF_WORD: str = words("shapes")["durations"]["half_word"]
_YEARS_SIGN: str = words("shapes")["durations"]["years_sign"]
_STEMS: list[str] = words("numbers")["stems"]


def _compounds(reading: Reading) -> list[Candidate]:
    """Find „двудневно“, „триседмични“, „шестмесечен“; „тригодишен“ is an age or a plan's period."""
    prefixes: dict[str, int] = words("numbers")["prefixes"]
    found: list[Candidate] = []
    low = reading.low
    for stem in _STEMS:
        at = low.find(stem)
        while at >= 0:
            word = reading.words[reading.words.first_from(at + 1) - 1]
            if word.text[:2] in _HEADS and (match := _COMPOUND.fullmatch(word.text)):
                number = prefixes.get(match["number"])
                if number:
                    found.append(duration(word.start, word.end, value_of(match, number), "duration in one word"))
            at = low.find(stem, at + 1)
    return found


def _one_year(low: str, found: list[Candidate]) -> None:
    """Mend „година и девет месеца“, whose first number is left out."""
    for one in found:
        lead = _YEAR_AND.search(low, max(one.start - 12, 0), one.start)
        if lead and isinstance(one.value, Duration) and one.value.months and not one.value.years:
            one.start = lead.start()
            one.value = Duration(years=1, months=one.value.months)


def _read(low: str, numbers: list[Lexeme], index: int, used: set[int]) -> Candidate | None:
    lexeme = numbers[index]
    unit = _UNIT.match(low, lexeme.end)
    number = number_of(lexeme, unit)
    if number is None:
        return None
    adjective = _ADJECTIVE.match(low, lexeme.end)
    if adjective and _A_DAY.match(low, lexeme.end):
        return None
    if adjective:
        used.add(lexeme.start)
        if adjective["years"] and not shape("durations", "long_adjective").match(low, adjective.end()):
            return None  # „18-годишна“ is an age, „5-годишен план“ a plan's period
        return duration(lexeme.start, adjective.end(), value_of(adjective, number), "duration adjective")
    lead = max(lexeme.start - 30, 0)
    label = _LABEL.search(low, lead, lexeme.start) if unit is None and ":" in low[lead : lexeme.start] else None
    if label:
        used.add(lexeme.start)
        return duration(lexeme.start, lexeme.end, value_of(label, number), "duration under its label")
    short = _MONTHS_SHORT.match(low, lexeme.end) if unit is None and number > 1 else None
    if short and _TERM_LEAD.search(low, max(lexeme.start - 40, 0), lexeme.start):
        used.add(lexeme.start)
        return duration(lexeme.start, short.end(), Duration(months=number), "duration")
    if unit is None and index + 1 < len(numbers):
        following = numbers[index + 1]
        if _OF_PLANNED.fullmatch(low[lexeme.end : following.start]) and (whole := _UNIT.match(low, following.end)):
            used.add(lexeme.start)  # „за 74 от обещаните 90 дни“
            return duration(lexeme.start, lexeme.end, value_of(whole, number), "unit understood")
    if unit is None or (number == 1 and lexeme.spelled and unit["days"]):
        return None  # „за един ден“
    used.add(lexeme.start)
    if _RHYTHM.match(low, unit.end()) or _is_past(low, lexeme, unit):
        return None
    if unit["years"] and index and _are_ages(low, numbers[index - 1], lexeme):
        used.add(numbers[index - 1].start)
        return None
    if (unit["years"] or unit["months"]) and _is_age(low, lexeme, unit):
        return None
    value, end = value_of(unit, number), unit.end()
    if lexeme.value != number:
        value = Duration(years=number, months=6)  # „7,5 години“
    value, end = _joined(low, numbers, index, value, end, used)
    if unit["years"] and end == unit.end() and (half := _AND_HALF.match(low, end)):
        value, end = Duration(years=number, months=6), half.end()  # „2 години и половина“
    one = duration(lexeme.start, end, value, "duration")
    if unit["between"] and unit["between"].startswith(_WORKING):
        one.working_days = True
    return one


def _first_of_two(low: str, numbers: list[Lexeme], index: int, one: Candidate, used: set[int]) -> list[Candidate]:
    """Return the first length of „от 6 до 12 месеца“, „от 18 на 24 месеца“, whose unit is told by the second."""
    before = numbers[index - 1] if index else None
    if before is None or before.start in used or one.start != numbers[index].start:
        return []
    between = low[before.end : one.start]
    first, unit = number_of(before), _UNIT.match(low, numbers[index].end)
    if not first or unit is None or not _RANGE.fullmatch(between) or low[max(before.start - 1, 0)] not in _LEADS:
        return []
    used.add(before.start)
    lower = duration(before.start, before.end, value_of(unit, first), "range")
    lower.working_days = one.working_days
    if between.strip() not in _GROWN:
        lower.bound, one.bound = Bound.AT_LEAST, Bound.AT_MOST
    return [lower]


#: What stands right before a number that no other number goes on from.
_LEADS = frozenset(' \n(„"')
_GROWN: frozenset[str] = frozenset(words("shapes")["ranges"]["grown"])


def _are_ages(low: str, first: Lexeme, last: Lexeme) -> bool:
    """Say whether two numbers of years are ages: „за деца от 3 до 12 години“, „212 участници на 15-29 години“."""
    if number_of(first) is None or not _RANGE.fullmatch(low[first.end : last.start]):
        return False
    return not _KEPT.search(low, max(first.start - 60, 0), first.start)


def _is_past(low: str, lexeme: Lexeme, unit: re.Match[str]) -> bool:
    """Say whether years say when something was: „през 70-те години“, „преди повече от 40 години“."""
    if unit["years"] is None:
        return False
    number = number_of(lexeme)
    if number and number > _LONGEST:
        return True  # „греди от 1870 година“
    if lexeme.spelled and low[: lexeme.end].endswith(_ARTICLE) and number in _DECADES:
        return True  # „сградата е от седемдесетте години“
    if _DECADE.match(low, lexeme.end):
        return True
    return _AGO.search(low, max(lexeme.start - 24, 0), lexeme.start) is not None


def _joined(
    low: str, numbers: list[Lexeme], index: int, value: Duration, end: int, used: set[int]
) -> tuple[Duration, int]:
    """Add the smaller unit behind: „две години и два месеца“, „три месеца и петнадесет дни“."""
    following = numbers[index + 1] if index + 1 < len(numbers) else None
    if following is None or not (value.years or value.months) or not _AND.fullmatch(low[end : following.start]):
        return value, end
    second, count = _UNIT.match(low, following.end), number_of(following)
    if second is None or count is None or "," in low[end : following.start]:
        return value, end
    if value.years and second["months"]:
        value = Duration(years=value.years, months=count)
    elif value.months and second["days"]:
        value = Duration(months=value.months, days=count)
    else:
        return value, end
    used.add(following.start)
    return value, second.end()


def _is_age(low: str, lexeme: Lexeme, unit: re.Match[str]) -> bool:
    """Say whether the years are somebody's age: „лица над 65 години“, „деца от 3 до 6 години“."""
    before = low[max(lexeme.start - 70, 0) : lexeme.start]
    after = low[unit.end() : unit.end() + 14]
    if any(word in after for word in _OF_AGE) or _AVERAGE_AGE.search(before):
        return True
    if unit["years"] and before.endswith(_LIMITS) and not _TERM.search(before) and 14 <= (number_of(lexeme) or 0) < 100:
        return True  # „шестима от безработните са под 29 години“
    if unit["years"] and before.endswith(_AT_AGE) and not _TERM.search(before):
        return True  # „най-младият – на 7 години“
    if _TERM.search(before):
        return False  # „грижата за възрастни жени ще се полага в продължение на 12 месеца“
    return bool(_AGE_WORD.search(before)) and bool(shape("durations", "age_limit").search(before))
