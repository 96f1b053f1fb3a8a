"""Durations: ``22 месеца``, ``две години и два месеца``, ``22-месечен``, ``двудневно``, ``130 работни дни``."""

import re
from collections.abc import Iterator
from decimal import Decimal

from extractors.candidate import Candidate
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
_DECADE, _AGO = shape("durations", "decade"), shape("durations", "ago")
_YEAR_AND = shape("durations", "year_and")
_OF_WHICH = shape("durations", "of_which")
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
    found += _halves(low, found)
    found += _compounds(reading)
    _one_year(low, found)
    _understood(reading, numbers, found, used)
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
                    found.append(_candidate(word.start, word.end, _value(match, number), "duration in one word"))
            at = low.find(stem, at + 1)
    return found


def _one_year(low: str, found: list[Candidate]) -> None:
    """Mend „година и девет месеца“, whose first number is left out."""
    for one in found:
        lead = _YEAR_AND.search(low, max(one.start - 12, 0), one.start)
        if lead and isinstance(one.value, Duration) and one.value.months and not one.value.years:
            one.start = lead.start()
            one.value = Duration(years=1, months=one.value.months)


def _understood(reading: Reading, numbers: list[Lexeme], found: list[Candidate], used: set[int]) -> None:
    """Take a number whose unit is understood: „22 месеца, от които 18 са за услугите“."""
    for lexeme in numbers:
        number = _number(lexeme)
        if lexeme.start in used or number is None or number > 60:
            continue
        lead = _OF_WHICH.search(reading.low, max(lexeme.start - 24, 0), lexeme.start)
        whole = next((one for one in found if lead and one.end == lead.start()), None)
        if whole is None or not isinstance(whole.value, Duration) or whole.value.years or whole.value.months <= number:
            continue
        if shape("durations", "understood_behind").match(reading.low[lexeme.end : lexeme.end + 5]):
            used.add(lexeme.start)
            found.append(_candidate(lexeme.start, lexeme.end, Duration(months=number), "unit understood"))


def _number(lexeme: Lexeme, unit: re.Match[str] | None = None) -> int | None:
    """Return the number of a lexeme where a duration can have it: whole, or half years."""
    value = lexeme.value
    if not isinstance(value, Decimal) or not 0 < value < 10_000:
        return None
    half = unit is not None and unit["years"] and value % 1 == Decimal("0.5")
    return int(value) if value == value.to_integral_value() or half else None


def _read(low: str, numbers: list[Lexeme], index: int, used: set[int]) -> Candidate | None:
    lexeme = numbers[index]
    unit = _UNIT.match(low, lexeme.end)
    number = _number(lexeme, unit)
    if number is None:
        return None
    adjective = _ADJECTIVE.match(low, lexeme.end)
    if adjective:
        used.add(lexeme.start)
        if adjective["years"] and not shape("durations", "long_adjective").match(low, adjective.end()):
            return None  # „18-годишна“ is an age, „5-годишен план“ a plan's period
        return _candidate(lexeme.start, adjective.end(), _value(adjective, number), "duration adjective")
    lead = max(lexeme.start - 30, 0)
    label = _LABEL.search(low, lead, lexeme.start) if unit is None and ":" in low[lead : lexeme.start] else None
    if label:
        used.add(lexeme.start)
        return _candidate(lexeme.start, lexeme.end, _value(label, number), "duration under its label")
    short = _MONTHS_SHORT.match(low, lexeme.end) if unit is None and number > 1 else None
    if short and _TERM_LEAD.search(low, max(lexeme.start - 40, 0), lexeme.start):
        used.add(lexeme.start)
        return _candidate(lexeme.start, short.end(), Duration(months=number), "duration")
    if unit is None and index + 1 < len(numbers):
        following = numbers[index + 1]
        if _OF_PLANNED.fullmatch(low[lexeme.end : following.start]) and (whole := _UNIT.match(low, following.end)):
            used.add(lexeme.start)  # „за 74 от обещаните 90 дни“
            return _candidate(lexeme.start, lexeme.end, _value(whole, number), "unit understood")
    if unit is None or (number == 1 and lexeme.spelled and unit["days"]):
        return None  # „за един ден“
    used.add(lexeme.start)
    if _RHYTHM.match(low, unit.end()) or _is_past(low, lexeme, unit):
        return None
    if (unit["years"] or unit["months"]) and _is_age(low, lexeme, unit):
        return None
    value, end = _value(unit, number), unit.end()
    if lexeme.value != number:
        value = Duration(years=number, months=6)  # „7,5 години“
    value, end = _joined(low, numbers, index, value, end, used)
    if unit["years"] and end == unit.end() and (half := _AND_HALF.match(low, end)):
        value, end = Duration(years=number, months=6), half.end()  # „2 години и половина“
    one = _candidate(lexeme.start, end, value, "duration")
    if unit["between"] and unit["between"].startswith(_WORKING):
        one.working_days = True
    # „от 6 до 12 месеца“: the unit of the second is that of the first.
    if index and (before := numbers[index - 1]).start not in used and _RANGE.fullmatch(low[before.end : lexeme.start]):
        first = _number(before)
        if first and first < number:
            used.add(before.start)
            if "на" not in low[before.end : lexeme.start]:
                one.bound = Bound.AT_MOST
    return one


def _is_past(low: str, lexeme: Lexeme, unit: re.Match[str]) -> bool:
    """Say whether years say when something was: „през 70-те години“, „преди повече от 40 години“."""
    if unit["years"] is None:
        return False
    return (
        _DECADE.match(low, lexeme.end) is not None
        or _AGO.search(low, max(lexeme.start - 24, 0), lexeme.start) is not None
    )


def _joined(
    low: str, numbers: list[Lexeme], index: int, value: Duration, end: int, used: set[int]
) -> tuple[Duration, int]:
    """Add the smaller unit behind: „две години и два месеца“, „три месеца и петнадесет дни“."""
    following = numbers[index + 1] if index + 1 < len(numbers) else None
    if following is None or not (value.years or value.months) or not _AND.fullmatch(low[end : following.start]):
        return value, end
    second, count = _UNIT.match(low, following.end), _number(following)
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


def _candidate(start: int, end: int, value: Duration, rule: str) -> Candidate:
    return Candidate(Kind.DURATION, start, end, value, rule)


def _value(unit: re.Match[str], number: int) -> Duration:
    names = {name: number for name, word in unit.groupdict().items() if word and name not in ("between", "number")}
    return Duration(**names)


def _is_age(low: str, lexeme: Lexeme, unit: re.Match[str]) -> bool:
    """Say whether the years are somebody's age: „лица над 65 години“, „деца от 3 до 6 години“."""
    before = low[max(lexeme.start - 70, 0) : lexeme.start]
    after = low[unit.end() : unit.end() + 14]
    if any(word in after for word in _OF_AGE) or _AVERAGE_AGE.search(before):
        return True
    if unit["years"] and before.endswith(_LIMITS) and not _TERM.search(before) and 14 <= (_number(lexeme) or 0) < 100:
        return True  # „шестима от безработните са под 29 години“
    if unit["years"] and before.endswith(_AT_AGE) and not _TERM.search(before):
        return True  # „най-младият – на 7 години“
    return bool(_AGE_WORD.search(before)) and bool(shape("durations", "age_limit").search(before))
