"""The words around a value, as features: right beside it, in its sentence, over it, in the head of the document.

A word counts by its first letters, for endings differ; a number by being one. Nothing here knows a language.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from extractors.candidate import Candidate
from extractors.reading import Reading, Sentence
from extractors.senses import SENSES
from models.document import BlockKind

_TOKEN = re.compile(r"([а-я]+|\d+|[^\w\s])")
_STEM, _SHORT = 6, 4
#: What ends a clause.
_MARKS = frozenset(',;:()–-"')
#: How many words beside a value are told by their place; how many more as a bag, on each side.
_NEAR, _LEFT, _RIGHT = 3, 9, 7
#: How much of a long sentence is looked at on each side, in characters; so much of a row or paragraph is as good.
_REACH = 160
#: How many words beside a value are told by the place of their sense; how much of the next sentence is looked at.
_PLACED, _NEXT = 3, 100
#: How many blocks up a heading or a lead-in is looked for, and how much of the first block is the head.
_UP, _TITLE = 5, 200
#: The sentences before this one are the beginning of a document.
_EARLY = 4


class _Stems(dict[str, str]):
    """The words met so far, each by its first letters; a number is ``0``."""

    def __missing__(self, word: str) -> str:
        if len(self) > 50_000:
            self.clear()
        self[word] = stem = "0" if word[0].isdigit() else word[:_STEM]
        return stem


class _Names(dict[str, str]):
    """The names of features by the words that they tell: ``in left лева`` for „лева“; a name is made once."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self._form = form

    def __missing__(self, told: str) -> str:
        if len(self) > 50_000:
            self.clear()
        self[told] = name = self._form % told
        return name


_STEMS = _Stems()
_HEAD, _OVER = _Names("head %s"), _Names("over %s")
_IN_LEFT, _IN_RIGHT = _Names("in left %s"), _Names("in right %s")
_LEFT_AT = [_Names(f"left{place} %s") for place in range(_NEAR)]
_RIGHT_AT = [_Names(f"right{place} %s") for place in range(_NEAR)]
_SHORT_LEFT, _SHORT_RIGHT = _Names("short left %s"), _Names("short right %s")
_MEANS, _MEANS_LEFT, _MEANS_RIGHT = _Names("means %s"), _Names("means left %s"), _Names("means right %s")
_MEANS_CLAUSE, _MEANS_NEXT = _Names("means clause %s"), _Names("means next %s")
_MEANS_LEFT_AT = [_Names(f"means left{place} %s") for place in range(_PLACED)]
_MEANS_RIGHT_AT = [_Names(f"means right{place} %s") for place in range(_PLACED)]
_SENTENCE, _CLAUSE, _CLAUSE_BEGINS = _Names("sentence %s"), _Names("clause %s"), _Names("clause begins %s")


def tokens(text: str) -> list[str]:
    """Return the words, numbers and marks of a folded text."""
    return _TOKEN.findall(text)


def stem_of(word: str) -> str:
    """Return the first letters of a folded word, which its endings leave alone; a number is ``0``."""
    return _STEMS[word]


def stems(text: str) -> list[str]:
    """Return the words, numbers (as ``0``) and marks of a folded text, words by their first letters."""
    return [_STEMS[word] for word in tokens(text)]


class _Words(NamedTuple):
    """Words, numbers and marks: where each begins, its stem, its senses."""

    starts: list[int]
    stems: list[str]
    senses: list[tuple[str, ...]]


class Surroundings:
    """The words around the values of one document; a sentence is cut into words when it is first asked for.

    ``head`` are the features that all values of the document share.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._sentences: dict[int, _Words] = {}
        self._nexts: dict[int, list[str]] = {}
        self._over: dict[int, list[str]] = {}
        self.head = list(dict.fromkeys([_HEAD[stem] for stem in stems(_first_words(reading))]))

    def features(self, one: Candidate) -> list[str]:
        """Return what the words around a value are; a name may be told twice."""
        sentence = self._reading.sentence_at(one.start)
        words, first, last = self._beside(one, sentence)
        left, right = words.stems[:first], words.stems[last:]
        found = self._over_block(one.start).copy()
        found += map(_IN_LEFT.__getitem__, left[-_LEFT - _NEAR :])
        found += map(_IN_RIGHT.__getitem__, right[: _RIGHT + _NEAR])
        found += [names[stem] for names, stem in zip(_LEFT_AT, left[: -_NEAR - 1 : -1], strict=False)]
        found += [names[stem] for names, stem in zip(_RIGHT_AT, right[:_NEAR], strict=False)]
        # Verbs change more of their ends than nouns do: „свърш“, „свърза“ part later than „плати“, „плаща“.
        found += [_SHORT_LEFT[stem[:_SHORT]] for stem in left[-_LEFT:] if len(stem) > _SHORT]
        found += [_SHORT_RIGHT[stem[:_SHORT]] for stem in right[:_RIGHT] if len(stem) > _SHORT]
        found += map(_SENTENCE.__getitem__, {*left, *right})
        begins = next((place for place in range(first - 1, -1, -1) if left[place] in _MARKS), -1) + 1
        ends = next((place for place, stem in enumerate(right) if stem in _MARKS), len(right))
        found += map(_CLAUSE.__getitem__, left[begins:])
        found += map(_CLAUSE.__getitem__, right[:ends])
        if begins < first:
            found.append(_CLAUSE_BEGINS[left[begins]])
        found += _meanings(words.senses[:first], words.senses[last:], first - begins, ends)
        if sentence is not None:
            found += self._next(sentence.number)
            if sentence.number < _EARLY:
                found.append("first" if not sentence.number else "early")
        if not left:
            found.append("begins")
        return found

    def _beside(self, one: Candidate, sentence: Sentence | None) -> tuple[_Words, int, int]:
        """Return the words near a value, how many of them are left of it, and from which on they are right of it."""
        if sentence is None:
            words = _divided(self._reading.low, max(one.start - _REACH, 0), one.end + _REACH)
        else:
            words = self._words_of(sentence)
        starts = words.starts
        nearest, furthest = bisect_left(starts, one.start - _REACH), bisect_left(starts, one.end + _REACH)
        first, last = bisect_left(starts, one.start), bisect_left(starts, one.end)
        near = _Words(starts, words.stems[nearest:furthest], words.senses[nearest:furthest])
        return near, first - nearest, last - nearest

    def _words_of(self, sentence: Sentence) -> _Words:
        known = self._sentences.get(sentence.number)
        if known is None:
            known = self._sentences[sentence.number] = _divided(self._reading.low, sentence.start, sentence.end)
        return known

    def _next(self, number: int) -> list[str]:
        """Return what the beginning of the next sentence means."""
        known = self._nexts.get(number)
        if known is None:
            known = []
            if number + 1 < len(self._reading.sentences):
                following = self._reading.sentences[number + 1]
                words = self._words_of(following)
                told = words.senses[: bisect_left(words.starts, following.start + _NEXT)]
                known = [_MEANS_NEXT[sense] for senses in told for sense in senses]
            self._nexts[number] = known
        return known

    def _over_block(self, place: int) -> list[str]:
        """Return what the heading or lead-in over a value says."""
        index = self._reading.block_index(place)
        if index is None:
            return []
        known = self._over.get(index)
        if known is None:
            known = self._over[index] = self._find_over(index)
        return known

    def _find_over(self, index: int) -> list[str]:
        reading = self._reading
        for block in reversed(reading.blocks[max(index - _UP, 0) : index]):
            if block.kind is BlockKind.HEADING or reading.low[block.start : block.end].rstrip().endswith(":"):
                told = stems(reading.low[max(block.end - _REACH, block.start) : block.end])
                return [_OVER[stem] for stem in told]
        return []


def _meanings(
    left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]], clause_left: int, clause_right: int
) -> Iterator[str]:
    """Yield what the words on both sides of a value mean; so many of each side are of its clause."""
    sides = (
        (reversed(left), _MEANS_LEFT_AT, _MEANS_LEFT, _LEFT, clause_left),
        (iter(right), _MEANS_RIGHT_AT, _MEANS_RIGHT, _RIGHT, clause_right),
    )
    for words, placed, beside, reach, clause in sides:
        for place, senses in enumerate(words):
            for sense in senses:
                yield _MEANS[sense]
                if place < _PLACED:
                    yield placed[place][sense]
                if place < reach:
                    yield beside[sense]
                if place < clause:
                    yield _MEANS_CLAUSE[sense]


def _divided(low: str, start: int, end: int) -> _Words:
    """Return the words, numbers and marks of a stretch of a folded text."""
    pieces = _TOKEN.split(low[start:end])  # gap, word, gap, word, … gap
    bounds = list(accumulate(map(len, pieces), initial=start))
    told = pieces[1::2]
    return _Words(bounds[1:-1:2], [_STEMS[word] for word in told], [SENSES[word] for word in told])


def _first_words(reading: Reading) -> str:
    block = next((block for block in reading.blocks if reading.low[block.start : block.end].strip()), None)
    return reading.low[block.start : min(block.end, block.start + _TITLE)] if block else ""
