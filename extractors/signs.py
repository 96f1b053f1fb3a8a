"""A shadow as bytes, one for each character: what kind of sign stands where is told by a table, with no pattern.

The bytes are those of Windows-1251, in which Bulgarian is written, with ``ѝ`` and ``ѐ`` in the place of two Serbian and
Macedonian letters. What it does not have is a question mark.
"""

import codecs
import re
from encodings.cp1251 import decoding_table

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


class Digits:
    """Where the digits of a shadow stand.

    >>> Digits("над 50 деца").next(0), Digits("над 50 деца").has_run(3)
    (4, False)
    """

    __slots__ = ("_low", "_marks")

    def __init__(self, low: str) -> None:
        self._low = low
        self._marks: bytes | None = None
        try:
            codes, _ = codecs.charmap_encode(low, "strict", _CODES)
        except UnicodeEncodeError:
            return  # a sign of another alphabet may be a digit
        self._marks = codes.translate(_DIGITS)

    def next(self, at: int) -> int:
        """Return where the next digit stands from an offset on; -1 for none."""
        if self._marks is not None:
            return self._marks.find(b"0", at)
        match = _DIGIT.search(self._low, at)
        return match.start() if match else -1

    def has_run(self, length: int) -> bool:
        """Say whether so many digits may stand in a row."""
        return self._marks is None or b"0" * length in self._marks
