"""The dates of a document: which shapes are dates of something told, and the year of those whose words leave it out."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from extractors.candidate import Candidate
from extractors.dates import DateParts, roman
from extractors.lexer import Lex, Lexeme
from extractors.reading import Reading
from extractors.stamps import read_stamp
from extractors.weights import Weights
from extractors.words import shape, words
from extractors.years import TOLD, year_by_rules
from extractors.years_weighed import Undated, weighed
from models.document import BlockKind, Zone
from models.values import PartialDate
from models.vocabulary import Kind

# „Понеделник, 14 май 2018 г., 10:30 ч. | Новини“: what may stand beside a stamp.
_STAMP_REST = shape("datings", "stamp_rest")
_POINT = shape("datings", "point")
_NAMED = shape("datings", "named")
_AFTER_YEAR = shape("datings", "after_year")
_STAMP_LABEL = shape("datings", "stamp_label")
_STAMP_STEMS: list[str] = words("shapes")["datings"]["stamp_stems"]
_MONTHS = re.compile(r"(?:19|20)\d\d[ ]?\((?P<first>[ivx]{1,4})[ ]?-[ ]?(?P<last>[ivx]{1,4})\)")
_COLUMN = shape("datings", "column")
_CALM = shape("datings", "happening")
_NO_STAMP = shape("datings", "no_stamp")


def find_dates(
    reading: Reading, published: date | None, stamp: int | None, model: Weights | None = None
) -> list[Candidate]:
    """Return the dates of the body; ``stamp`` is where the publication's own date stands.

    ``model`` weighs the year of a day that tells none (``extractors.years_weighed``); without it the rules decide.
    """
    lexemes = [one for one in reading.lexemes if one.lex in TOLD]
    found: list[Candidate] = []
    others: Undated | None = None
    for index, lexeme in enumerate(lexemes):
        if lexeme.lex is Lex.PERIOD:
            found += _period(reading, lexeme)
            continue
        parts = lexeme.value
        assert isinstance(parts, DateParts)
        if lexeme.lex is Lex.YEAR and (span := _MONTHS.match(reading.low, lexeme.start)):
            found += _months(parts.year or 0, span)
            continue
        if lexeme.lex is Lex.YEAR and not _is_point(reading, lexeme):
            continue
        if parts.month and not parts.dated and not parts.day and not _is_month(reading, lexeme):
            continue
        if parts.day and _is_name(reading.low, lexeme):
            continue
        value = parts.value() if parts.dated else year_by_rules(reading, lexemes, index, parts, published)
        if model is not None and not parts.dated and parts.relative is None and not parts.same:
            if others is None:
                others = Undated(reading, lexemes, published)
            value = weighed(others.choices(index, value), model) or value
            if value is not None:
                others.tell(lexeme, value)
        if value and not parts.dated and found and _is_joined(reading.low, found[-1].end, lexeme.start):
            value = _behind(found[-1], parts, value)
        if value is None or not 1990 <= value.year <= 2060:
            continue
        rule = "year" if lexeme.lex is Lex.YEAR else "date" if parts.dated else "date without its year"
        one = Candidate(Kind.DATE, lexeme.start, lexeme.end, value, rule)
        one.weak = lexeme.lex is Lex.YEAR
        if lexeme.start == stamp:
            one.role, one.rule = "published", "publication stamp"
        found.append(one)
    return found + _days_alone(reading, found)


_DAY_ALONE, _NOT_THE_MONTH = shape("datings", "day_alone"), shape("datings", "not_the_month")
#: How far behind the date that tells its month a day alone may stand, in characters.
_MONTH_REACH = 250
#: How much of the text beside such a day tells that it is one, in characters.
_LEAD, _TAIL = 14, 24


def _days_alone(reading: Reading, found: Sequence[Candidate]) -> list[Candidate]:
    """Read days whose month was told before: „подписан на 20 август, а на 29-и дойдоха машините“."""
    low = reading.low
    days: list[Candidate] = []
    for number in reading.numbers if found else ():
        if not low.startswith("-", number.end):
            continue
        match = _DAY_ALONE.search(low, max(number.start - _LEAD, 0), number.end + _TAIL)
        if match is None or match.start("day") != number.start or _NOT_THE_MONTH.match(low, match.end()):
            continue
        index = bisect_right(found, match.start(), key=lambda one: one.start) - 1
        before = found[index] if index >= 0 else None
        if before is None or match.start("day") - before.end > _MONTH_REACH or before.start >= match.start("day"):
            continue
        month = before.value
        assert isinstance(month, PartialDate)
        value = DateParts(int(match["day"]), month.month, month.year).value() if month.month else None
        if value is not None:
            days.append(Candidate(Kind.DATE, match.start("day"), match.end(), value, "day of the month told before"))
    return days


_JOINED = shape("datings", "joined")


def _is_joined(low: str, end: int, start: int) -> bool:
    """Say whether two days are one stretch; „3 до 7 юли“ is quoted whole for its first day."""
    return start < end or _JOINED.fullmatch(low, end, start) is not None


def _behind(first: Candidate, parts: DateParts, value: PartialDate) -> PartialDate:
    """Give the second day of „от 3 до 7 юли“ the year of the first, or the next one."""
    assert isinstance(first.value, PartialDate)
    if first.rule != "date without its year" or parts.relative is not None:
        return value
    same = parts.value(first.value.year)
    return same if same and same.last >= first.value.first else parts.value(first.value.year + 1) or value


def _months(year: int, span: re.Match[str]) -> list[Candidate]:
    """Read „2026 (I–VIII)“ as two months."""
    found = []
    for name, start in (("first", span.start()), ("last", span.start("last"))):
        month = roman(span[name])
        if month is None:
            return []
        found.append(Candidate(Kind.DATE, start, span.end(name), PartialDate(year, month), "months of a year"))
    return found


def _period(reading: Reading, lexeme: Lexeme) -> list[Candidate]:
    """Read „Срок: 2024 - 2025 г.“ as two dates; the period of a programme or a school year is none."""
    before = reading.low[max(lexeme.start - 40, 0) : lexeme.start]
    if "/" in reading.low[lexeme.start : lexeme.end] or not shape("datings", "term").search(before):
        return []
    first, last = lexeme.value  # type: ignore[misc]
    start, end = lexeme.start, lexeme.end
    one = Candidate(Kind.DATE, start, start + 4, PartialDate(int(first)), "period", role="project_start")
    if end - 4 <= start + 4:
        return [one]
    return [one, Candidate(Kind.DATE, end - 4, end, PartialDate(int(last)), "period", role="project_end")]


def _is_point(reading: Reading, lexeme: Lexeme) -> bool:
    """Say whether a bare year is a point or a limit in time of what is told."""
    low = reading.low
    cell = reading.cell_at(lexeme.start)
    if cell is not None:
        # A year fills the cell of a column „Начало“.
        alone = not (low[cell.start : lexeme.start] + low[lexeme.end : cell.end]).strip(" г.")
        return alone and any(_COLUMN.search(header.lower()) for header in cell.headers[:1])
    before = low[max(lexeme.start - 60, 0) : lexeme.start]
    if not _POINT.search(before) or not _AFTER_YEAR.match(low, lexeme.end):
        return False
    if _quoted(reading, lexeme.start) or _NAMED.search(before):
        return False
    # „Наредба № 7 от 2004 г.“: an act with less than a month gives none.
    return not shape("datings", "of_an_act").search(before)


def _quoted(reading: Reading, place: int) -> bool:
    block = reading.block_at(place)
    start = block.start if block else max(place - 300, 0)
    low = reading.low
    # A name is short: what somebody says in quotes is long.
    near = low.rfind('"', max(start, place - _LONGEST_NAME), place) >= 0
    return near and low.count('"', start, place) % 2 == 1 and '"' in low[place : place + _LONGEST_NAME]


#: How far on each side the quotes of a name may stand, in characters.
_LONGEST_NAME = 90


def _is_month(reading: Reading, lexeme: Lexeme) -> bool:
    """Say whether a month's name alone is a date: „през м. декември“, „до края на септември“; „Март“ may be a name."""
    before = reading.low[max(lexeme.start - 24, 0) : lexeme.start]
    return bool(shape("datings", "month_lead").search(before)) and not _quoted(reading, lexeme.start)


def _is_name(low: str, lexeme: Lexeme) -> bool:
    """Say whether a day names a street or a house: „ДГ „Първи юни““, „ул. 3-ти март“."""
    if low[lexeme.start - 1 : lexeme.start] == '"' == low[lexeme.end : lexeme.end + 1]:
        return True
    return shape("datings", "of_a_street").search(low, max(lexeme.start - 8, 0), lexeme.start) is not None


def find_stamp(reading: Reading) -> tuple[date, int] | None:
    """Return the publication date that stands in the text, and where: a line that is all date, or „Публикувано на“."""
    low = reading.low
    bodies = [index for index, one in enumerate(reading.blocks) if one.zone is Zone.BODY]
    if not bodies:
        return None
    edge = set(bodies[:6]) | set(bodies[-4:])
    for lexeme in reading.lexemes:
        if lexeme.lex is not Lex.DATE:
            continue
        parts = lexeme.value
        assert isinstance(parts, DateParts)
        value = parts.value()
        if value is None or value.day is None:
            continue
        index = reading.block_index(lexeme.start)
        if index is None or reading.blocks[index].zone is Zone.FURNITURE:
            continue
        before = low[max(lexeme.start - 40, 0) : lexeme.start]
        if shape("datings", "stamp_label_before").search(before):
            return value.first, lexeme.start
        if index in edge and _is_stamp_line(reading, lexeme, first=index == bodies[0]):
            return value.first, lexeme.start
    return None


def read_stamp_words(reading: Reading) -> date | None:
    """Let dateparser read what stands behind „Публикувано на“ where our own shapes cannot: „нд, 4 фев. 2018“."""
    label = _STAMP_LABEL.search(reading.low) if any(stem in reading.low for stem in _STAMP_STEMS) else None
    if label is None:
        return None
    found = read_stamp(label["words"].strip())
    return found.date if found else None


def _beside_stamp(rest: str) -> str:
    """Return the words beside a date that are no stamp's; of a long line those at its head, where they are enough."""
    if len(rest) > _HEAD_OF_LINE * 2:
        left = _beside_stamp(rest[: rest.rfind(" ", 0, _HEAD_OF_LINE) + 1])
        if len(left) > _SHORT_REST:
            return left
    rest = re.sub(r"\d{1,2}[:.]\d\d", " ", rest)
    left = _STAMP_REST.sub(" ", re.sub(r"[^а-я]+", " ", rest))
    return " ".join(word for word in left.split() if len(word) > 1)


#: How much of a long line is looked at first, and how much beside a date is too much for a stamp, in characters.
_HEAD_OF_LINE, _SHORT_REST = 120, 16


def _is_stamp_line(reading: Reading, lexeme: Lexeme, *, first: bool) -> bool:
    """Say whether the line of a date holds nothing else that matters, or is a title that the date opens."""
    low = reading.whole  # the body's shadow has no line ends inside a paragraph
    start = low.rfind("\n", 0, lexeme.start) + 1
    stop = low.find("\n", lexeme.end)
    stop = len(low) if stop < 0 else stop
    block = reading.block_at(lexeme.start)
    if block is None or block.kind in (BlockKind.TABLE_ROW, BlockKind.TABLE_HEADER):
        return False
    if shape("datings", "invitation").match(low, stop):
        return False  # „Дата: 15 май 2019 г.⏎Час: 11:00“ is the day of an event
    start, stop = max(start, block.start), min(stop, block.end)
    lead, tail = low[start : lexeme.start], low[lexeme.end : stop]
    if "?" in lead or block.kind is BlockKind.LIST_ITEM or _NO_STAMP.search(lead):
        return False
    if not lead.strip("[( ") and shape("datings", "stamp_tail").match(tail):
        return True  # „30 ноември 2023, 18:22 | Стела Ганчева“
    left = _beside_stamp(f"{lead} {tail}")
    labelled = lead.rstrip().endswith(":") and bool(left)
    if not left or (
        len(left) <= _SHORT_REST and lexeme.start - start < 24 and not labelled and _CALM.search(left) is None
    ):
        return True
    if shape("datings", "author").match(lead) and not tail.strip(" .г"):
        return True  # „Автор: Венета Цекова, Роман, 16.V.2018 г.“
    return (
        first
        and not low[start : lexeme.start].strip("[( ")
        and bool(shape("datings", "title_behind").match(reading.text[lexeme.end : lexeme.end + 8]))
    )
