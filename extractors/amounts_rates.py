"""What stands right behind a sum: its tax and what it is paid for, ``без ДДС``, ``месечно на потребител``."""

import re
from functools import cache

from extractors.candidate import Candidate
from extractors.words import words
from models.vocabulary import Per, Vat


@cache
def _vat_words() -> dict[str, Vat]:
    """Return what tells of the tax, longest first."""
    told = {word: Vat(name) for name, listed in words("money")["vat"].items() for word in listed}
    return dict(sorted(told.items(), key=lambda row: -len(row[0])))


@cache
def _per_words() -> dict[str, Per]:
    """Return what tells of a rate, longest first."""
    told = {word: Per(name) for name, listed in words("money")["per"].items() for word in listed}
    return dict(sorted(told.items(), key=lambda row: -len(row[0])))


@cache
def _beginnings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(_vat_words()), tuple(_per_words())


_BESIDE = re.compile(r"[ ,(/]*")


def _beside(low: str, at: int) -> int:
    place = _BESIDE.match(low, at)
    return place.end() if place else at


def set_rate(low: str, one: Candidate) -> None:
    """Read „без ДДС“, „месечно на потребител“ right behind a sum."""
    vat, per = _beginnings()
    at = _beside(low, one.end)
    if low.startswith(vat, at):
        word = next(word for word in vat if low.startswith(word, at))
        one.vat = _vat_words()[word]
        at = _beside(low, at + len(word))
    if low.startswith(per, at):
        for word, rate in _per_words().items():
            if low.startswith(word, at) and not low[at + len(word) : at + len(word) + 1].isalpha():
                one.per = rate
                break
