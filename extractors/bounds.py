"""Bounds: what stands before a value and makes it a limit or rough: ``над 50``, ``близо 3``, ``не повече от 8``."""

import re
from functools import cache

from extractors.words import words
from models.vocabulary import Bound


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[Bound, ...], re.Pattern[str]]:
    table = words("bounds")
    entries = sorted(
        (
            (word, Bound(name))
            for name in ("approx", "at_least", "at_most", "exact")
            for word in table["before"].get(name, ())
        ),
        key=lambda row: -len(row[0]),
    )
    pattern = "|".join(f"({re.escape(word)})" for word, _ in entries)
    after = "|".join(re.escape(one) for one in table["after"]["at_least"])
    return (
        re.compile(rf"(?<![а-я])(?:{pattern})[ \n]*[:]?[ ]*(?:общо[ ]|с[ ]|едни[ ]|от[ ]общо[ ])?$"),
        tuple(bound for _, bound in entries),
        re.compile(rf"[ ]?(?:{after})"),
    )


def bound_of(low: str, start: int, end: int) -> Bound:
    """Return the bound of the value at ``low[start:end]``."""
    pattern, bounds, after = _patterns()
    before = low[max(start - 34, 0) : start]
    found = pattern.search(before)
    if found and found.lastindex is not None:
        return bounds[found.lastindex - 1]
    return Bound.AT_LEAST if after.match(low, end) else Bound.EXACT
