"""Bounds: what stands before a value and makes it a limit or rough: ``над 50``, ``близо 3``, ``не повече от 8``."""

from functools import cache

from extractors.words import words
from models.vocabulary import Bound

#: How far left of a value its bound may begin, in characters.
_REACH = 40


@cache
def _tables() -> tuple[dict[str, list[tuple[str, Bound]]], tuple[str, ...], tuple[str, ...]]:
    """Return the phrases by their last word, longest first; the words passed over; the signs behind a value."""
    table = words("bounds")
    by_last: dict[str, list[tuple[str, Bound]]] = {}
    for bound in Bound:
        for phrase in table["before"].get(str(bound), ()):
            by_last.setdefault(phrase.rsplit(" ", 1)[-1], []).append((phrase, bound))
    for phrases in by_last.values():
        phrases.sort(key=lambda row: -len(row[0]))
    return (
        by_last,
        tuple(f" {word}" for word in table["between"]["words"]),
        tuple(table["after"]["at_least"]),
    )


def bound_of(low: str, start: int, end: int) -> Bound:
    """Return the bound of the value at ``low[start:end]`` of a shadow.

    >>> bound_of("настаняване на не повече от 8 деца", 28, 34)
    <Bound.AT_MOST: 'at_most'>
    """
    by_last, passed, after = _tables()
    before = " " + low[max(start - _REACH, 0) : start].rstrip(" :\n")
    for word in passed:
        if before.endswith(word):
            before = before[: -len(word)].rstrip()
            break
    last = before.rsplit(None, 1)[-1:]
    for phrase, bound in by_last.get(last[0].lstrip('("'), ()) if last else ():
        if before.endswith(phrase) and not before[-len(phrase) - 1].isalpha():
            return bound
    # „50+ потребители“, „19 700+“ set a limit, „722 606 лв. + 127 518 лв.“, „5+3“ add.
    inside = any(sign in low[start:end] for sign in after)
    behind = low.startswith(after, end) and not low[end + 1 : end + 2].isdigit()
    return Bound.AT_LEAST if inside or behind else Bound.EXACT
