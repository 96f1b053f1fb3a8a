"""The Cyrillic words of a shadow in columns: where each begins, where it ends, what it is.

A page has hundreds of words, and few of them are looked at one by one: columns are made without an object for each.
"""

import re
from bisect import bisect_left
from itertools import accumulate
from typing import NamedTuple

_WORD = re.compile(r"([а-яѝёѐ\u00ad]+)")


class Word(NamedTuple):
    """A run of Cyrillic letters in the shadow."""

    start: int
    end: int
    text: str


class WordPlaces:
    """The words of a shadow in order; ``places[index]`` is one of them.

    >>> list(WordPlaces("над 50 деца"))
    [Word(start=0, end=3, text='над'), Word(start=7, end=11, text='деца')]
    """

    __slots__ = ("ends", "starts", "texts")

    def __init__(self, low: str) -> None:
        pieces = _WORD.split(low)  # gap, word, gap, word, … gap
        bounds = list(accumulate(map(len, pieces)))
        self.starts, self.ends, self.texts = bounds[:-1:2], bounds[1::2], pieces[1::2]

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, index: int) -> Word:
        return Word(self.starts[index], self.ends[index], self.texts[index])

    def first_from(self, place: int) -> int:
        """Return the index of the first word that begins at or behind an offset."""
        return bisect_left(self.starts, place)
