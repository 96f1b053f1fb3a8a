"""Quarters and half-years: ``I тримесечие на 2018``, ``първото полугодие``, ``Q2 2026``."""

import re
from functools import cache

from extractors.dates import DateParts, Match, with_year
from extractors.words import words


@cache
def _part_pattern() -> re.Pattern[str]:
    table = words("dates")
    named = {number: [*names, *table["lookalikes"][number]] for number, names in table["ordinals"].items()}
    ordinals = "|".join(
        f"(?P<o{number}>{'|'.join(re.escape(one) for one in sorted(names, key=len, reverse=True))})"
        for number, names in named.items()
    )
    parts = "|".join(
        f"(?P<{name}>{'|'.join(re.escape(one) for one in sorted(table['parts'][name], key=len, reverse=True))})"
        for name in ("quarter", "half")
    )
    return re.compile(rf"(?<![\w-])(?:(?:{ordinals})[ ](?:{parts})(?![а-я])(?:[ ](?:на|от|за))?|q(?P<q>[1-4])(?!\d))")


def tells_parts(low: str) -> bool:
    """Say whether a text may tell a quarter or a half-year: most tell none, and need not be searched."""
    return any(name in low for name in _part_names())


@cache
def _part_names() -> tuple[str, ...]:
    """Return what every name of a part of a year holds: the names that hold no other, and the „q“ of „Q2“."""
    names = {name for listed in words("dates")["parts"].values() for name in listed} | {"q"}
    return tuple(name for name in names if not any(other in name for other in names - {name}))


def match_part(low: str, at: int) -> Match | None:
    """Read a quarter or a half-year: „I тримесечие на 2018“, „първото полугодие“, „Q2 2026“."""
    found = _part_pattern().match(low, at)
    if not found:
        return None
    if found["q"]:
        number, half = int(found["q"]), False
    else:
        number = next(one for one in range(1, 5) if found[f"o{one}"])
        half = bool(found["half"])
    if half and number > 2:
        return None
    parts = DateParts(half=number) if half else DateParts(quarter=number)
    end, parts, _ = with_year(low, found.end(), parts)
    if not parts.dated:
        # „I тримесечие на“ without a year ends at the noun.
        end = found.end() - (3 if found[0].endswith((" на", " от", " за")) else 0)
    return end, parts, end
