"""A shadow as bytes, one for each character: what kind of sign stands where is told by a table, with no pattern.

The bytes are those of Windows-1251, in which Bulgarian is written, with ``ѝ`` and ``ѐ`` in the place of two Serbian and
Macedonian letters. What it does not have is a question mark.
"""

import codecs
import re
from collections.abc import Callable
from encodings.cp1251 import decoding_table
from functools import partial

import numpy as np

_TABLE = decoding_table.replace("ђ", "ѝ").replace("ѓ", "ѐ")
_CODES = codecs.charmap_build(_TABLE)
_BLANK = 0x20
_LETTERS = bytes(
    code if "а" <= letter <= "я" or letter in "ѝёѐ\u00ad" else _BLANK for code, letter in enumerate(_TABLE)
)
_DIGITS = bytes(ord("0") if letter in "0123456789" else _BLANK for letter in _TABLE)
_DIGIT = re.compile(r"\d")


def runs_of_letters(low: str) -> tuple[list[str], list[int], list[int]]:
    """Return the runs of Cyrillic letters, a soft hyphen being one: what they are, where they begin and end.

    >>> runs_of_letters("над 50 деца")
    (['над', 'деца'], [0, 7], [3, 11])
    """
    codes, _ = codecs.charmap_encode(low, "replace", _CODES)
    letters = b" %b " % codes.translate(_LETTERS)
    words, _ = codecs.charmap_decode(letters, "strict", _TABLE)
    inside = np.frombuffer(letters, np.uint8) != _BLANK
    edges: list[int] = np.flatnonzero(inside[1:] != inside[:-1]).tolist()
    return words.split(), edges[::2], edges[1::2]


def digit_finder(low: str) -> Callable[[int], int]:
    """Return what tells where the next digit stands from an offset on; -1 for none.

    >>> digit_finder("над 50 деца")(0)
    4
    """
    try:
        codes, _ = codecs.charmap_encode(low, "strict", _CODES)
    except UnicodeEncodeError:
        return partial(_search_digit, low)  # a sign of another alphabet may be a digit
    return partial(codes.translate(_DIGITS).find, b"0")


def _search_digit(low: str, at: int) -> int:
    match = _DIGIT.search(low, at)
    return match.start() if match else -1
