"""Dates: ``17.10.2017г.``, ``5 март 2020``, ``м. ноември``, ``15.ІV.2016``, ``от 2 до 7 май 2017``, ``I тримесечие``.

A matcher is tried at one place of the shadow and gives the parts that stand there; a part that the text leaves out is
filled by ``resolve`` from a neighbour or the publication, never from today.
"""

import re
from datetime import date
from functools import cache
from typing import NamedTuple

from extractors.words import shape, words
from models.values import PartialDate


class DateParts(NamedTuple):
    """What the words of one date give; ``relative`` is -1, 0 or 1 for „м.г.“, „т.г.“, „следващата година“.

    ``same`` says that the year is that of the date before: „10 юли същата година“.
    """

    day: int | None = None
    month: int | None = None
    year: int | None = None
    quarter: int | None = None
    half: int | None = None
    relative: int | None = None
    same: bool = False

    def value(self, year: int | None = None) -> PartialDate | None:
        """Return the date, with the year given where the words have none; None where there is no such day."""
        chosen = self.year or year
        if chosen is None:
            return None
        try:
            return PartialDate(chosen, self.month, self.day, self.quarter, self.half)
        except ValueError:
            return None

    @property
    def dated(self) -> bool:
        """Whether the words give their year."""
        return self.year is not None


#: Where the quote ends, what it says, and where reading goes on: before the end where the next date shares a part.
Match = tuple[int, DateParts, int]

_ROMAN = {
    word: number
    for number, names in enumerate(
        ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"),
        start=1,
    )
    for word in (names,)
}
# „ХІ“ in Cyrillic letters is as frequent as „XI“.
_LATIN = str.maketrans("іхуѵ", "ixvv")
_YEAR = r"(?:19|20)\d\d"
#: „2 януари 1874“ is a whole date too, and no project's.
_ANY_YEAR = r"(?:1[5-9]|20)\d\d"
_NO_MORE = r"(?!\d)(?![./-]\d)"

_DMY = re.compile(
    r"(\d{1,2})[ ]?([./-])[ ]?(\d{1,2}|[ivx\u0456\u0445]{1,4})[ ]?\2[ ]?"
    rf"({_YEAR}|\d\d(?=[ ]?(?:г|$|[^\d\w./-]|[.](?!\d))))(?!\d)"
)
#: Only a number with one of these marks behind it begins a date all in digits.
_MARKED = re.compile(r"\d{1,4}[ ]?[./-]")
_ISO = re.compile(rf"({_YEAR})-(\d\d)-(\d\d)(?!\d)")
_MY = re.compile(rf"(\d{{1,2}})[./]({_YEAR})(?=[ ]?г(?:[.]|од|\b))")
_MY_BARE = re.compile(rf"(\d{{1,2}})[./]({_YEAR}){_NO_MORE}")
#: „06.2019“ that fills its cell or its line.
_ALONE = re.compile(rf"\d{{1,2}}[.]{_YEAR}[ ]*(?=[\n\t|]|$)")
_DM, _DAY_ROMAN = shape("dates", "dm"), shape("dates", "day_roman")
_MONTH_WORDS: tuple[str, ...] = tuple(words("shapes")["dates"]["month_words"])
_ENDING = r"(?:-?(?:ви|ри|ти|ми|и|ия|ият|тия|рия|вия)(?![а-я]))?"
_DAY = re.compile(rf"(\d{{1,2}}){_ENDING}(?![\d/])")
_JOINT = shape("dates", "joint")
_DAY_BEHIND = re.compile(rf"[ ](0?[1-9]|[12]\d|3[01]),[ ]?({_YEAR})(?!\d)")
_ISO_MONTH = re.compile(rf"({_YEAR})-(0[1-9]|1[0-2])(?![\d-])")
#: „04.09“ with no full stop behind it, where a preposition or a bullet says that it is a day.
_DM_BARE = re.compile(
    r"(0?[1-9]|[12]\d|3[01])[.](0[1-9]|1[0-2])(?=[ ]?(?:[,;)\n!?-]|$|и[ ]|[а-я]{3,}))"
    r"(?![ ]?(?:лв|лева|евро|млн|хил|дка|кв|час|процент))"
)
_BARE_YEAR = re.compile(rf"({_YEAR})(?!\d)")
_PERIOD = re.compile(rf"({_YEAR})[ ]?[-/][ ]?((?:20)?\d\d)(?!\d)(?![./]\d)(?!-\d\d)")


@cache
def _months() -> dict[str, int]:
    return {name: int(number) for number, names in words("dates")["months"].items() for name in names}


@cache
def _month_pattern() -> re.Pattern[str]:
    names = sorted(_months(), key=len, reverse=True)
    return re.compile(rf"(?:м\.|мес\.|месец)?[ ]?({'|'.join(names)})(?![а-я])")


@cache
def _year_pattern() -> re.Pattern[str]:
    relative = words("dates")["relative"]
    names = "|".join(
        f"(?P<{name}>{'|'.join(re.escape(one).replace(chr(92) + ' ', '[ ]?') for one in relative[name])})"
        for name in ("this", "last", "next", "same")
    )
    return re.compile(rf"(?:[.]?,?[ ]+|[.])(?:на[ ])?(?:(?P<year>{_ANY_YEAR})(?!\d)|{names})")


@cache
def month_names() -> frozenset[str]:
    """Return the words that may name a month: whole names, and abbreviations of three letters and more."""
    return frozenset(name for name in _months() if len(name) >= 3)


def roman(text: str) -> int | None:
    """Return the month that a Roman numeral in lower case names, its letters Latin or Cyrillic."""
    return _ROMAN.get(text.translate(_LATIN))


def _month(text: str) -> int | None:
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    return roman(text)


def _full_year(text: str) -> int:
    # Announcements begin in 2007: two digits are of this century.
    return int(text) if len(text) == 4 else 2000 + int(text)


def _checked(end: int, parts: DateParts, resume: int | None = None) -> Match | None:
    """Refuse a day that no month has."""
    plain = parts.month in _MONTHS_OF_YEAR and (parts.day is None or 1 <= parts.day <= _SHORTEST_MONTH)
    return (end, parts, end if resume is None else resume) if plain or parts.value(2000) is not None else None


#: Up to this day a date needs no calendar.
_SHORTEST_MONTH = 28
_MONTHS_OF_YEAR = range(1, 13)


def match_date(low: str, at: int) -> Match | None:
    """Read a date that begins with the digit at this offset of the shadow; the end leaves „г.“ out."""
    if not _MARKED.match(low, at):
        return match_day(low, at)
    if found := _DMY.match(low, at):
        month = _month(found[3])
        # „5.2.12“ is a section; two digits of a year ask for two of day and month, or for „г.“.
        short = len(found[4]) == 2 and (found[2] == "-" or len(found[1] + found[3]) < 4)
        if month and 1 <= int(found[1]) <= 31 and (not short or low[found.end() : found.end() + 2].lstrip()[:1] == "г"):
            return _checked(found.end(), DateParts(int(found[1]), month, _full_year(found[4])))
    if found := _ISO.match(low, at):
        return _checked(found.end(), DateParts(int(found[3]), int(found[2]) or 99, int(found[1])))
    found = _ISO_MONTH.match(low, at)
    if found and (found[2][0] == "0" or _cell_alone(low, at, found.end())):
        return found.end(), DateParts(None, int(found[2]), int(found[1])), found.end()
    found = _MY.match(low, at)
    if not found and (found := _MY_BARE.match(low, at)) and not (_after_month_word(low, at) or _is_alone(low, at)):
        found = None
    if found:
        month = _month(found[1])
        if month:
            return found.end(), DateParts(None, month, int(found[2])), found.end()
    return _match_day_month(low, at) or _match_shared(low, at)


def match_day(low: str, at: int) -> Match | None:
    """Read a date that begins with a day in digits and goes on in words: „5 март“, „2 до 7 май“."""
    day = _day(low, at)
    return (_with_month(low, day) or _sharing_month(low, day)) if day else None


def _day(low: str, at: int) -> re.Match[str] | None:
    day = _DAY.match(low, at)
    return day if day and 1 <= int(day[1]) <= 31 else None


def _is_alone(low: str, at: int) -> bool:
    """Say whether „06.2019“ fills its cell or its line."""
    return low[max(at - 2, 0) : at].strip(" ")[-1:] in ("", "\n", "\t", "|") and _ALONE.match(low, at) is not None


def _cell_alone(low: str, start: int, end: int) -> bool:
    """Say whether a piece fills its cell or its line."""
    return low[max(start - 2, 0) : start].strip(" |\t\n") == "" and low[end : end + 2].strip(" |\t\n") == ""


def _after_month_word(low: str, at: int) -> bool:
    return low[max(at - 7, 0) : at].rstrip().endswith(_MONTH_WORDS)


def _match_day_month(low: str, at: int) -> Match | None:
    """Read „17-ти октомври 2017“, „26 април т.г.“."""
    day = _day(low, at)
    return _with_month(low, day) if day else None


def _with_month(low: str, day: re.Match[str]) -> Match | None:
    gap = day.end()
    while gap < len(low) and low[gap] in " \n" and gap - day.end() < 3:
        gap += 1
    found = match_month(low, gap)
    if found is None:
        return None
    end, parts, _ = found
    if not parts.dated and parts.relative is None:
        # „5 март до 5 юни 2024 г.“: the year of the second belongs to the first.
        joint = _JOINT.match(low, end)
        after = _match_day_month(low, joint.end()) if joint and low[joint.end() : joint.end() + 1].isdigit() else None
        if after and after[1].dated:
            return _checked(after[0], parts._replace(day=int(day[1]), year=after[1].year), end)
    return _checked(end, parts._replace(day=int(day[1])))


def match_month(low: str, at: int) -> Match | None:
    """Read a month's name and the year behind it; the end is behind what was read."""
    found = _month_pattern().match(low, at)
    if not found:
        return None
    parts = DateParts(month=_months()[found[1]])
    if turned := _DAY_BEHIND.match(low, found.end()):
        # „юни 19, 2025“: the stamp of a portal in English order
        return turned.end(), parts._replace(day=int(turned[1]), year=int(turned[2])), turned.end()
    return with_year(low, found.end(), parts)


def with_year(low: str, end: int, parts: DateParts) -> Match:
    """Read the year behind what was read; the end is behind it, but „т.г.“ is left out."""
    year = _year_pattern().match(low, end)
    if not year:
        return end, parts, end
    if year["year"]:
        return year.end(), parts._replace(year=int(year["year"])), year.end()
    for name, relative in (("this", 0), ("last", -1), ("next", 1)):
        if year[name]:
            # The quote is the date's own words; „т.г.“ is left out as „г.“ is.
            return end, parts._replace(relative=relative), end
    return end, parts._replace(same=True), end


def _match_shared(low: str, at: int) -> Match | None:
    """Read a day whose month stands in the next date: ``2 до 7 май 2017``, ``08.04. – 15.07.2026``.

    The end is that of the date which tells the shared part: it belongs to this quote too.
    """
    short = _DM.match(low, at)
    if short and 1 <= int(short[1]) <= 31 and _month(short[2]):
        parts = DateParts(int(short[1]), _month(short[2]))
        joint = _JOINT.match(low, short.end())
        after = match_date(low, joint.end()) if joint and low[joint.end() : joint.end() + 1].isdigit() else None
        if after and after[1].year and after[1].day:
            return _checked(after[0], parts._replace(year=after[1].year), short.end())
        if short[0].endswith(".") and _year_pattern().match(low, short.end() - 1):
            end, parts, _ = with_year(low, short.end() - 1, parts)
            return _checked(end, parts)
        if short[0].endswith(".") and not short[2].isdigit():
            return _checked(short.end() - 1, parts)
        if short[0].endswith(".") and shape("dates", "day_begins").search(low[max(at - 8, 0) : at]):
            # „приемат се до 30.04. в Центъра“: the year is the publication's.
            return _checked(short.end() - 1, parts) if low[short.end() : short.end() + 1] in " ,;)\n" else None
        if short[0].endswith("."):
            return None
    if (spoken := _DAY_ROMAN.match(low, at)) and 1 <= int(spoken[1]) <= 31 and roman(spoken[2]):
        return _checked(spoken.end(), DateParts(int(spoken[1]), roman(spoken[2])))
    if (bare := _DM_BARE.match(low, at)) and shape("dates", "day_begins").search(low[max(at - 8, 0) : at]):
        return _checked(bare.end(), DateParts(int(bare[1]), int(bare[2])))
    day = _day(low, at)
    return _sharing_month(low, day) if day else None


def _in_digits(low: str, at: int, second: int) -> Match | None:
    """Read the second day of „11 и 12.05.2023“, „на 21 и 22.02“, whose month is the first one's too."""
    if low[second - 1].isspace() and "-" in low[second - 3 : second]:
        return None  # „Акт обр. 15 – 11.08.2023“
    if found := _DMY.match(low, second):
        month = _month(found[3])
        if found[2] == "." and month and 1 <= int(found[1]) <= 31:
            return _checked(found.end(), DateParts(int(found[1]), month, _full_year(found[4])))
        return None
    if (bare := _DM_BARE.match(low, second)) and shape("dates", "day_begins").search(low[max(at - 8, 0) : at]):
        return _checked(bare.end(), DateParts(int(bare[1]), int(bare[2])))
    return None


def _sharing_month(low: str, day: re.Match[str]) -> Match | None:
    end = day.end()
    for _ in range(4):
        joint = _JOINT.match(low, end)
        if not joint or not low[joint.end() : joint.end() + 1].isdigit():
            return None
        after = _match_day_month(low, joint.end()) or _in_digits(low, day.start(), joint.end())
        if after:
            return _checked(after[0], after[1]._replace(day=int(day[1])), day.end())
        following = _DAY.match(low, joint.end())
        if not following:
            return None
        end = following.end()
    return None


def resolve(parts: DateParts, published: date | None, neighbour: int | None) -> PartialDate | None:
    """Fill the year from the publication („т.г.“), from a neighbour that shares it, or from the publication alone."""
    if parts.dated:
        return parts.value()
    if parts.relative is not None:
        return parts.value(published.year + parts.relative) if published else None
    if neighbour is not None:
        return parts.value(neighbour)
    if published is None:
        return None
    return parts.value(published.year)
