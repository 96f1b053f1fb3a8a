"""Units of money as patterns: multiplier and currency behind a number, ``млн. лева``, ``/сто хиляди/ лв.``."""

import re
from functools import cache

from extractors.money import currencies
from extractors.numerals import multipliers
from extractors.words import words

_SPELLED = r"(?:[ ]*[/(][^/()\d\n]{3,80}[/)])?"
_WHITE = r"[ \n]*"


@cache
def unit_pattern() -> re.Pattern[str]:
    """Return the pattern of a multiplier, where there is one, a currency, and the small coin behind it."""
    names = "|".join(re.escape(one) for one in sorted(currencies(), key=len, reverse=True))
    factors = "|".join(sorted(multipliers(), key=len, reverse=True))
    return re.compile(
        rf"(?:{_SPELLED}{_WHITE}(?P<factor>{factors})(?![а-я])\.?)?{_SPELLED}{_WHITE}"
        rf"(?P<currency>{names})(?![а-яa-z])"
        rf"(?:[ ]*(?:и[ ])?(?P<small>\d\d?)[ ]?(?:{_small_names()})(?![а-я]))?"
    )


@cache
def small_pattern() -> re.Pattern[str]:
    """Return the pattern of the small coin: „ стотинки“."""
    return re.compile(rf"[ ](?:{_small_names()})(?![а-я])")


def _small_names() -> str:
    names = [word for listed in words("money")["small"].values() for word in listed]
    return "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))


@cache
def factor_pattern() -> re.Pattern[str]:
    """Return the pattern of a multiplier alone."""
    factors = "|".join(sorted(multipliers(), key=len, reverse=True))
    return re.compile(rf"{_SPELLED}{_WHITE}(?P<factor>{factors})(?![а-я])\.?")
