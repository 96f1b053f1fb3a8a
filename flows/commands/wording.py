"""A figure's value on one line of a terminal, in the words of the annotation guide: ``>= 498 248.45 BGN``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.figure import Figure

_BOUNDS = {"exact": "", "approx": "~ ", "at_least": ">= ", "at_most": "<= "}


def short_value(figure: "Figure") -> str:
    """Return bound, value and unit; thousands are apart, so that long sums can be read."""
    from models.values import Amount, Headcount

    value = figure.value
    bound = _BOUNDS[figure.bound.value]
    if isinstance(value, Amount):
        return f"{bound}{_grouped(value.minor // 100)}.{value.minor % 100:02} {value.currency}"
    if isinstance(value, Headcount):
        return f"{bound}{_grouped(value.number)} {value.unit}"
    return f"{bound}{value.text}"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", "\u00a0")


def short_key(key: str) -> str:
    """Return what of a figure's key is printed: enough for `otchet evidence` to find it."""
    return key[:10]
