"""What stands before a month or a year and is of its date: ``ХІ.2023``, ``двайсет и първи май``."""

from functools import cache

from extractors.dates import roman
from extractors.numerals import number_words
from extractors.words import shape, words

_ROMAN_LEAD, _ORDINAL_DAY = shape("dates", "roman_lead"), shape("dates", "ordinal_day")


def month_before(low: str, year: int) -> tuple[int, int] | None:
    """Return where the Roman month before a year begins, and the month: „ХІ.2023“."""
    if low[year - 1 : year] not in (".", " "):
        return None
    lead = _ROMAN_LEAD.search(low, max(year - 7, 0), year)
    month = roman(lead[1]) if lead else None
    return (lead.start(), month) if lead and month else None


def day_before(low: str, month: int) -> tuple[int, int] | None:
    """Return where the day in words before a month's name begins, and the day: „двайсет и първи май“."""
    lead = _ORDINAL_DAY.search(low, max(month - _LONGEST_DAY, 0), month)
    day = _days().get(lead["day"]) if lead else None
    if lead is None or day is None:
        return None
    tens = number_words()[lead["tens"]][1] if lead["tens"] else 0
    if tens and day >= 10:
        return None
    return lead.start() if tens else lead.start("day"), tens + day


#: The longest day in words, in characters: „двадесет и четвърти “, and a sign before it.
_LONGEST_DAY = 28


@cache
def _days() -> dict[str, int]:
    return dict(words("dates")["days"])
