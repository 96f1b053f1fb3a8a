"""The Cyrillic words of a shadow in columns: where each begins, where it ends, what it is.

A page has hundreds of words, and few of them are looked at one by one: columns are made without an object for each.
"""

from bisect import bisect_left
from typing import NamedTuple

from extractors.signs import runs_of_letters


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
        self.texts, self.starts, self.ends = runs_of_letters(low)

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, index: int) -> Word:
        return Word(self.starts[index], self.ends[index], self.texts[index])

    def first_from(self, place: int) -> int:
        """Return the index of the first word that begins at or behind an offset."""
        return bisect_left(self.starts, place)
