"""Publication stamps: ``Публикувано на 23 ноември 2017 г.``, ``Сряда, 07 Ноември 2018 09:20``, ``2/4/2019``, ``вчера``.

A stamp is cut out of its words by its shape, read by dateparser, and believed only if the day and the month that come
back are those that stand there: dateparser reads ``12.24.2017`` as December. Nothing is filled in: without a day, a
month and a year there is no stamp. Relative words count against the time of fetching alone, and are ``derived``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from extractors.words import words

if TYPE_CHECKING:
    from dateparser.date import DateDataParser

_ISO = r"(?<![\d.])(?P<iso>(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01]))(?!\d)"
_NUMERIC = (
    r"(?<![\d.,/-])(?P<d>\d{1,2})\s?(?P<mark>[./-])\s?(?P<m>\d{1,2})\s?(?P=mark)\s?(?P<y>(?:19|20)\d\d|\d\d)(?![\d/])"
)
_WORDED = (
    r"(?<!\d)(?P<day>\d{1,2})(?:-?(?:ви|ри|ти|ми))?[ \u00a0]+"
    r"(?P<month>[^\W\d_]{3,9})\.?,?[ \u00a0]+(?P<year>(?:19|20)\d\d)(?!\d)"
)
_ENGLISH = r"(?P<name>[A-Z][a-z]{2,8})\.? (?P<dd>\d{1,2}), (?P<yyyy>(?:19|20)\d\d)(?!\d)"
_SHAPE = re.compile("|".join((_ISO, _NUMERIC, _WORDED, _ENGLISH)))

_SOFIA = ZoneInfo("Europe/Sofia")
#: No municipal site is older.
_FIRST_YEAR = 1994


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day; ``derived`` where it was counted from the time of fetching."""

    date: date
    derived: bool = False


@dataclass(slots=True)
class StampUse:
    """How often dateparser was asked and how often it answered, in this process; ``evaluate`` prints it."""

    asked: int = 0
    answered: int = 0
    relative: int = 0

    def reset(self) -> None:
        """Count from nought again."""
        self.asked = self.answered = self.relative = 0


#: The counter of this process.
USE = StampUse()


@dataclass(frozen=True, slots=True)
class FoundStamp:
    """A stamp and its place: ``text[start:end]`` is the day as it stands."""

    start: int
    end: int
    stamp: Stamp


@cache
def stamp_words() -> dict[str, list[str]]:
    """Return the word lists of ``lexicon/bg/stamps.toml``."""
    return {name: listed for name, listed in words("stamps").items() if isinstance(listed, list)}


def find_stamps(text: str) -> Iterator[FoundStamp]:
    """Yield the full days in a short text, in order; partial dates and impossible days are none."""
    for match in _SHAPE.finditer(text):
        day = _read_shape(match)
        if day is not None:
            yield FoundStamp(match.start(), match.end(), Stamp(day))


def read_stamp(text: str, *, fetched: datetime | None = None) -> Stamp | None:
    """Return the first full day in the text, else a relative one against ``fetched``; None where there is none.

    >>> read_stamp("Публикувано на 23 ноември 2017 г.")
    Stamp(date=datetime.date(2017, 11, 23), derived=False)
    >>> read_stamp("ноември 2017 г.") is None
    True
    """
    moment = _read_moment(text)
    if moment is not None:
        return Stamp(moment)
    for found in find_stamps(text):
        return found.stamp
    return _read_relative(text, fetched) if fetched is not None else None


def _read_moment(text: str) -> date | None:
    """Read a machine's stamp, ``2021-06-22T22:30:00+00:00``: its day in Bulgaria."""
    text = text.strip()
    if len(text) < 16 or text[10] not in "T ":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    try:
        return (moment.astimezone(_SOFIA) if moment.tzinfo else moment).date()
    except OverflowError:
        return None


def _read_shape(match: re.Match[str]) -> date | None:
    if match["iso"]:
        try:
            return date(*map(int, re.split("[-/.]", match["iso"])))
        except ValueError:
            return None
    if match["mark"]:
        day, month = int(match["d"]), int(match["m"])
        found = _ask(f"{day:02}.{month:02}.{match['y']}", "bg")
        return found if found and (found.day, found.month) == (day, month) else None
    if match["month"]:
        word = match["month"].lower()
        day = int(match["day"])
        found = _ask(f"{day} {_instead().get(word, word)} {match['year']}", "en" if word.isascii() else "bg")
    else:
        day = int(match["dd"])
        found = _ask(f"{day} {match['name']} {match['yyyy']}", "en")
    return found if found and found.day == day else None


@lru_cache(maxsize=4096)
def _ask(text: str, language: str) -> date | None:
    """Let dateparser read a day that was cut out; the cache makes a page's stamps cost once."""
    USE.asked += 1
    found = _parser(language).get_date_data(text).date_obj
    if found is None or found.year < _FIRST_YEAR:
        return None
    USE.answered += 1
    return found.date()


@cache
def _parser(language: str) -> "DateDataParser":
    from dateparser.date import DateDataParser  # half a second, and not every run meets a stamp

    settings = {"DATE_ORDER": "DMY", "REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]}
    return DateDataParser(languages=[language], settings=settings)


def _read_relative(text: str, fetched: datetime) -> Stamp | None:
    match = _relative().search(text)
    if match is None:
        return None
    import dateparser

    phrase = match[0].lower()
    for old, new in _instead().items():
        phrase = re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new, phrase)
    base = (fetched.astimezone(_SOFIA) if fetched.tzinfo else fetched).replace(tzinfo=None)
    USE.asked += 1
    found = dateparser.parse(
        phrase,
        languages=["bg"],
        settings={"RELATIVE_BASE": base, "PARSERS": ["relative-time"], "TIMEZONE": "Europe/Sofia"},
    )
    if found is None or found > base:
        return None
    USE.answered += 1
    USE.relative += 1
    return Stamp(found.date(), derived=True)


@cache
def _relative() -> re.Pattern[str]:
    lists = stamp_words()
    days, ago, units = (_any_of(lists[name]) for name in ("relative_days", "relative_ago", "relative_units"))
    return re.compile(rf"(?<!\w)(?:(?:{days})|(?:{ago})\s+\d{{1,3}}\s+(?:{units}))(?!\w)", re.IGNORECASE)


@cache
def _instead() -> dict[str, str]:
    return dict(words("stamps")["instead"])


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
